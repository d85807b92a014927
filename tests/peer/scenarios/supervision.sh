# The founding story among real peers: softphones, curl, and the npm cometd client as it comes.
add_scenarios seed_story seed_story_over_websocket hearing_in_ListenIn hearing_in_Coach hearing_in_BargeIn

golden=$here/../golden

# supervised_call MODE: 5000 talks to 5001, and 5005 monitors 5001 in MODE; all three are talking
supervised_call() {
  local supervisors
  softphone 5001 620 auto
  softphone 5000 440
  softphone 5005 910 auto
  operation "$agent_user" /me StartContactCenterSession '"channels":["voice"]'
  operation "$supervisor_user" /me StartContactCenterSession '"channels":["voice"]'
  supervisors=$(device_id "$supervisor_user")
  operation "$supervisor_user" "/me/devices/$supervisors" "$1" \
    "\"targetDeviceUri\":\"http://$http/api/v2/devices/$(device_id "$agent_user")\""
  dials 5000 5001
  expect "5000 is talking" 10 is_talking 5000
  expect "5001 is talking" 10 is_talking 5001
  expect "5005 is talking" 10 is_talking 5005
}
the_call() { api "$1" GET '/me/calls?fields=*' | field calls.0.id; }
has_call_in_state() { [[ $(api "$1" GET '/me/calls?fields=*' | field calls.0.state) == "$2" ]]; }

# switches OPERATION CALL: accepted, and the notification is the golden one
switches() {
  local count
  count=$(received_count supervisor)
  api "$supervisor_user" POST "/me/calls/$2" "$(cat "$golden/$1/request.json")" >reply.json
  node "$here/golden.mjs" "$golden/$1/response.json" reply.json
  expect "a notification of $1" 10 notification_after supervisor "$count"
  node "$here/golden.mjs" "$golden/$1/notification.json" supervisor.json --allow monitoring
}

story_over() {
  local call count
  install_bayeux
  start_earshot
  receive "$supervisor_user" "$1"
  supervised_call BargeIn
  expect "the supervisor's call is established" 10 has_call_in_state "$supervisor_user" Established
  call=$(the_call "$supervisor_user")
  switches SwitchToListenIn "$call"
  count=$(received_count supervisor)
  refused "$supervisor_user" "/me/calls/$call" SwitchToListenIn 403 3
  switches SwitchToBargeIn "$call"
  (($(received_count supervisor) == count + 1)) || give_up "a refused operation was notified"
  switches SwitchToListenIn "$call"
  hangs_up 5000
  expect "5001 sees the end" 10 has_ended 5001
  expect "5005 sees the end" 10 has_ended 5005
  expect "the agent has no calls" 5 has_no_calls "$agent_user"
  expect "the supervisor has no calls" 5 has_no_calls "$supervisor_user"
}

seed_story() { story_over long-polling; }
seed_story_over_websocket() { story_over websocket; }

# hearing MODE CUSTOMER-HEARS-SUPERVISOR AGENT-HEARS-SUPERVISOR: each + or -, over the whole call
hearing() {
  start_earshot
  supervised_call "$1"
  local number
  for number in 5000 5001 5005; do expect "$number heard three seconds" 20 heard_seconds "$number" 3; done
  hangs_up 5000
  for number in 5001 5005; do expect "$number sees the end" 10 has_ended "$number"; done
  hears 5000 +620 -440 "${2}910"
  hears 5001 +440 -620 "${3}910"
  hears 5005 +440 +620 -910
}
hearing_in_ListenIn() { hearing ListenIn - -; }
hearing_in_Coach() { hearing Coach - +; }
hearing_in_BargeIn() { hearing BargeIn + +; }
