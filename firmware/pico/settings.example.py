# Copy this file to settings.py and fill in the first two. darvaza/settings.py lists all other settings with their
# defaults; to change one, write it here.

# Wi-Fi networks (2.4 GHz), tried in this order: (name, password).
WIFI = [('my network', 'its password')]

# Your gateway: ws:// on your own network, wss:// over the internet.
GATEWAY = 'ws://192.168.1.10:3000'

# Leave this at None: the board fetches its own token at its first start and keeps it in token.json.
# If you made a token by hand (`npx darvaza token create`), write it here instead.
TOKEN = None

# The name that the board reports, for example 'garden-gate'. With None it reports its chip's number.
NAME = None

# GPIO numbers of the two servos.
SERVO_PINS = (15, 14)
