"""A board for the Darvaza gateway. The same code runs under MicroPython on a Pico W and under Python on a PC."""

VERSION = '1.0.0'
