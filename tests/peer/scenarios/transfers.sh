# Every transfer, with and without consulting, by phones of two makes; who hears whom is measured after each step.
add_scenarios transfers

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
