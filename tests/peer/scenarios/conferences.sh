# Conferences that come about by consulting and by one step, and end in every way; who hears whom is measured after each step.
add_scenarios conferences

conferences() {
  people
  grown_by_one_step
  grown_by_consulting
  among_colleagues
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
all_four() {
  hear "$1" ada=bob,cleo,customer bob=ada,cleo,customer cleo=ada,bob,customer customer=ada,bob,cleo
}

grown_by_one_step() {
  conference_of ada cleo
  does ada Established SingleStepConference "$(to bob)"
  states bob Ringing
  hear "bob's phone rings for the conference" ada=cleo,customer cleo=ada,customer customer=ada,cleo
  answers bob
  all_four "bob joins"
  does ada Established RemoveParticipantFromConference '"participant":"5005"'
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
}

grown_by_consulting() {
  conference_of cleo ada
  does cleo Established InitiateConference "$(to bob)"
  states bob Ringing
  hear "cleo asks bob, the others go on" cleo=ringback ada=customer customer=ada
  answers bob
  hear "cleo consults bob, the others go on" cleo=bob bob=cleo ada=customer customer=ada
  does cleo Established CompleteConference
  all_four "cleo brings bob"
  does bob Established Hold
  hear "bob holds" ada=cleo,customer cleo=ada,customer customer=ada,cleo bob=
  does bob Held Retrieve
  all_four "bob retrieves"
  holds cleo
  hear "cleo's phone holds" ada=bob,customer bob=ada,customer customer=ada,bob
  comes_back cleo
  all_four "cleo's phone comes back"
  puts_down bob
  hear "bob leaves" ada=cleo,customer cleo=ada,customer customer=ada,cleo
  does ada Established InitiateTransfer "$(to bob)"
  answers bob
  hear "ada consults bob, the others go on" ada=bob bob=ada cleo=customer customer=cleo
  does ada Established CompleteTransfer
  hear "bob has ada's place" bob=cleo,customer cleo=bob,customer customer=bob,cleo
  free ada
  customer_hangs_up
  hear "the customer leaves" bob=cleo cleo=bob
  does cleo Established Hangup
  nobody_talks
}

# cleo dials by the API: her own phone is called first
among_colleagues() {
  local last
  last=$(linphones_last_call "${number_of[cleo]}")
  operation "${user_of[cleo]}" "/me/devices/$(device_id "${user_of[cleo]}")/calls" Dial "$(to ada)" >/dev/null
  expect "cleo's phone is called" 10 linphone_rings_since "${number_of[cleo]}" "$last"
  linphone_does "${number_of[cleo]}" answer
  answers ada
  hear "cleo calls ada" ada=cleo cleo=ada
  does cleo Established SingleStepConference "$(to bob)"
  answers bob
  hear "bob joins the two" ada=bob,cleo bob=ada,cleo cleo=ada,bob
  does cleo Established RemoveParticipantFromConference '"participant":"5001"'
  hear "cleo removes ada" bob=cleo cleo=bob
  puts_down bob
  free ada bob cleo
}
