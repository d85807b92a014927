# The notification endpoint among its clients: a program of checks for each kind, side by side.
add_scenarios notifications

notifications() {
  local part robots
  local -A parts=()
  install_bayeux
  robots=$(find "$build" -type f -name earshot-robots -perm -u+x | head -n 1)
  for part in delivery loss mistakes transport limits comeback; do
    next_port
    launch "$part" timeout 240 env EARSHOTD="$earshotd" EARSHOT_ROBOTS="$robots" EARSHOT_MEDIA_PORT="$port" \
      node --test-reporter="$out/bayeux/reporter.mjs" "$out/bayeux/${part}_test.mjs"
    parts[$part]=$launched
    port_at=$((port_at + 500))
  done
  local bad=0
  for part in "${!parts[@]}"; do
    wait "${parts[$part]}" || bad=1
    grep -a '^ok \|^FAIL ' "$part.log" | cut -c1-300 >>checks || echo "FAIL $part: it checked nothing" >>checks
  done
  ((bad == 0)) || give_up "a check failed"
}
