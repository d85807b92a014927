# Calls by a scripted SIP peer: every way a call can go, and what it leaves behind.
add_scenarios trunk_calls_device_caller_ends trunk_calls_device_callee_ends trunk_calls_without_offer \
  device_calls_device device_calls_trunk busy_is_busy no_answer_is_480_and_cancelled caller_cancels \
  hold_and_retrieve wrong_number_is_404 unregistered_device_is_480 stranger_is_challenged \
  wrong_password_is_refused options_are_answered fifty_calls_leave_nothing garbage_changes_nothing

trunk_calls_device_caller_ends() {
  start_earshot
  phone callee 5001 uas_answer -m 1
  outside caller uac_bye 5001 -m 1 -d 300
  sipp_end caller
  sipp_end callee
  expect "the agent has no calls" 5 has_no_calls "$agent_user"
}

trunk_calls_device_callee_ends() {
  start_earshot
  phone callee 5001 uas_bye -m 1 -d 300
  outside caller uac_wait_bye 5001 -m 1
  sipp_end caller
  sipp_end callee
  expect "the agent has no calls" 5 has_no_calls "$agent_user"
}

trunk_calls_without_offer() {
  start_earshot
  phone callee 5001 uas_answer -m 1
  outside caller uac_late_offer 5001 -m 1 -d 300
  sipp_end caller
  sipp_end callee
}

# device_calls NUMBER: from 5000, registered, with digest
device_calls() {
  next_port
  local at=$port
  sipp_run caller-register register 127.0.0.1 "$at" -s 5000 -au 5000 -ap "$secret" -m 1
  sipp_start caller uac_device 127.0.0.1 "$at" -s "$1" -key caller 5000 -au 5000 -ap "${2:-$secret}" \
    -auth_uri "$1@$sip" -m 1 -d 300
}

device_calls_device() {
  start_earshot
  phone callee 5001 uas_answer -m 1
  device_calls 5001
  sipp_end caller
  sipp_end callee
  expect "the agent has no calls" 5 has_no_calls "$agent_user"
}

device_calls_trunk() {
  start_earshot
  sipp_start callee uas_answer 127.0.0.2 "$trunk_port" -m 1
  expect "the trunk listens" 5 is_bound "$trunk_port"
  device_calls 0201
  sipp_end caller
  sipp_end callee
}

busy_is_busy() {
  start_earshot
  phone callee 5001 uas_busy -m 1
  outside caller "$(refusal 486)" 5001 -m 1
  sipp_end caller
  sipp_end callee
}

no_answer_is_480_and_cancelled() {
  start_earshot calls 'ring_timeout_s = 2'
  phone callee 5001 uas_cancelled -m 1
  outside caller "$(refusal 480)" 5001 -m 1
  sipp_end caller
  sipp_end callee
  expect "the agent has no calls" 5 has_no_calls "$agent_user"
}

caller_cancels() {
  start_earshot
  phone callee 5001 uas_cancelled -m 1
  outside caller uac_cancel 5001 -m 1 -d 200
  sipp_end caller
  sipp_end callee
  expect "the agent has no calls" 5 has_no_calls "$agent_user"
}

hold_and_retrieve() {
  start_earshot
  phone callee 5001 uas_answer -m 1
  outside caller uac_hold 5001 -m 1 -d 200
  sipp_end caller
  sipp_end callee
}

wrong_number_is_404() {
  start_earshot
  outside caller "$(refusal 404)" 5999 -m 1
  sipp_end caller
}

unregistered_device_is_480() {
  start_earshot
  outside caller "$(refusal 480)" 5002 -m 1
  sipp_end caller
}

stranger_is_challenged() {
  start_earshot
  next_port
  sipp_run caller uac_stranger 127.0.0.3 "$port" -s 5001 -m 1
}

wrong_password_is_refused() {
  start_earshot
  next_port
  sipp_start guesser register 127.0.0.1 "$port" -s 5001 -au 5001 -ap wrong -m 1
  local status=0
  wait "${sipp_pids[guesser]}" || status=$?
  ((status != 0)) || give_up "a wrong password was taken"
  outside caller "$(refusal 480)" 5001 -m 1  # nobody is registered there
  sipp_end caller
}

options_are_answered() {
  start_earshot
  next_port
  sipp_run probe options 127.0.0.1 "$port" -m 1
}

fifty_calls_leave_nothing() {
  start_earshot
  local before
  phone callee 5001 uas_answer -m 50
  before=$(open_files)
  outside caller uac_bye 5001 -m 50 -r 5 -l 1 -d 50
  sipp_end caller
  sipp_end callee
  expect "the agent has no calls" 5 has_no_calls "$agent_user"
  expect "no socket stays open (before: $before)" 10 has_at_most_open_files "$((before + 4))"
}
open_files() { find "/proc/$earshot/fd" -mindepth 1 | wc -l; }
has_at_most_open_files() { (($(open_files) <= $1)); }

garbage_changes_nothing() {
  start_earshot
  phone callee 5001 uas_answer -m 1
  outside caller uac_bye 5001 -m 1 -d 4000
  expect "the call is up" 10 grep -qsa '^ACK ' callee.messages
  local caller_side callee_side
  caller_side=$(rtp_port_seen_by caller)
  callee_side=$(rtp_port_seen_by callee)
  [[ -n $caller_side && -n $callee_side ]] || give_up "no RTP port in the messages"
  node "$here/lib/garbage.mjs" 127.0.0.1 "$sip_port" "$caller_side" "$((caller_side + 1))" "$callee_side" "$((callee_side + 1))"
  next_port
  sipp_run probe options 127.0.0.1 "$port" -m 1
  sipp_end caller
  sipp_end callee
  expect "the agent has no calls" 5 has_no_calls "$agent_user"
}
