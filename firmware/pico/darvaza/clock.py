"""The time of day on a board without a battery. It is unknown until the gateway sends it."""

import time

# Some MicroPython ports count seconds from the year 2000.
EPOCH_S = 946684800 if time.gmtime(0)[0] == 2000 else 0


class Clock:
    def __init__(self, uptime_ms):
        self._uptime_ms = uptime_ms
        self._offset_ms = 0
        self.known = False

    def set(self, epoch_ms, at_uptime_ms):
        self._offset_ms = epoch_ms - at_uptime_ms
        self.known = True

    def epoch_ms(self, uptime_ms=None):
        return self._offset_ms + (self._uptime_ms() if uptime_ms is None else uptime_ms)

    def text(self, uptime_ms=None):
        """ISO 8601 in UTC. Until the clock is set it counts from 1970, which the gateway recognises as a fresh boot."""
        epoch_ms = self.epoch_ms(uptime_ms)
        y, mo, d, h, mi, s = time.gmtime(epoch_ms // 1000 - EPOCH_S)[:6]
        return '{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}.{:03d}Z'.format(y, mo, d, h, mi, s, epoch_ms % 1000)
