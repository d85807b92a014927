# Consultations that take another turn: somebody leaves, asks on, holds or goes back too early; heard after each step.
add_scenarios consultations

consultations() {
  people
  back_while_it_rings
  customer_leaves
  passed_on_and_transferred
  transferred_and_passed_on
  transferred_to_a_phone_that_holds
}

# consulting AGENT COLLEAGUE: AGENT has the customer, and asks COLLEAGUE
consulting() {
  does "$1" Established InitiateTransfer "$(to "$2")"
  answers "$2"
  hear "$1 consults $2" "$1=$2" "$2=$1" customer=music
}

back_while_it_rings() {
  customer_calls ada
  does ada Established InitiateTransfer "$(to cleo)"
  states cleo Ringing
  does ada Held SwapCalls "$(other_call ada Dialing)"
  hear "ada is back with the customer while cleo's phone rings" ada=customer customer=ada
  answers cleo
  hear "cleo answers, and waits" ada=customer customer=ada cleo=music
  does ada Established Hold
  hear "ada holds both" ada= customer=music cleo=music
  does ada Held SwapCalls
  hear "ada goes back to the customer" ada=customer customer=ada cleo=music
  does ada Held SwapCalls
  hear "ada turns to cleo" ada=cleo cleo=ada customer=music
}
# continues the former
customer_leaves() {
  customer_hangs_up
  states ada Established
  hear "the customer has left, ada and cleo go on" ada=cleo cleo=ada
  does cleo Established Hangup
  nobody_talks
  customer_calls cleo
  does cleo Established InitiateTransfer "$(to ada)"
  states ada Ringing
  does cleo Dialing CompleteTransfer
  hear "cleo has left the customer to ada, whose phone rings" customer=ringback
  customer_hangs_up
  nobody_talks
}

passed_on_and_transferred() {
  customer_calls ada
  consulting ada cleo
  does cleo Established InitiateTransfer "$(to bob)"
  states bob Ringing
  hear "cleo asks bob, whose phone rings" ada=music cleo=ringback customer=music
  answers bob
  hear "cleo consults bob" ada=music cleo=bob bob=cleo customer=music
  does cleo Established CompleteTransfer
  hear "cleo has passed ada on to bob" ada=bob bob=ada customer=music
  does ada Established CompleteTransfer
  hear "ada has passed the customer on to bob" bob=customer customer=bob
  free ada cleo
  puts_down bob
  nobody_talks
}

transferred_and_passed_on() {
  customer_calls ada
  consulting ada cleo
  does cleo Established InitiateConference "$(to bob)"
  answers bob
  hear "cleo consults bob" ada=music cleo=bob bob=cleo customer=music
  does ada Established CompleteTransfer
  free ada
  hear "ada has left the customer to cleo, who consults bob" cleo=bob bob=cleo customer=music
  does cleo Established CompleteConference
  hear "cleo, bob and the customer confer" cleo=bob,customer bob=cleo,customer customer=bob,cleo
  does cleo Established Hangup
  hear "cleo leaves" bob=customer customer=bob
  puts_down bob
  nobody_talks
}

transferred_to_a_phone_that_holds() {
  customer_calls ada
  consulting ada cleo
  holds cleo
  states cleo Held
  hear "cleo's phone holds" ada=music customer=music
  does ada Established CompleteTransfer
  free ada
  hear "ada has left the customer to cleo, whose phone holds" customer=music
  comes_back cleo
  hear "cleo comes back, and has the customer" cleo=customer customer=cleo
  does cleo Established Hangup
  nobody_talks
}
