# linphone: a softphone of another make, registered like baresip's; it hums a tone in A-law and records
# what it hears.

# linphone NUMBER HERTZ: $NUMBER is its directory; it is registered afterwards, and does what `linphone_does` says
declare -A linphone_pipes=()
linphone() {
  local number=$1 hertz=$2 at media pipe
  next_port && at=$port
  next_port && media=$port
  port_at=$((port_at + 40))
  # Without the place of its database linphone opens no socket at all, and says nothing about it.
  mkdir -p "$number/heard" "$number/own/.local/share/linphone"
  mkfifo "$number/commands"
  exec {pipe}<>"$number/commands"  # to read as well: nobody waits for a linphone that is not there yet, or no more
  linphone_pipes[$number]=$pipe
  node "$here/tone.mjs" "$number/tone.wav" "$hertz" 300
  cat >"$number/linphonerc" <<CONFIG
[sip]
bind_address=127.0.0.1
sip_port=$at
sip_tcp_port=0
sip_tls_port=0
use_ipv6=0
guess_hostname=0
contact=sip:$number@127.0.0.1
default_proxy=0
auto_net_state_mon=0
register_only_when_network_is_up=0

[rtp]
audio_rtp_port=$media-$((media + 30))
audio_adaptive_jitt_comp_enabled=0

[sound]
echocancellation=0
local_ring=
remote_ring=

[audio_codec_0]
mime=PCMA
rate=8000
enabled=1

[audio_codec_1]
mime=PCMU
rate=8000
enabled=0

[proxy_0]
reg_proxy=<sip:$sip;transport=udp>
reg_identity=<sip:$number@127.0.0.1>
reg_expires=300
reg_sendregister=1

[auth_info_0]
username=$number
passwd=$secret
CONFIG
  # shellcheck disable=SC2016  # the inner shell's words
  launch "console-$number" env -i PATH="$PATH" HOME="$PWD/$number/own" \
    bash -c 'exec stdbuf -oL linphonec -c "$1/linphonerc" -d 5 -l "linphone-$1.log" <"$1/commands"' - "$number"
  linphone_does "$number" "soundcard use files"
  linphone_does "$number" "play $PWD/$number/tone.wav"
  linphone_does "$number" "record $PWD/$number/heard/1-dec.wav"
  expect "$number registers" 10 grep -qsa 'to \[LinphoneRegistrationOk\]' "linphone-$number.log"
}
# It numbers its calls: the last that reached it, and whether there was one after that.
linphones_last_call() { sed -n 's/.*incoming call .* assigned id \([0-9]*\).*/\1/p' "console-$1.log" | tail -n 1; }
linphone_rings_since() { [[ $(linphones_last_call "$1") != "$2" ]]; }
linphone_does() { echo "$2" >&"${linphone_pipes[$1]}"; }  # linphone_does NUMBER COMMAND
