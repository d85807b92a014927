# baresip: softphones that register, hum a tone and record what they hear.

# softphone NUMBER HERTZ [answer-mode]: $NUMBER is its directory; it is registered afterwards
declare -A control_ports=()
softphone() {
  local number=$1 hertz=$2 mode=${3:-manual} at control media
  next_port && at=$port
  next_port && control=$port
  next_port && media=$port
  port_at=$((port_at + 40))
  control_ports[$number]=$control
  mkdir -p "$number/heard"
  node "$here/tone.mjs" "$number/tone.wav" "$hertz" 300
  : >"$number/contacts"
  cat >"$number/config" <<CONFIG
sip_listen 127.0.0.1:$at
net_interface 127.0.0.1
module_path $(baresip_modules)
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module account.so
module menu.so
module ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:$control
audio_source aufile,$PWD/$number/tone.wav
audio_player aubridge,nowhere
audio_alert aubridge,nowhere-else
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports $media-$((media + 30))
snd_path $PWD/$number/heard
CONFIG
  echo "<sip:$number@$sip;transport=udp>;auth_user=$number;auth_pass=$secret;regint=300;answermode=$mode;audio_codecs=${codec:-PCMU}" \
    >"$number/accounts"
  launch "baresip-$number" stdbuf -oL baresip -v -4 -f "$number"
  expect "$number registers" 10 grep -qsa '200 OK (.*) \[1 binding' "baresip-$number.log"
}
baresip_modules() { dirname "$(dpkg-query -L baresip-core | grep '/g711\.so$')"; }

# tell NUMBER COMMAND [PARAMETERS]: over its control port, as a netstring
tell() {
  local text="{\"command\":\"$2\"${3:+,\"params\":\"$3\"}}"
  exec 9<>"/dev/tcp/127.0.0.1/${control_ports[$1]}"
  printf '%d:%s,' "${#text}" "$text" >&9
  exec 9>&-
}
dials() { tell "$1" dial "sip:$2@$sip"; }
hangs_up() { tell "$1" hangup; }
is_talking() { grep -qsa 'Call established' "baresip-$1.log"; }
has_ended() { grep -qsaE 'terminated \(duration|session closed' "baresip-$1.log"; }

# What NUMBER heard so far is at least so many seconds long (16-bit samples, 8000 Hz).
heard_seconds() {
  local file
  file=$(recording "$1") && (($(stat -c %s "$file") >= $2 * 16000))
}
recording() {
  local -a files=("$1"/heard/*-dec.wav)
  [[ -f ${files[-1]} ]] && printf '%s\n' "${files[-1]}"
}
# hears NUMBER TONE…: +HERTZ is heard, -HERTZ never was
hears() {
  local number=$1
  shift
  echo "what $number heard:"
  node "$here/goertzel.mjs" "$(recording "$number")" "$@"
}
