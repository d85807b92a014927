# What a server at work must survive: phones that die, clients that hang up mid-poll, garbage at every port.
add_scenarios survives_phones_that_die survives_garbage_and_cut_polls refuses_what_it_cannot_serve

# robots: 5000, 5001 and 5005 in a process of their own, which takes commands by `robot`; its pid in $robots
robots() {
  local program
  program=$(find "$build" -type f -name earshot-robots -perm -u+x | head -n 1)
  rm -f robots.in robots.log
  mkfifo robots.in
  exec 8<>robots.in
  # shellcheck disable=SC2016  # the inner shell's words
  launch robots bash -c 'exec "$@" <robots.in' - "$program" --server "$sip" --phone "5000:$secret:440" \
    --phone "5001:$secret:620:200" --phone "5005:$secret:910:200"
  robots=$launched
  robot register
  local number
  for number in 5000 5001 5005; do expect "$number registers" 10 robots_said "\"registered\",\"phone\":\"$number\""; done
}
robot() { echo "$*" >&8; }
robots_said() { grep -qs "$1" robots.log; }
robots_stop() {
  robot quit
  expect "the robots leave" 5 is_gone "$robots"
}

log_in_both() {
  operation "$agent_user" /me StartContactCenterSession '"channels":["voice"]' >/dev/null
  operation "$supervisor_user" /me StartContactCenterSession '"channels":["voice"]' >/dev/null
}
# 5000 talks to 5001, and 5005 listens
supervised_robots() {
  operation "$supervisor_user" "/me/devices/$(device_id "$supervisor_user")" ListenIn '"phoneNumber":"5001"' >/dev/null
  robot dial 5000 5001
  expect "the supervisor listens" 10 has_call_in_state "$supervisor_user" Established
}

descriptors() { ls "/proc/$earshot/fd" | wc -l; }
threads() { ls "/proc/$earshot/task" | wc -l; }
has_descriptors() { (($(descriptors) <= $1)); }
has_threads() { (($(threads) <= $1)); }
memory_kb() { awk '/^VmRSS/ {print $2}' "/proc/$earshot/status"; }
was_released() { grep -s '"CallStateChangeMessage"' "received-$1.log" | tail -n 1 | grep -q '"state":"Released"'; }

survives_phones_that_die() {
  local before busy round
  install_bayeux
  start_earshot media 'silence_timeout_s = 5'
  before=$(descriptors)
  busy=$(threads)
  for round in 1 2 3; do
    receive "$supervisor_user"
    receive "$agent_user"
    local receivers=("${pids[@]: -2}")
    robots
    ((round > 1)) || log_in_both
    supervised_robots
    kill -KILL "$robots"
    for user in "$agent_user" "$supervisor_user"; do
      # after 5 s of silence they are asked by OPTIONS, for 32 s
      expect "$user is told the end, round $round" 60 was_released "${user%@*}"
      expect "$user has no calls, round $round" 5 has_no_calls "$user"
    done
    for pid in "${receivers[@]}"; do
      kill -TERM "$pid"
      expect "a client leaves" 5 is_gone "$pid"
    done
  done
  expect "descriptors are what they were ($before, now $(descriptors))" 45 has_descriptors "$before"
  expect "threads are what they were ($busy, now $(threads))" 5 has_threads "$busy"
  robots
  supervised_robots
  robot hangup 5000
  expect "the last call ends" 5 has_no_calls "$agent_user"
  robots_stop
}

# A poll held by the server whose client goes away
cut_poll() {
  curl -sS --max-time 0.2 -b jar -c jar -u "$agent_user:$secret" "http://$http/api/v2/notifications" -H 'Content-Type: application/json' \
    -d "[{\"channel\":\"/meta/connect\",\"id\":\"9\",\"connectionType\":\"long-polling\",\"clientId\":\"$1\"}]" >/dev/null 2>&1 || :
}
bayeux() { curl -sS --max-time 5 -b jar -c jar -u "$agent_user:$secret" "http://$http/api/v2/notifications" -H 'Content-Type: application/json' -d "$1"; }
http_garbage() {
  local text
  for text in '' 'GET' '\r\n\r\n' 'GET / HTTP/9.9\r\n\r\n' 'POST /api/v2/me HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n' \
    'POST /api/v2/me HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz' \
    'GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n' 'POST /api/v2/me HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{'; do
    (exec 7<>"/dev/tcp/${http%:*}/${http#*:}" && printf "$text" >&7) 2>/dev/null || :
  done
  (exec 7<>"/dev/tcp/${http%:*}/${http#*:}" && head -c 200000 /dev/urandom >&7) 2>/dev/null || :
}
# The UDP ports of the server, of the range its configuration names.
own_media_ports() {
  local low high own at inode
  low=$(awk '/^port_min/ {print $3}' earshot.toml)
  high=$(awk '/^port_max/ {print $3}' earshot.toml)
  own=" $(find "/proc/$earshot/fd" -lname 'socket:*' -printf '%l ')"
  while read -r _ at _ _ _ _ _ _ _ inode _; do
    at=$((16#${at##*:}))
    [[ $own != *" socket:[$inode] "* ]] || ((at < low || at > high)) || echo "$at"
  done < <(tail -n +2 /proc/net/udp)
}

survives_garbage_and_cut_polls() {
  local before busy client round count memory
  start_earshot media 'silence_timeout_s = 5'
  robots
  log_in_both
  before=$(descriptors)
  busy=$(threads)
  supervised_robots
  own_media_ports >ports
  (($(wc -l <ports) == 6)) || give_up "three legs have six ports, there are $(wc -l <ports)"
  client=$(bayeux '[{"channel":"/meta/handshake","id":"1","version":"1.0","supportedConnectionTypes":["long-polling"]}]' | field 0.clientId)
  bayeux "[{\"channel\":\"/meta/subscribe\",\"id\":\"2\",\"clientId\":\"$client\",\"subscription\":\"/v2/me/*\"}]" >/dev/null
  bayeux "[{\"channel\":\"/meta/connect\",\"id\":\"3\",\"connectionType\":\"long-polling\",\"clientId\":\"$client\",\"advice\":{\"timeout\":0}}]" >/dev/null
  memory=$(memory_kb)
  for round in 1 2 3 4 5; do
    # shellcheck disable=SC2046
    node "$here/lib/garbage.mjs" 127.0.0.1 "$sip_port" $(cat ports)
    http_garbage
    cut_poll "$client"
  done
  has_call_in_state "$agent_user" Established || give_up "the call did not outlive the garbage"
  robot hears 1000
  expect "the robots listen" 5 robots_said '"matrix"'
  [[ $(grep '"matrix"' robots.log | field matrix.5000) == '["5001"]' ]] || give_up "5000 hears something else: $(cat robots.log)"
  [[ $(grep '"matrix"' robots.log | field matrix.5001) == '["5000"]' ]] || give_up "5001 hears something else: $(cat robots.log)"
  (($(memory_kb) < memory + 20000)) || give_up "memory grew from $memory kB to $(memory_kb) kB"
  robot hangup 5000
  expect "the call ends" 5 has_no_calls "$agent_user"
  # What the cut polls did not carry is still there for the next one.
  count=$(bayeux "[{\"channel\":\"/meta/connect\",\"id\":\"4\",\"connectionType\":\"long-polling\",\"clientId\":\"$client\"}]")
  [[ $count == *'"Released"'* ]] || give_up "the cut client was not told the end: $count"
  expect "descriptors are what they were ($before, now $(descriptors))" 45 has_descriptors "$before"
  has_threads "$busy" || give_up "there are $(threads) threads, there were $busy"
  supervised_robots
  robot hangup 5000
  expect "a new call ends" 5 has_no_calls "$agent_user"
  robots_stop
}

# fails_with WORDS COMMAND…: status 1, and the reason on standard error
fails_with() {
  local words=$1 status=0
  shift
  timeout 10 "$@" >refused.log 2>&1 || status=$?
  ((status == 1)) || give_up "$* ended with status $status"
  grep -q -- "$words" refused.log || give_up "$* said: $(cat refused.log); wanted: $words"
}

refuses_what_it_cannot_serve() {
  start_earshot
  fails_with "$http.*in use" "$earshotd" --config earshot.toml --http "$http"
  fails_with "$sip.*in use" "$earshotd" --config earshot.toml --sip "$sip"
  fails_with 'no-such.toml' "$earshotd" --config no-such.toml
  echo 'x = ' >broken.toml
  fails_with 'broken.toml:1' "$earshotd" --config broken.toml
  sed 's/^port_min = .*/port_min = "many"/' earshot.toml >bad.toml
  fails_with 'bad.toml:[0-9]*: .*port_min' "$earshotd" --config bad.toml
  (cat earshot.toml && printf '[telepathy]\nreach = 3\n') >unknown.toml
  fails_with 'unknown.toml:[0-9]*: .*telepathy' "$earshotd" --config unknown.toml
  fails_with '--http nonsense' "$earshotd" --config earshot.toml --http nonsense
  has_no_calls "$agent_user" || give_up "the first server is disturbed"
}
