# Conferences that come about by consulting and by one step, and end in every way; who hears whom is measured after each step.
add_scenarios conferences

conferences() {
  people
  conference_of ada cleo
  does ada Established SingleStepConference "$(to bob)"
  states bob Ringing
  hear "bob's phone rings for the conference" ada=cleo,customer cleo=ada,customer customer=ada,cleo
  answers bob
  hear "bob joins" ada=bob,cleo,customer bob=ada,cleo,customer cleo=ada,bob,customer customer=ada,bob,cleo
  does ada Established RemoveParticipantFromConference "\"participant\":\"${number_of[bob]}\""
  hear "ada removes bob" ada=cleo,customer cleo=ada,customer customer=ada,cleo
  free bob
  does ada Established Hangup
  hear "ada leaves, whose conference it is" cleo=customer customer=cleo
  free ada
  does cleo Established SingleStepConference "$(to ada)"
  answers ada
  hear "ada comes again" ada=cleo,customer cleo=ada,customer customer=ada,cleo
  does cleo Established RemoveParticipantFromConference '"participant":"0201"'
  hear "cleo removes the customer" ada=cleo cleo=ada
  puts_down cleo
  nobody_talks

  conference_of cleo bob
  customer_hangs_up
  hear "the customer leaves" cleo=bob bob=cleo
  puts_down bob
  nobody_talks
}

# conference_of AGENT COLLEAGUE: with the customer, after consulting
conference_of() {
  local agent=$1 colleague=$2
  customer_calls "$agent"
  does "$agent" Established InitiateConference "$(to "$colleague")"
  answers "$colleague"
  states "$agent" Established Held
  hear "$agent consults $colleague" "$agent=$colleague" "$colleague=$agent" customer=music
  does "$agent" Established CompleteConference
  hear "$agent, $colleague and the customer confer" "$agent=$colleague,customer" "$colleague=$agent,customer" \
    "customer=$agent,$colleague"
  states "$agent" Established
}
