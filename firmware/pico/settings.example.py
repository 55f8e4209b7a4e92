# Copy this file to settings.py and fill in the first two. Every other setting, with its default and what it does,
# is in darvaza/settings.py: name it here to change it.

# Wi-Fi networks (2.4 GHz), tried in this order: (name, password).
WIFI = [('my network', 'its password')]

# Your gateway: ws:// on your own network, wss:// over the internet.
GATEWAY = 'ws://192.168.1.10:3000'

# None: the board fetches a token of its own on its first start and keeps it in token.json.
# Made a token by hand (`npx darvaza token create`)? Put it here instead.
TOKEN = None

# What the board calls itself, e.g. 'garden-gate'. None: its chip's number.
NAME = None

# GPIO numbers of the two servos.
SERVO_PINS = (15, 14)
