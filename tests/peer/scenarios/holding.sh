# Hold, by the API and by the phones, and consultations that come to nothing; who hears whom is measured after each step.
add_scenarios holding

holding() {
  people
  customer_calls ada
  holds_and_retrieves ada
  consults_in_vain "ada ends the consultation" does ada Established Hangup
  consults_in_vain "cleo ends the consultation" puts_down cleo
  does ada Established InitiateTransfer "$(to cleo)"
  states cleo Ringing
  puts_down cleo
  states ada Held
  hear "cleo does not take the consultation" ada= customer=music
  does ada Held Retrieve
  hear "ada is back with the customer" ada=customer customer=ada
  holds ada
  states ada Held
  hear "ada's phone holds" customer=music
  comes_back ada
  hear "ada's phone comes back" customer=ada
  customer_hangs_up
  nobody_talks

  customer_calls cleo
  holds_and_retrieves cleo
  holds cleo
  states cleo Held
  hear "cleo's phone holds" customer=music
  comes_back cleo
  hear "cleo's phone comes back" cleo=customer customer=cleo
  between_two_calls
  customer_hangs_up
  nobody_talks
}

# bob calls too; a phone has its own ways between two calls that reached it, and asks with re-INVITEs
between_two_calls() {
  local phone=${number_of[cleo]} first second
  first=$(linphones_last_call "$phone")
  dials "${number_of[bob]}" "$phone"
  states cleo Established Ringing
  expect "cleo's phone tells of bob" 10 linphone_rings_since "$phone" "$first"
  second=$(linphones_last_call "$phone")
  linphone_does "$phone" "answer $second"
  hear "cleo's phone holds and takes bob's call" cleo=bob bob=cleo customer=music
  states cleo Established Held
  linphone_does "$phone" pause
  states cleo Held Held
  hear "cleo's phone holds both" bob=music customer=music
  linphone_does "$phone" "resume $first"
  hear "cleo's phone comes back to the customer" cleo=customer customer=cleo bob=music
  puts_down bob
  free bob
  hear "bob leaves" cleo=customer customer=cleo
  linphone_does "$phone" "transfer $first sip:${number_of[ada]}@$sip"
  expect "cleo's phone asks to transfer by itself, in vain" 10 grep -qsa 'SIP/2.0 405' "linphone-$phone.log"
  hear "cleo keeps the customer" cleo=customer customer=cleo
}

holds_and_retrieves() {
  does "$1" Established Hold
  states "$1" Held
  hear "$1 holds" "$1=" customer=music
  does "$1" Held Retrieve
  hear "$1 retrieves" "$1=customer" "customer=$1"
}

# consults_in_vain WHAT COMMAND…: ada asks cleo, and COMMAND ends that
consults_in_vain() {
  does ada Established InitiateConference "$(to cleo)"
  answers cleo
  states ada Established Held
  hear "ada consults cleo" ada=cleo cleo=ada customer=music
  "${@:2}"
  free cleo
  states ada Held
  hear "$1" ada= customer=music
  does ada Held Retrieve
  hear "ada is back with the customer" ada=customer customer=ada
}
