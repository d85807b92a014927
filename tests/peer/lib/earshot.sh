# The server under test, its configuration, and its API by curl.

agent_user=agent@example.com
supervisor_user=supervisor@example.com
colleague_user=colleague@example.com
secret=hush-hush

# write_config FILE [SECTION LINE]…: five devices, three users, and a trunk at 127.0.0.2 for numbers that begin with 0.
# Each pair adds a line to a section, e.g. calls 'ring_timeout_s = 2'.
write_config() {
  local file=$1 number section
  local -A more=()
  shift
  while (($#)); do
    more[$1]+="$2"$'\n'
    shift 2
  done
  next_port
  local media=$port
  port_at=$((port_at + 1000))
  more[http]+='listen = "127.0.0.1:0"'$'\n'
  more[sip]+='listen = "127.0.0.1:0"'$'\n'
  more[media]+="address = \"127.0.0.1\""$'\n'"port_min = $media"$'\n'"port_max = $((media + 999))"$'\n'
  {
    for section in "${!more[@]}"; do printf '[%s]\n%s\n' "$section" "${more[$section]}"; done
    for number in 5000 5001 5002 5003 5005; do
      printf '[[devices]]\nnumber = "%s"\nsip_password = "%s"\n\n' "$number" "$secret"
    done
    cat <<TOML
[[users]]
name = "$agent_user"
password = "$secret"
roles = ["agent"]
device = "5001"

[[users]]
name = "$supervisor_user"
password = "$secret"
roles = ["agent", "supervisor"]
device = "5005"

[[users]]
name = "$colleague_user"
password = "$secret"
roles = ["agent"]
device = "5002"

[[trunks]]
name = "outside"
address = "127.0.0.2:$trunk_port"
prefixes = ["0"]
TOML
  } >"$file"
}

# start_earshot [SECTION LINE]…: by a command in earshot_limits, with earshot_options; sets $http and $sip (address:port) and $sip_port
start_earshot() {
  next_port
  trunk_port=$port
  write_config earshot.toml "$@"
  launch earshot ${earshot_limits[@]+"${earshot_limits[@]}"} "$earshotd" --config earshot.toml \
    ${earshot_options[@]+"${earshot_options[@]}"}
  earshot=$launched
  expect "earshot is ready" 20 is_ready
  local line
  line=$(grep -a '^earshot ready ' earshot.log)
  http=${line#*http=}
  http=${http%% *}
  sip=${line#*sip=}
  sip=${sip%% *}
  sip_port=${sip##*:}
}
is_ready() {
  is_gone "$earshot" && give_up "earshotd ended while it started"
  grep -qsa '^earshot ready ' earshot.log
}

# Ended by a signal, as an operator does: it must still be there, end in time and with status 0.
end_earshot() {
  [[ -n ${earshot:-} ]] || return 0
  is_gone "$earshot" && give_up "earshotd was gone before the end"
  kill -TERM "$earshot"
  expect "earshotd ends on SIGTERM" 12 is_gone "$earshot"  # phones that died take the grace time
  local status=0
  wait "$earshot" || status=$?
  ((status == 0)) || give_up "earshotd ended with status $status"
}

# api USER METHOD PATH [BODY]: the answer's body; fails on anything but HTTP 200
api() {
  curl -sS --fail-with-body --max-time 10 -u "$1:$secret" -X "$2" "http://$http/api/v2$3" \
    -H 'Content-Type: application/json' ${4:+-d "$4"}
}
operation() { api "$1" POST "$2" "{\"operationName\":\"$3\"${4:+,$4}}"; }

# refused USER PATH OPERATION HTTP-STATUS STATUS-CODE: the API says no, in its own form
refused() {
  local status
  status=$(curl -sS --max-time 10 -u "$1:$secret" -o refusal.json -w '%{http_code}' "http://$http/api/v2$2" \
    -H 'Content-Type: application/json' -d "{\"operationName\":\"$3\"}")
  [[ $status == "$4" && $(field statusCode <refusal.json) == "$5" ]] ||
    give_up "$3 gave HTTP $status, $(cat refusal.json); wanted $4 with statusCode $5"
}

# field PATH: of the JSON on standard input, e.g. devices.0.id
field() { node "$here/lib/field.mjs" "$1"; }

has_no_calls() { [[ $(api "$1" GET '/me/calls?fields=*' | field calls.length) == 0 ]]; }
device_id() { api "$1" GET '/me/devices?fields=*' | field devices.0.id; }
