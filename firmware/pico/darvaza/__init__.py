"""The board's side of a Darvaza gateway, for MicroPython on a Pico W and, unchanged, for Python on a PC."""

VERSION = '1.0.0'
