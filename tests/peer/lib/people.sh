# Three agents with a phone each, and a customer outside: each hums a tone of their own, and what they hear is known at
# any time.

declare -A number_of=([ada]=5001 [bob]=5005 [cleo]=5002)
declare -A user_of=([ada]=$agent_user [bob]=$supervisor_user [cleo]=$colleague_user)
declare -A hum_of=([ada]=620 [bob]=910 [cleo]=770 [customer]=480)  # hertz; Earshot's own tones are elsewhere
declare -A sound_of=([ada]=5001/heard [bob]=5005/heard [cleo]=5002/heard)

# The agents are at work: Ada and Bob with baresip, Cleo with linphone. No phone answers by itself.
people() {
  local name
  start_earshot "$@"
  softphone "${number_of[ada]}" "${hum_of[ada]}"
  softphone "${number_of[bob]}" "${hum_of[bob]}"
  linphone "${number_of[cleo]}" "${hum_of[cleo]}"
  for name in ada bob cleo; do
    operation "${user_of[$name]}" /me StartContactCenterSession '"channels":["voice"]' >/dev/null
  done
}

calls_of() { api "${user_of[$1]}" GET '/me/calls?fields=*' | node "$here/lib/calls.mjs" "${@:2}"; }
# states NAME STATE…: the calls of NAME come to these states, in alphabetical order
states() { expect "$1 has calls ${*:2}" 10 has_states "$@"; }
has_states() { [[ $(calls_of "$1") == "${*:2}" ]]; }
free() { local name; for name in "$@"; do states "$name"; done; }

# does NAME STATE OPERATION [PARAMETERS]: by the API, to the call in that state
does() {
  local call
  call=$(calls_of "$1" "$2") || give_up "$1 has no call $2, but: $(calls_of "$1")"
  operation "${user_of[$1]}" "/me/calls/$call" "$3" "${4:-}" >reply.json || give_up "$3 of $1: $(cat reply.json)"
}
to() { printf '"destination":{"phoneNumber":"%s"}' "${number_of[$1]}"; }
other_call() { printf '"otherCallUri":"http://%s/api/v2/me/calls/%s"' "$http" "$(calls_of "$1" "$2")"; }

answers() {
  states "$1" Ringing
  case $1 in
    cleo) linphone_does "${number_of[$1]}" answer ;;
    *) tell "${number_of[$1]}" accept ;;
  esac
}
holds() {  # by the phone, which asks with a re-INVITE; a baresip 1.0 records nothing any more when it comes back
  case $1 in
    cleo) linphone_does "${number_of[$1]}" pause ;;
    *) tell "${number_of[$1]}" hold ;;
  esac
}
comes_back() {
  case $1 in
    cleo) linphone_does "${number_of[$1]}" resume ;;
    *) tell "${number_of[$1]}" resume ;;
  esac
}
puts_down() {  # by the phone, not by the API; declines where it rings
  case $1 in
    cleo) linphone_does "${number_of[$1]}" terminate ;;
    *) hangs_up "${number_of[$1]}" ;;
  esac
}

# customer_calls NAME: from outside, and NAME answers
customers=0
customer_calls() {
  customer=customer-$((++customers))
  next_port
  sound_of[customer]=$customer.wav
  launch "handset-$customers" node "$here/handset.mjs" 127.0.0.2 "$port" "${hum_of[customer]}" "$customer.wav"
  handset=$launched
  expect "the customer has a handset" 10 is_bound "$port"
  outside "$customer" uac_customer "${number_of[$1]}" -m 1 -timeout 300s -key handset "$port" -cid_str "$customer"
  answers "$1"
  hear "a customer calls $1" "$1=customer" "customer=$1"
}
customer_hangs_up() {
  printf '%s\r\n' 'INFO sip:0201@127.0.0.2 SIP/2.0' 'Via: SIP/2.0/UDP 127.0.0.2' 'From: <sip:test@127.0.0.2>;tag=1' \
    'To: <sip:0201@127.0.0.2>' "Call-ID: $customer" 'CSeq: 1 INFO' 'Content-Length: 0' '' |
    dd bs=4096 iflag=fullblock status=none >"/dev/udp/127.0.0.2/$trunk_port"  # bash would send each line by itself
}
# Every call is over, for the customer too.
nobody_talks() {
  sipp_end "$customer"
  kill -TERM "$handset"
  free ada bob cleo
}

# hear WHEN NAME=HEARD…: each hears those named, and nobody else; nobody is heard in between who was not before (hearing.mjs)
hear() {
  local name
  local -a places=()
  for name in "${!sound_of[@]}"; do places+=("$name:${hum_of[$name]}:${sound_of[$name]}"); done
  echo "$SECONDS s: $1: ${*:2}"
  if ! node "$here/hearing.mjs" memory.json 20 "${places[@]}" -- "${@:2}"; then
    echo "FAIL ${PWD##*/}: $1" >>checks
    give_up "not so: $1"
  fi
  echo "ok ${PWD##*/}: $1" >>checks
}
