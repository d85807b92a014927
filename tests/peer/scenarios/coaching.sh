# A linphone's agent is coached, through a consultation and a conference too: the customer never hears the coach.
add_scenarios coaching

coaching() {
  people
  customer_calls cleo
  operation "${user_of[bob]}" "/me/devices/$(device_id "${user_of[bob]}")" Coach "\"phoneNumber\":\"${number_of[cleo]}\"" >/dev/null
  answers bob
  hear "bob coaches cleo" bob=cleo,customer cleo=bob,customer customer=cleo
  does cleo Established InitiateConference "$(to ada)"
  answers ada
  hear "cleo consults ada" bob=customer cleo=ada ada=cleo customer=music
  does cleo Established CompleteConference
  hear "they confer" bob=ada,cleo,customer cleo=ada,bob,customer ada=cleo,customer customer=ada,cleo
  does bob Established SwitchToListenIn
  hear "bob listens" bob=ada,cleo,customer cleo=ada,customer ada=cleo,customer customer=ada,cleo
  does ada Established Hangup
  hear "ada leaves" bob=cleo,customer cleo=customer customer=cleo
  does bob Established SwitchToBargeIn
  hear "bob barges in" bob=cleo,customer cleo=bob,customer customer=bob,cleo
  does bob Established SwitchToListenIn
  hear "bob is silent again" bob=cleo,customer cleo=customer customer=cleo
  puts_down bob
  hear "bob leaves" cleo=customer customer=cleo
  customer_hangs_up
  nobody_talks
}
