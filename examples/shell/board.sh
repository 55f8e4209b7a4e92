#!/bin/sh
# A board in a shell: it gets a token, tests the connection, and lets you send messages if `wscat` is installed.
#
#   sh board.sh http://192.168.1.10:3000
#
# curl can open a WebSocket but cannot send messages over it here, because WebSocket messages must be masked. Without
# wscat this script only tests the connection (network, proxy, token) and then ends.
set -eu

gateway=${1:-http://127.0.0.1:3000}
gateway=${gateway%/}
token_file=${2:-token.txt}

# 1. Get a token and keep it for the next time. It is a secret, so only you may read the file.
if [ ! -s "$token_file" ]; then
  answer=$(curl -sS --max-time 20 "$gateway/public/tokens")
  token=$(printf '%s' "$answer" | sed -n 's/.*"pico_tokens":\["\([^"]*\)".*/\1/p')
  if [ -z "$token" ]; then
    echo "no token: $answer" >&2
    exit 1
  fi
  (umask 077 && printf '%s\n' "$token" >"$token_file")
fi
echo "token: kept in $token_file"

# 2. Connect with the token. It is passed in a file, so that it does not appear in the list of processes.
#    X-Darvaza-Probe makes this a test: nothing is bound to the token, and no device appears. A token that already
#    belongs to a device needs no such header: the gateway then simply sees the board of that device.
#    If the gateway rejects us, it may take up to 8 seconds to answer. If it accepts us, it keeps the connection open,
#    and we close it after 12 seconds.
echo "trying the door, for 12 seconds"
headers=$(mktemp)
trap 'rm -f "$headers"' EXIT
printf 'Authorization: Bearer %s\n' "$(cat "$token_file")" >"$headers"
status=$(curl -sS --http1.1 --max-time 12 -o /dev/null -w '%{http_code}' -H @"$headers" \
  -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' \
  -H "Sec-WebSocket-Key: $(head -c 16 /dev/urandom | base64)" -H 'X-Darvaza-Probe: 1' "$gateway/ws/pico" 2>/dev/null) || true
echo "handshake: $status"
if [ "$status" != 101 ]; then
  echo "not let in. 401: the token is not known here (delete $token_file for a new one); 403: blocked, or nobody new may enter;" >&2
  echo "404: wrong address; 000: no answer at all, so look at the network first." >&2
  exit 1
fi

# 3. Send messages. Type {"type":"ping"} and see the pong.
if command -v wscat >/dev/null; then
  ws=ws${gateway#http}
  # wscat reads headers only from its command line, so other users of this machine can see the token.
  exec wscat -c "$ws/ws/pico" -H "Authorization: Bearer $(cat "$token_file")"
fi
echo "the way in works. For a board that talks: npm install -g wscat, or see ../python and ../node"
