#!/bin/sh
# Records the session that the README shows: curl, connect, approve, snapshot, servo, journal. It needs a gateway on
# port 3000 (npm start) with an empty data folder, and ends the processes it started.
cd "$(dirname "$0")/.." || exit 1
darvaza() { sh bin/darvaza "$@"; }
show() {
  printf '$ %s\n' "$(echo "$*" | sed 's/^darvaza/npx darvaza/')"
  "$@" 2>&1
  echo
}
show curl -s http://127.0.0.1:3000/public/tokens
echo
echo '$ npx darvaza simulate esp32cam --device-id roof-cam &'
echo '$ npx darvaza simulate pico --device-id roof-pico &'
echo
sh bin/darvaza simulate esp32cam --device-id roof-cam >/dev/null 2>&1 & camera=$!
sh bin/darvaza simulate pico --device-id roof-pico >/dev/null 2>&1 & pico=$!
trap 'kill $camera $pico' EXIT
until [ "$(darvaza device list --json 2>/dev/null | grep -c '"online"')" -ge 2 ]; do :; done
show darvaza device list
for id in $(darvaza device list 2>/dev/null | grep -o '^d_[a-z0-9]*'); do show darvaza device approve "$id"; done
until darvaza snapshot roof-cam -o /tmp/roof.jpg >/dev/null 2>&1; do :; done
rm -f /tmp/roof.jpg
show darvaza snapshot roof-cam -o /tmp/roof.jpg
show darvaza servo roof-pico --servo1 120 --servo2 60
show darvaza journal --limit 6
