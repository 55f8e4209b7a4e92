#!/usr/bin/env python3
"""
A board in Python. It pretends to have two servos and a thermometer.

    pip install websockets                  (Debian, Ubuntu: sudo apt install python3-websockets)
    python3 board.py http://192.168.1.10:3000
"""

import asyncio
import inspect
import json
import os
import random
import sys
import urllib.request

import websockets

GATEWAY = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:3000"
TOKEN_FILE = sys.argv[2] if len(sys.argv) > 2 else "token.txt"

# Newer versions of the library call it additional_headers, older ones extra_headers.
HEADERS = "additional_headers" if "additional_headers" in inspect.signature(websockets.connect).parameters else "extra_headers"


def own_token():
    """Our token: the kept one, or a new one from the gateway. It is this board's secret, so it is never printed."""
    if not os.path.exists(TOKEN_FILE):
        with urllib.request.urlopen(GATEWAY + "/public/tokens", timeout=10) as answer:
            token = json.load(answer)["pico_tokens"][0]
        with open(os.open(TOKEN_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(token)
    with open(TOKEN_FILE) as file:
        return file.read().strip()


async def listen(line):
    """Receives the gateway's messages and answers them."""
    admitted = False
    async for text in line:
        message = json.loads(text)
        kind = message.get("type")
        if kind == "connection_ack":
            if not admitted:
                print("connected; a new board waits for its owner's approval", flush=True)
            admitted = True
        elif kind == "ping":
            await line.send(json.dumps({"type": "pong"}))
        elif kind in ("servo", "servo_smooth"):
            angles = message["command"]
            print("moving to", angles, flush=True)  # turn real servos here
            await line.send(json.dumps({"type": "ack", "command_type": kind, "status": "success", "detail": angles}))
        elif kind == "action":
            print("action:", message["command"])
            await line.send(json.dumps({"type": "ack", "command_type": "action", "status": "success"}))
        # All other messages get no answer, on purpose.


async def report(line):
    """Sends a reading every 10 seconds. The gateway acknowledges each reading when it is on its disk."""
    sequence = 0
    while True:
        sequence += 1
        data = {"celsius": round(20 + random.random(), 1), "sequence": sequence}
        await line.send(json.dumps({"type": "sensor_data", "sensor_type": "temperature", "data": data}))
        await asyncio.sleep(10)


async def one_line(token):
    headers = {"Authorization": "Bearer " + token, "X-Device-ID": "python-example"}
    url = GATEWAY.replace("http", "ws", 1) + "/ws/pico"
    # The gateway may take up to 8 seconds to answer with an error, so we wait long enough to read it.
    async with websockets.connect(url, open_timeout=40, **{HEADERS: headers}) as line:
        await line.send(json.dumps({"type": "connect", "device": "pico", "version": "example"}))
        reporting = asyncio.create_task(report(line))
        try:
            await listen(line)
        finally:
            reporting.cancel()


async def main():
    wait = 1
    while True:
        try:
            await one_line(own_token())
            wait = 1
        except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as error:
            print("no line:", error)
        await asyncio.sleep(wait * (0.5 + random.random() / 2))  # random, so that boards do not reconnect all at once
        wait = min(wait * 2, 60)


asyncio.run(main())
