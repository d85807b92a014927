# The demo as ./dev run leaves it: a contact centre that lives by itself.
add_scenarios demo_lives

demo_asks() { curl -s -u supervisor:demo "http://$demo_http/api/v2$1"; }
# So many of the queues' agents talk to a customer.
agents_talk() { (($(demo_asks '/users?subresources=*' | grep -o '"callType":"Inbound"' | wc -l) >= $1)); }
some_monitoring() { demo_asks "/me/calls?fields=monitoring" | grep -qs '"monitoring":true'; }

demo_lives() {
  local demo demo_http demo_sip
  demo=$(find "$build" -type f -name earshot-demo -perm -u+x | head -n 1)
  next_port && demo_http=127.0.0.1:$port
  next_port && demo_sip=127.0.0.1:$port
  launch demo "$demo" --http "$demo_http" --sip "$demo_sip" --calls-per-minute 60
  local demo_pid=$launched
  expect "the demo stays up" 60 grep -qs 'Press Ctrl-C to stop' demo.log
  expect "four agents talk to customers" 15 agents_talk 4
  expect "the call of the story is still monitored" 5 some_monitoring
  kill -TERM "$demo_pid"
  local status=0
  wait "$demo_pid" || status=$?
  ((status == 0)) || give_up "the demo ended with status $status"
}
