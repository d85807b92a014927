# What outlives a server that is killed: docs/restart.md.
add_scenarios reaches_phones_after_a_kill

# The same server again, at the same addresses; its words go to NAME.log.
start_again() {
  sed -i "/^\[http\]/,/^\[/s/^listen = .*/listen = \"$http\"/; /^\[sip\]/,/^\[/s/^listen = .*/listen = \"$sip\"/" earshot.toml
  launch "$1" "$earshotd" --config earshot.toml
  earshot=$launched
  expect "earshot is ready again" 20 grep -qsa '^earshot ready ' "$1.log"
}
agent_is() { [[ $(api "$agent_user" GET '/me/devices?fields=userState' | field devices.0.userState.displayName) == "$1" ]]; }

reaches_phones_after_a_kill() {
  start_earshot server 'state_directory = "state"'
  phone agent 5001 uas_answer -m 1
  operation "$agent_user" /me StartContactCenterSession '"channels":["voice"]' >/dev/null
  operation "$agent_user" /me/channels/voice Ready >/dev/null
  expect "the state is written" 5 grep -qs '"state":"Ready"' state/state
  local status=0
  timeout 10 "$earshotd" --config earshot.toml >second.txt 2>&1 || status=$?
  ((status == 1)) || give_up "a second server on the directory ended with status $status: $(cat second.txt)"
  grep -qF "another Earshot (process $earshot) keeps its state there" second.txt || give_up "it said: $(cat second.txt)"
  kill -KILL "$earshot"
  expect "earshotd is gone" 5 is_gone "$earshot"
  start_again again
  agent_is Ready || give_up "the agent is not Ready again"
  outside caller uac_bye 5001 -m 1  # the agent's phone has not registered again
  sipp_end caller
  sipp_end agent
}
