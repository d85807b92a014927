# What an administrator does to a server: starts it wrongly, asks it to read its file again, ends it during a call.
add_scenarios reads_its_file_again_on_sighup changes_its_directory_during_a_call ends_in_good_order_on_sigterm ends_at_once_on_a_second_signal \
  says_at_the_start_what_is_wrong shows_sip_without_secrets stands_without_descriptors

hang_up() { kill -HUP "$earshot"; }
logged() { grep -qsF "$1" earshot.log; }

reads_its_file_again_on_sighup() {
  start_earshot log 'level = "info"'  # records.file is unset
  hang_up
  expect "the file is read again" 5 logged '"changed":0,"needs_restart":0'
  sed -i 's/level = "info"/level = "debug"/; s/^port_max = .*/port_max = 40001/' earshot.toml
  hang_up
  expect "the level changes" 5 logged '"msg":"setting changed","key":"log.level","from":"info","to":"debug"'
  expect "the range of ports needs a restart" 5 logged '"msg":"setting changed in the file: it needs a restart","key":"media.port_max"'
  printf '[calls]\nring_timeout_s = 0\n[nonsense]\n' >>earshot.toml
  hang_up
  expect "the first error is told" 5 logged '"key":"calls.ring_timeout_s"'
  expect "the second error is told" 5 logged '"key":"nonsense"'
  expect "nothing else happens" 5 logged 'the configuration stays as it was'
  rm earshot.toml
  hang_up
  expect "a file that is gone is told" 5 logged 'No such file or directory'
  api "$agent_user" GET /me >/dev/null  # it serves on
}

# The second signal comes while the first one's file is read; what the last file says is in force.
changes_its_directory_during_a_call() {
  start_earshot log 'level = "info"'
  phone agent 5001 uas_answer -m 1
  outside caller uac_wait_bye 5001 -m 1
  expect "the call is up" 10 has_call_in_state "$agent_user" Established
  cp earshot.toml as-it-was.toml
  printf '[[users]]\nname = "newcomer"\npassword = "%s"\n' "$secret" >>earshot.toml
  hang_up
  sed -e "s/^name = \"$colleague_user\"/name = \"successor\"/" earshot.toml >next.toml
  mv next.toml earshot.toml
  hang_up
  expect "a user is added" 5 logged '"msg":"user added","name":"newcomer"'
  expect "and one of the second file" 5 logged '"msg":"user added","name":"successor"'
  expect "a user is removed" 5 logged "\"msg\":\"user removed\",\"name\":\"$colleague_user\""
  api newcomer GET /me >/dev/null || give_up "the new user cannot log in"
  expect "who is gone cannot log in" 5 is_turned_away "$colleague_user"
  has_call_in_state "$agent_user" Established || give_up "the call has not gone on"
  mv as-it-was.toml earshot.toml
  hang_up
  expect "who is back can log in" 5 api "$colleague_user" GET /me
  operation "$agent_user" "$(api "$agent_user" GET /me/calls | field uris.0 | sed 's|.*/me|/me|')" Hangup >/dev/null ||
    give_up "the agent cannot hang up"
  sipp_end caller
  sipp_end agent
}
is_turned_away() { [[ $(curl -sS -o /dev/null -w '%{http_code}' -u "$1:$secret" "http://$http/api/v2/me") == 403 ]]; }

ends_in_good_order_on_sigterm() {
  start_earshot server 'stop_grace_s = 5' records 'file = "calls.jsonl"'
  phone agent 5001 uas_answer -m 1
  outside caller uac_wait_bye 5001 -m 1
  expect "the call is up" 10 has_call_in_state "$agent_user" Established
  curl -sS --max-time 20 -u "$agent_user:$secret" -c jar "http://$http/api/v2/notifications" -H 'Content-Type: application/json' \
    -d '[{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["long-polling"]}]' >handshake.json
  local client
  client=$(field 0.clientId <handshake.json)
  launch poll curl -sS --max-time 20 -u "$agent_user:$secret" -b jar "http://$http/api/v2/notifications" \
    -H 'Content-Type: application/json' \
    -d "[{\"channel\":\"/meta/connect\",\"connectionType\":\"long-polling\",\"clientId\":\"$client\",\"advice\":{\"timeout\":20000}}]"
  local poll=$launched
  expect "the poll is held" 5 is_connected "$poll"
  kill -TERM "$earshot"
  expect "earshotd ends on SIGTERM" 8 is_gone "$earshot"
  local status=0
  wait "$earshot" || status=$?
  ((status == 0)) || give_up "earshotd ended with status $status"
  earshot=
  sipp_end caller
  sipp_end agent
  wait "$poll" || give_up "the held poll got no answer"
  grep -q '"reconnect":"handshake"' poll.log || give_up "the held poll was answered with $(cat poll.log)"
  [[ $(grep -c '"endedBy":"Server"' calls.jsonl) == 2 ]] || give_up "records: $(cat calls.jsonl)"
}
# The process has a TCP connection to the server.
is_connected() { ls -l "/proc/$1/fd" 2>/dev/null | grep -q socket; }

ends_at_once_on_a_second_signal() {
  start_earshot server 'stop_grace_s = 60'
  phone agent 5001 uas_answer -m 1
  outside caller uac_wait_bye 5001 -m 1
  expect "the call is up" 10 has_call_in_state "$agent_user" Established
  kill -KILL "${sipp_pids[agent]}" "${sipp_pids[caller]}"  # nobody confirms a BYE
  kill -TERM "$earshot"
  expect "the phones are asked again" 10 logged '"msg":"stopping: '
  kill -TERM "$earshot"
  expect "earshotd ends at once" 2 is_gone "$earshot"
  local status=0
  wait "$earshot" || status=$?
  ((status == 1)) || give_up "earshotd ended with status $status"
  earshot=
}

# refuses_to_start WORDS OPTION…: with status 1, saying so
refuses_to_start() {
  local words=$1 status=0
  shift
  timeout 10 "$earshotd" "$@" >refused.txt 2>&1 || status=$?
  ((status == 1)) || give_up "earshotd $* ended with status $status: $(cat refused.txt)"
  grep -qF -- "$words" refused.txt || give_up "earshotd $* did not say '$words' but: $(cat refused.txt)"
}

says_at_the_start_what_is_wrong() {
  start_earshot
  refuses_to_start "sip.listen $sip: Address already in use" --config earshot.toml --sip "$sip"
  refuses_to_start "http.listen $http: Address already in use" --check --config earshot.toml --http "$http"
  "$earshotd" --check --config earshot.toml >good.txt || give_up "--check: $(cat good.txt)"
  grep -q 'the configuration is good: 3 users, 5 devices' good.txt || give_up "--check said: $(cat good.txt)"
  sed 's/^address = "127.0.0.1"/address = "192.0.2.200"/' earshot.toml >foreign.toml
  refuses_to_start 'This machine has' --check --config foreign.toml
  printf '[log]\nlevel = 1\n[sip]\nrealm = 2\n' >two.toml
  refuses_to_start 'two.toml:2: log.level: expected one of' --check --config two.toml
  refuses_to_start 'two.toml:4: sip.realm: expected a text' --config two.toml
  : >empty.toml
  "$earshotd" --check --config empty.toml --http 127.0.0.1:0 --sip 127.0.0.1:0 >good.txt ||
    give_up "an empty file: $(cat good.txt)"
}

shows_sip_without_secrets() {
  local earshot_options=(--trace-sip=5001 --log-format text)
  start_earshot
  phone agent 5001 uas_answer -m 1
  phone other 5002 uas_answer -m 1
  outside caller uac_bye 5001 -m 1 -d 300
  sipp_end caller
  sipp_end agent
  grep -q '^    REGISTER sip:' earshot.log || give_up "no REGISTER is shown"
  grep -q '^    m=audio ' earshot.log || give_up "no SDP is shown"
  grep -q '^    Authorization: Digest username="5001"' earshot.log || give_up "no Authorization is shown"
  if grep -qi 'response="\?[0-9a-f]' earshot.log; then give_up "a digest response is shown"; fi
  if grep -q '^    From: .*sip:5002@' earshot.log; then give_up "another number's messages are shown"; fi
}

said_often() { (($(grep -c 'connections cannot be accepted' earshot.log) >= 3)); }

stands_without_descriptors() {
  local earshot_limits=(prlimit --nofile=48:48)
  start_earshot
  local started=$SECONDS at opened=()
  for ((at = 0; at < 60; ++at)); do
    exec {connection}<>"/dev/tcp/${http%:*}/${http##*:}"
    opened+=("$connection")
  done
  expect "it is said again and again" 10 said_often
  local lines allowed=$((SECONDS - started + 2)) ticks
  lines=$(grep -c 'connections cannot be accepted' earshot.log)
  ((lines <= allowed)) || give_up "$lines lines in $((SECONDS - started)) s"
  ticks=$(awk '{print $14 + $15}' "/proc/$earshot/stat")
  ((ticks < 100)) || give_up "it took $ticks hundredths of a second of processor time"
  for at in "${opened[@]}"; do exec {at}>&-; done
  expect "it serves again" 5 api "$agent_user" GET /me
}
