"""Replaces ../board.py on a PC (Python or MicroPython), without hardware. It prints one JSON line for each event."""

import asyncio
import gc
import json
import sys
import time


class Board:
    def __init__(self, settings):
        self._settings = settings
        self._began = _now_ms()
        self._joined = False
        self._reads = 0

    def identity(self):
        return 'pico-on-a-pc'

    def about(self):
        return sys.version

    def reset_reason(self):
        return 'power_on'

    def uptime_ms(self):
        return _now_ms() - self._began

    def memory_free(self):
        return gc.mem_free() if hasattr(gc, 'mem_free') else 100000

    def show(self, line):
        say('log', line=line)

    def light(self, on):
        say('light', on=on)

    def online(self):
        return self._joined

    def ssid(self):
        return 'no radio'

    def rssi(self):
        return None

    async def join(self, networks):
        await asyncio.sleep(0)
        self._joined = True

    def set_clock(self, epoch_s):
        say('clock', epoch_s=epoch_s)

    def set_clock_from_network(self):
        pass  # the clock of a PC is already set

    def write_servo(self, index, degrees):
        say('servo', index=index, degrees=round(degrees, 1))

    def release_servos(self):
        say('released')

    def read_sensors(self):
        self._reads += 1
        return {'counter': {'reads': self._reads}}

    def start_watchdog(self):
        pass

    def still_alive(self):
        pass

    def reboot(self):
        say('reboot')
        sys.exit(0)


def say(event, **more):
    more['event'] = event
    print(json.dumps(more))


def _now_ms():
    if hasattr(time, 'ticks_ms'):
        return time.ticks_ms()
    return time.monotonic_ns() // 1000000
