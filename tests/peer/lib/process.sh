# Processes, ports and waiting. A scenario runs in a subshell of its own, which ends what it started.

all_scenarios=()
add_scenarios() { all_scenarios+=("$@"); }

pids=()
# launch NAME COMMAND…: in the background, its output in NAME.log; its pid in $launched
launch() {
  local name=$1
  shift
  "$@" >"$name.log" 2>&1 </dev/null &
  launched=$!
  pids+=("$launched")
}

# Ends all but the server, so that softphones can still take their leave of it.
end_phones() {
  local pid
  for pid in ${pids[@]+"${pids[@]}"}; do
    [[ $pid == "${earshot:-}" ]] || kill -TERM "$pid" 2>/dev/null || :
  done
  for pid in ${pids[@]+"${pids[@]}"}; do
    [[ $pid == "${earshot:-}" ]] || wait_gone 3 "$pid" || kill -KILL "$pid" 2>/dev/null || :
  done
}
end_all() {
  set +e
  local pid
  for pid in ${pids[@]+"${pids[@]}"}; do kill -TERM "$pid" 2>/dev/null; done
  for pid in ${pids[@]+"${pids[@]}"}; do wait_gone 2 "$pid" || kill -KILL "$pid" 2>/dev/null; done
  wait 2>/dev/null
}

is_gone() { ! kill -0 "$1" 2>/dev/null || [[ $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) == Z* ]]; }
wait_gone() { within "$1" is_gone "$2"; }

# within SECONDS COMMAND…: until it succeeds; its last status at the deadline
within() {
  local deadline=$((SECONDS + $1 + 1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    read -r -t 0.05 <>"$out/never" || :  # a pause without a process
  done
}
[[ -p $out/never ]] || { rm -f "$out/never"; mkfifo "$out/never"; }

# expect WHAT SECONDS COMMAND…: fails the scenario with WHAT in words if it does not come true
expect() {
  local what=$1
  shift
  within "$@" || give_up "in $1 s it did not come true: $what"
}
give_up() {
  echo "gave up: $*"
  exit 1
}

# Ports below the ephemeral range, far enough apart for RTCP and a TLS port beside each: $port
port_at=$((20000 + RANDOM % 900 * 10))
next_port() {
  local hex
  while :; do
    port_at=$((port_at + 10))
    printf -v hex ':%04X ' "$port_at"
    grep -qs "$hex" /proc/net/udp /proc/net/tcp || break
  done
  port=$port_at
}
is_bound() {  # is_bound PORT: somebody listens there, UDP
  local hex
  printf -v hex ':%04X ' "$1"
  grep -qs "$hex" /proc/net/udp
}

run_scenario() {
  local name=$1 status start=$SECONDS
  rm -rf "${out:?}/$name"
  mkdir -p "$out/$name"
  port_at=$((port_at + 200))
  (
    cd "$out/$name" || exit 1
    set -e
    trap 'end_all' EXIT
    trap 'exit 130' INT TERM
    "$name"
    end_phones
    end_earshot
  ) >"$out/$name/scenario.log" 2>&1
  status=$?
  [[ ! -f $out/$name/checks ]] || cat "$out/$name/checks"  # what it counted beside itself
  if ((status == 0)); then
    echo "ok $name ($((SECONDS - start)) s)"
    return 0
  fi
  echo "FAIL $name"
  local log
  for log in "$out/$name"/scenario.log "$out/$name"/*.log "$out/$name"/*.errors; do
    [[ -s $log && ($log != */scenario.log || -z ${shown:-}) ]] || continue
    [[ $log == */scenario.log ]] && local shown=1
    echo "--- ${log#"$PWD/"}"
    tail -n 40 "$log" | cut -c1-400
  done
  return 1
}
