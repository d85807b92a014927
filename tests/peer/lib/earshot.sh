# The server under test, its configuration, and its API by curl.

agent_user=agent@example.com
supervisor_user=supervisor@example.com
secret=hush-hush

# write_config FILE [LINE-FOR-[sip]…]: five devices, two users, a trunk at 127.0.0.2 for numbers that begin with 0
write_config() {
  local file=$1 number
  shift
  next_port
  local media=$port
  port_at=$((port_at + 1000))
  {
    cat <<TOML
[http]
listen = "127.0.0.1:0"

[sip]
listen = "127.0.0.1:0"
digest_algorithms = ["MD5"]
TOML
    printf '%s\n' "$@"
    cat <<TOML

[media]
address = "127.0.0.1"
port_min = $media
port_max = $((media + 999))

[[user]]
name = "$agent_user"
password = "$secret"
roles = ["agent"]
default_device = "5001"

[[user]]
name = "$supervisor_user"
password = "$secret"
roles = ["agent", "supervisor"]
default_device = "5005"

[[trunk]]
name = "outside"
address = "127.0.0.2:$trunk_port"
prefixes = ["0"]
TOML
    for number in 5000 5001 5002 5003 5005; do
      printf '\n[[device]]\nnumber = "%s"\nsip_user = "%s"\nsip_password = "%s"\n' "$number" "$number" "$secret"
      if [[ $number == 5005 ]]; then printf 'auto_answer = true\n'; fi
    done
  } >"$file"
}

# start_earshot [LINE-FOR-[sip]…]: sets $http and $sip (address:port) and $sip_port
start_earshot() {
  next_port
  trunk_port=$port
  write_config earshot.toml "$@"
  launch earshot "$earshotd" --config earshot.toml
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
  expect "earshotd ends on SIGTERM" 10 is_gone "$earshot"
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

# field PATH: of the JSON on standard input, e.g. devices.0.id
field() { node "$here/lib/field.mjs" "$1"; }

has_no_calls() { [[ $(api "$1" GET '/me/calls?fields=*' | field calls.length) == 0 ]]; }
device_id() { api "$1" GET '/me/devices?fields=*' | field devices.0.id; }
