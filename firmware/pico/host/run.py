"""
The Pico's firmware on a PC, with no pins behind it:

    python3 -u firmware/pico/host/run.py --url ws://127.0.0.1:3000 [--token T] [--token-file F] [--seconds 10]
                                         [--set NAME=VALUE ...]

Runs under MicroPython's Unix port as well. --set changes any setting of darvaza/settings.py; VALUE is JSON or a word.
"""

import asyncio
import json
import sys

if hasattr(sys, 'dont_write_bytecode'):
    sys.dont_write_bytecode = True  # users copy this folder to boards, so no cache files may be in it
here = __file__.rpartition('/')[0] or '.'
sys.path.insert(0, here)
sys.path.append(here + '/..')  # last, so that `board` is host/board.py

from board import Board  # noqa: E402
from darvaza.app import App  # noqa: E402
from darvaza.settings import Settings, check  # noqa: E402


def options(arguments):
    """Reads the command line. Returns (settings, seconds to run or None)."""
    settings, seconds = Settings(), None
    settings.WATCHDOG = False
    while arguments:
        flag = arguments.pop(0)
        if flag in ('-h', '--help') or not arguments:
            print(__doc__)
            sys.exit(0 if flag in ('-h', '--help') else 2)
        value = arguments.pop(0)
        if flag == '--url':
            settings.GATEWAY = value
        elif flag == '--token':
            settings.TOKEN = value
        elif flag == '--token-file':
            settings.TOKEN_FILE = value
        elif flag == '--seconds':
            seconds = float(value)
        elif flag == '--set':
            name, _, text = value.partition('=')
            setattr(settings, name, _value(text))
        else:
            print('run.py: there is no option called ' + flag)
            sys.exit(2)
    check(settings)
    return settings, seconds


def _value(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


async def main():
    settings, seconds = options(sys.argv[1:])
    app = App(Board(settings), settings)
    try:
        await asyncio.wait_for(app.run(), seconds)
    except asyncio.TimeoutError:
        pass


asyncio.run(main())
