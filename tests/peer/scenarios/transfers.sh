# Every transfer, with and without consulting, by phones of two makes; who hears whom is measured after each step.
add_scenarios transfers transfers_outside transfers_to_a_queue

transfers() {
  people
  single_steps
  consulted_transfer ada cleo
  does cleo Established Hangup
  nobody_talks
  consulted_transfer cleo bob
  puts_down bob
  nobody_talks
  ringing_transfer ada cleo
  customer_hangs_up
  nobody_talks
  ringing_transfer cleo ada
  does ada Established Hangup
  nobody_talks
}

single_steps() {
  customer_calls ada
  does ada Established SingleStepTransfer "$(to cleo)"
  states cleo Ringing
  hear "cleo's phone rings, ada stays" ada=customer customer=ada
  puts_down cleo
  free cleo
  hear "cleo declines, ada stays" ada=customer customer=ada
  does ada Established SingleStepTransfer "$(to cleo)"
  answers cleo
  free ada
  hear "cleo has got the customer" cleo=customer customer=cleo
  does cleo Established SingleStepTransfer "$(to bob)"
  answers bob
  free cleo
  hear "bob has got the customer from cleo" bob=customer customer=bob
  customer_hangs_up
  nobody_talks
}

# consulted_transfer AGENT COLLEAGUE: AGENT has the customer, asks COLLEAGUE and goes back and forth
consulted_transfer() {
  local agent=$1 colleague=$2
  customer_calls "$agent"
  does "$agent" Established InitiateTransfer "$(to "$colleague")"
  states "$agent" Dialing Held
  hear "$agent asks $colleague, whose phone rings" "$agent=ringback" customer=music
  answers "$colleague"
  states "$agent" Established Held
  hear "$agent consults $colleague" "$agent=$colleague" "$colleague=$agent" customer=music
  does "$agent" Established SwapCalls "$(other_call "$agent" Held)"
  hear "$agent is back with the customer" "$agent=customer" "customer=$agent" "$colleague=music"
  does "$agent" Established SwapCalls "$(other_call "$agent" Held)"
  hear "$agent is back with $colleague" "$agent=$colleague" "$colleague=$agent" customer=music
  does "$agent" Established CompleteTransfer
  hear "$colleague has got the customer from $agent" "$colleague=customer" "customer=$colleague"
  free "$agent"
  states "$colleague" Established
}

# ringing_transfer AGENT COLLEAGUE: completed before COLLEAGUE has answered
ringing_transfer() {
  customer_calls "$1"
  does "$1" Established InitiateTransfer "$(to "$2")"
  states "$2" Ringing
  does "$1" Held CompleteTransfer
  free "$1"
  hear "$1 has left the customer to $2, whose phone rings" customer=ringback
  answers "$2"
  hear "$2 answers and has the customer" "$2=customer" "customer=$2"
}

# Dora is outside, behind a trunk of her own, and answers.
transfers_outside() {
  number_of[dora]=9300
  hum_of[dora]=560
  sound_of[dora]=dora.wav
  next_port
  local beyond=$port
  people '[trunks]' 'name = "beyond"' '[trunks]' "address = \"127.0.0.3:$beyond\"" '[trunks]' 'prefixes = ["9"]'
  next_port
  launch handset-dora node "$here/handset.mjs" 127.0.0.3 "$port" "${hum_of[dora]}" "${sound_of[dora]}"
  expect "dora has a handset" 10 is_bound "$port"
  sed 's/.media_port./[handset]/' "$here/sipp/uas_answer.xml" >dora.xml
  sipp_start dora ./dora.xml 127.0.0.3 "$beyond" -m 2 -timeout 300s -key handset "$port"
  expect "dora listens" 5 is_bound "$beyond"

  customer_calls ada
  does ada Established InitiateTransfer "$(to dora)"
  hear "ada consults dora" ada=dora dora=ada customer=music
  does ada Established SwapCalls
  hear "ada is back with the customer" ada=customer customer=ada dora=music
  does ada Established CompleteConference
  hear "ada, dora and the customer confer" ada=dora,customer dora=ada,customer customer=ada,dora
  does ada Established Hangup
  hear "ada leaves two who are outside" customer=dora dora=customer
  customer_hangs_up
  nobody_talks
  customer_calls cleo
  does cleo Established SingleStepTransfer "$(to dora)"
  hear "dora has got the customer from cleo" customer=dora dora=customer
  free cleo
  customer_hangs_up
  nobody_talks
  sipp_end dora
}

transfers_to_a_queue() {
  number_of[queue]=8000
  people '[queues]' 'name = "service"' '[queues]' 'number = "8000"' '[queues]' 'agents = ["5001", "5002"]'
  operation "${user_of[ada]}" /me/channels/voice NotReady >/dev/null
  customer_calls ada
  does ada Established SingleStepTransfer "$(to queue)"
  hear "the customer waits in the queue" customer=music
  free ada
  operation "${user_of[cleo]}" /me/channels/voice Ready >/dev/null
  answers cleo
  hear "cleo has got the customer from the queue" cleo=customer customer=cleo
  operation "${user_of[ada]}" /me/channels/voice Ready >/dev/null
  does cleo Established InitiateTransfer "$(to queue)"
  states ada Ringing
  hear "cleo asks the queue, and ada's phone rings" cleo=music customer=music
  does cleo Held SwapCalls
  hear "cleo is back with the customer while ada's phone rings" cleo=customer customer=cleo
  answers ada
  hear "ada answers, and waits" cleo=customer customer=cleo ada=music
  does cleo Held CompleteTransfer
  hear "ada has got the customer from cleo" ada=customer customer=ada
  free cleo
  customer_hangs_up
  nobody_talks
}
