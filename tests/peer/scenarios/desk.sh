# The desk in a browser: Debian's Chromium, driven by playwright-core, against earshotd and robots' phones.
add_scenarios desk

install_desk() {
  local place=$out/desk-browser
  mkdir -p "$place"
  if ! cmp -s "$here/desk/package-lock.json" "$place/installed.json"; then
    cp "$here"/desk/package*.json "$place/"
    (cd "$place" && npm ci --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error)
    cp "$here/desk/package-lock.json" "$place/installed.json"
  fi
  cp "$here"/desk/*.mjs "$here"/bayeux/{centre,waiting,reporter}.mjs "$place/"
}

desk() {
  local robots chromium
  chromium=$(command -v chromium) || give_up "there is no chromium: ./dev test peers installs it where Debian has it"
  install_desk
  node "$out/desk-browser/node_modules/typescript/bin/tsc" -p "$here/../../web/desk" || give_up "the types of web/desk do not fit"
  echo "ok the types of web/desk fit" >>checks
  robots=$(find "$build" -type f -name earshot-robots -perm -u+x | head -n 1)
  next_port
  local status=0
  launch browser timeout 240 env EARSHOTD="$earshotd" EARSHOT_ROBOTS="$robots" EARSHOT_MEDIA_PORT="$port" CHROMIUM="$chromium" \
    node --test-reporter="$out/desk-browser/reporter.mjs" "$out/desk-browser/desk_test.mjs"
  wait "$launched" || status=1
  grep -a '^ok \|^FAIL ' browser.log | cut -c1-300 >>checks || echo "FAIL desk: it checked nothing" >>checks
  ((status == 0)) || give_up "a check failed"
}
