"""Moves two servos in small steps, so that a stop works in the middle of a move."""

import asyncio

STEP_S = 0.02  # one pulse of a hobby servo
BRAKE_MS = 300
CENTER_DEG = 90


class Motion:
    """
    There is one move at a time; a new move starts where the servos are. Each move calls its `on_end` exactly once, with
    'done', 'superseded' or 'stopped'.
    """

    def __init__(self, write, low_deg=20, high_deg=160):
        self._write = write
        self._low = low_deg
        self._high = high_deg
        self.angles = [float(CENTER_DEG), float(CENTER_DEG)]
        self._move = None
        self._wake = asyncio.Event()

    @property
    def moving(self):
        return self._move is not None

    def degrees(self):
        """The servos' current angles, in whole degrees."""
        return [int(angle + 0.5) for angle in self.angles]

    def go(self, targets, speed_deg_s, smooth=False, on_end=None):
        """Moves both servos; they start and arrive together. `targets` in degrees; None leaves a servo where it is."""
        self._end('superseded')
        targets = [
            here if there is None else min(max(there, self._low), self._high)
            for here, there in zip(self.angles, targets)
        ]
        farthest = max([abs(there - here) for here, there in zip(self.angles, targets)])
        self._begin(targets, farthest * 1000 / speed_deg_s, _ease if smooth else _even, on_end)

    def halt(self):
        """Stops at once."""
        self._end('stopped')

    def brake(self):
        """Stops within 300 ms without a jerk: the speed falls evenly to zero."""
        speeds = self._move.speeds() if self._move else None
        self._end('stopped')
        if speeds:
            ahead = [angle + speed * BRAKE_MS / 2 for angle, speed in zip(self.angles, speeds)]
            self._begin([min(max(a, self._low), self._high) for a in ahead], BRAKE_MS, _slow_down, None)

    def advance(self, elapsed_ms):
        """Makes one step, `elapsed_ms` after the last step."""
        move = self._move
        if not move:
            return
        self.angles = move.advance(elapsed_ms)
        for index, angle in enumerate(self.angles):
            self._write(index, angle)
        if move.over:
            self._end('done')

    async def run(self, now_ms):
        """Runs all moves, for ever. `now_ms` returns the milliseconds since boot."""
        while True:
            if not self.moving:
                self._wake.clear()
                await self._wake.wait()
            before = now_ms()
            await asyncio.sleep(STEP_S)
            self.advance(now_ms() - before)

    def _begin(self, targets, duration_ms, curve, on_end):
        self._move = _Move(self.angles, targets, max(duration_ms, 1), curve, on_end)
        self._wake.set()

    def _end(self, outcome):
        move, self._move = self._move, None
        if move and move.on_end:
            move.on_end(outcome)


class _Move:
    def __init__(self, start, targets, duration_ms, curve, on_end):
        self._start = list(start)
        self._targets = targets
        self._duration_ms = duration_ms
        self._curve = curve
        self._elapsed_ms = 0
        self.on_end = on_end

    @property
    def over(self):
        return self._elapsed_ms >= self._duration_ms

    def advance(self, elapsed_ms):
        self._elapsed_ms = min(self._elapsed_ms + elapsed_ms, self._duration_ms)
        return self._at(self._elapsed_ms)

    def speeds(self):
        """Current speeds in degrees per millisecond, measured over the next millisecond."""
        here, next_ms = self._at(self._elapsed_ms), min(self._elapsed_ms + 1, self._duration_ms)
        return [b - a for a, b in zip(here, self._at(next_ms))]

    def _at(self, elapsed_ms):
        share = self._curve(elapsed_ms / self._duration_ms)
        return [start + (target - start) * share for start, target in zip(self._start, self._targets)]


def _even(share):
    return share


def _ease(share):
    return share * share * (3 - 2 * share)


def _slow_down(share):
    return 1 - (1 - share) * (1 - share)
