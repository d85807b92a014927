# The public Bayeux clients, from npm.

# They are installed below build/, once, as tests/peer/bayeux/package-lock.json says.
install_bayeux() {
  local place=$out/bayeux
  mkdir -p "$place"
  if ! cmp -s "$here/bayeux/package-lock.json" "$place/package-lock.json" || [[ ! -d $place/node_modules/faye ]]; then
    cp "$here"/bayeux/package*.json "$place/"
    (cd "$place" && npm ci --no-audit --no-fund --no-progress --loglevel=error)
  fi
  cp "$here"/bayeux/*.mjs "$place/"
}

# receive USER [TRANSPORT]: every notification of the user as a line of JSON in received-NAME.log
receive() {
  local name=${1%@*}
  launch "received-$name" node "$out/bayeux/receive.mjs" --url "http://$http/api/v2/notifications" \
    --user "$1" --password "$secret" --channel '/v2/me/*' --transport "${2:-long-polling}"
  expect "the client of $name is subscribed" 20 grep -qs '^subscribed' "received-$name.log"
}
# How many call notifications there were, and the first after so many. (A device has some of its own in between.)
received_count() { grep -c '"CallStateChangeMessage"' "received-$1.log" || :; }
notification_after() { grep '"CallStateChangeMessage"' "received-$1.log" | sed -n "$(($2 + 1)){p;q}" | grep . >"$1.json"; }
