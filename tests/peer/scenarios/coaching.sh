# A linphone's agent is coached, through holding, a consultation, a conference and a transfer: the customer never hears the coach.
add_scenarios coaching

coaching() {
  people
  customer_calls cleo
  operation "${user_of[bob]}" "/me/devices/$(device_id "${user_of[bob]}")" Coach '"phoneNumber":"5002"' >/dev/null
  answers bob
  hear "bob coaches cleo" bob=cleo,customer cleo=bob,customer customer=cleo
  holds cleo
  hear "cleo's phone holds" bob=customer customer=music
  comes_back cleo
  hear "cleo's phone comes back" bob=cleo,customer cleo=bob,customer customer=cleo
  does cleo Established InitiateConference "$(to ada)"
  answers ada
  hear "cleo consults ada" bob=customer cleo=ada ada=cleo customer=music
  does cleo Established CompleteConference
  hear "they confer" bob=ada,cleo,customer cleo=ada,bob,customer ada=cleo,customer customer=ada,cleo
  does ada Established Hangup
  hear "ada leaves" bob=cleo,customer cleo=bob,customer customer=cleo
  does cleo Established InitiateTransfer "$(to ada)"
  answers ada
  hear "cleo consults ada again" bob=customer cleo=ada ada=cleo customer=music
  does cleo Established CompleteTransfer
  hear "ada has the customer, and is coached" bob=ada,customer ada=bob,customer customer=ada
  does ada Established SingleStepTransfer "$(to cleo)"
  answers cleo
  free ada
  hear "cleo has the customer, and is coached" bob=cleo,customer cleo=bob,customer customer=cleo
  does bob Established SwitchToListenIn
  hear "bob listens" bob=cleo,customer cleo=customer customer=cleo
  does bob Established SwitchToBargeIn
  hear "bob barges in" bob=cleo,customer cleo=bob,customer customer=bob,cleo
  does bob Established SwitchToListenIn
  hear "bob is silent again" bob=cleo,customer cleo=customer customer=cleo
  puts_down bob
  hear "bob leaves" cleo=customer customer=cleo
  customer_hangs_up
  nobody_talks
}
