# sipp: phones and trunks from the scenario files in tests/peer/sipp.

# sipp_start NAME FILE ADDRESS PORT OPTION…: in the background
declare -A sipp_pids=()
sipp_start() {
  local name=$1 file=$2 address=$3 at=$4
  shift 4
  [[ $file == /* || $file == ./* ]] || file=$here/sipp/$file.xml
  next_port
  launch "$name" sipp "$sip" -sf "$file" -i "$address" -p "$at" -mp "$port" -nostdin -timeout 20s -timeout_error \
    -trace_err -error_file "$name.errors" -trace_msg -message_file "$name.messages" "$@"
  sipp_pids[$name]=$launched
}
sipp_end() {  # sipp_end NAME: waits for it; its scenario must have succeeded
  local status=0
  wait "${sipp_pids[$1]}" || status=$?
  ((status == 0)) || give_up "sipp $1 ended with status $status"
}
sipp_run() { sipp_start "$@" && sipp_end "$1"; }

# phone NAME NUMBER FILE OPTION…: a device that is registered, then plays FILE
phone() {
  local name=$1 number=$2 file=$3 at
  shift 3
  next_port
  at=$port
  sipp_run "$name-register" register 127.0.0.1 "$at" -s "$number" -au "$number" -ap "$secret" -m 1
  sipp_start "$name" "$file" 127.0.0.1 "$at" "$@"
  expect "$name listens" 5 is_bound "$at"
}

# outside NAME FILE NUMBER OPTION…: the trunk's side calls NUMBER
outside() {
  local name=$1 file=$2 number=$3
  shift 3
  sipp_start "$name" "$file" 127.0.0.2 "$trunk_port" -s "$number" "$@"
}

refusal() {  # refusal CODE: writes the scenario of a call that gets it, prints its file
  sed "s/@CODE@/$1/g" "$here/sipp/uac_refused.xml" >"refused_$1.xml"
  printf './refused_%s.xml' "$1"
}

# What the other side said its RTP port is, from the messages of NAME, whose own media port is left out.
rtp_port_seen_by() {
  tr -d '\r' <"$1.messages" | awk '/^UDP message sent/ {theirs = 0} /^UDP message received/ {theirs = 1}
       theirs && /^m=audio / {port = $2} END {print port}'
}
