"""How long to wait before the next attempt: doubling, capped, and never the same for two boards."""

import os

FIRST_S = 1
CAP_S = 60


class Backoff:
    def __init__(self, chance=None):
        self._attempts = 0
        self._chance = chance or _chance

    def reset(self):
        self._attempts = 0

    def next(self, floor_s=0):
        """Seconds to wait. The jitter spreads a thousand boards that lost the same gateway in the same second."""
        ceiling = max(floor_s, min(CAP_S, FIRST_S * 2 ** min(self._attempts, 16)))
        self._attempts += 1
        return max(floor_s, ceiling / 2) + self._chance() * ceiling / 2


def _chance():
    # random.random() starts alike after every boot on some ports; the system's generator does not.
    return int.from_bytes(os.urandom(2), 'big') / 65536


def floor_after_close(code):
    """The least wait in seconds after a close code: 4000..4499 come back later, 4500..4999 hardly ever."""
    if code == 4001:  # the token no longer opens the door; an owner may undo that
        return 60
    if 4500 <= code <= 4999:  # asked to stay away, but a board on a roof has nobody else to try again
        return 600
    if 4000 <= code <= 4499:
        return 10
    return 0


def floor_after_refusal(status, retry_after_s):
    """The least wait in seconds after an HTTP answer that was not the one hoped for."""
    if retry_after_s:
        return min(retry_after_s, 3600)
    return 20 if status in (401, 403, 404) else 5
