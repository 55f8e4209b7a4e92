"""Starts the board. Ctrl-C in a terminal stops it. You only need to edit settings.py."""

import asyncio

import settings
from board import Board
from darvaza.app import App
from darvaza.settings import load

try:
    chosen = load(settings)
    asyncio.run(App(Board(chosen), chosen).run())
except ValueError as mistake:
    print(mistake)
