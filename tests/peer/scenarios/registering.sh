# Programs that register with the configuration as it comes: each knows other forms of a challenge (decision 0004).
add_scenarios sipsak_registers twinkle_registers

sipsak_registers() {
  start_earshot
  sipsak -U -C "sip:5001@127.0.0.1:5071" -s "sip:5001@$sip" -a "$secret" -x 300 -vv >sipsak.log 2>&1 ||
    give_up "sipsak ended with status $?"
  expect "5001 is registered" 5 grep -qs 'device registered' earshot.log
}

# Its console needs no sound device to register.
twinkle_registers() {
  local at
  start_earshot
  next_port && at=$port
  mkdir -p home/.twinkle
  printf '%s\n' "user_name=5001" "user_domain=$sip" "auth_name=5001" "auth_pass=$secret" "registrar=$sip" \
    "outbound_proxy=$sip" "register_at_startup=yes" "registration_time=300" >home/.twinkle/5001.cfg
  printf '%s\n' "sip_udp_port=$at" "sip_transport=udp" >home/.twinkle/twinkle.sys
  mkfifo commands
  exec {commands}<>commands
  # shellcheck disable=SC2016  # the inner shell's words
  launch twinkle env HOME="$PWD/home" bash -c 'exec twinkle-console 5001.cfg <"$1"' - commands
  expect "5001 is registered" 10 grep -qs 'device registered' earshot.log
  echo quit >&"$commands"
}
