# Softphones: registered, called and calling, and heard by tone in what the other one recorded.
add_scenarios softphones_hear_each_other softphones_of_two_codecs_hear_each_other

softphones_hear_each_other() {
  start_earshot
  softphone 5001 620 auto
  softphone 5000 440
  dials 5000 5001
  expect "5000 is talking" 10 is_talking 5000
  expect "5001 is talking" 10 is_talking 5001
  expect "5000 heard two seconds" 15 heard_seconds 5000 2
  expect "5001 heard two seconds" 15 heard_seconds 5001 2
  hangs_up 5000
  expect "5001 sees the end" 10 has_ended 5001
  hears 5000 +620 -440
  hears 5001 +440 -620
  expect "the agent has no calls" 5 has_no_calls "$agent_user"
}

softphones_of_two_codecs_hear_each_other() {
  start_earshot
  codec=PCMA softphone 5001 620 auto
  codec=PCMU softphone 5000 440
  dials 5000 5001
  expect "5000 heard two seconds" 20 heard_seconds 5000 2
  expect "5001 heard two seconds" 15 heard_seconds 5001 2
  hangs_up 5001
  expect "5000 sees the end" 10 has_ended 5000
  hears 5000 +620 -440
  hears 5001 +440 -620
}
