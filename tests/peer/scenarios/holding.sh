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
  does cleo Established Hangup
  nobody_talks
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
