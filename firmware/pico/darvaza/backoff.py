"""The wait before the next attempt. It doubles up to a limit and has a random part, so boards differ."""

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
        """Seconds to wait. The random part spreads a thousand boards that lost the same gateway in the same second."""
        ceiling = max(floor_s, min(CAP_S, FIRST_S * 2 ** min(self._attempts, 16)))
        self._attempts += 1
        return max(floor_s, ceiling / 2) + self._chance() * ceiling / 2


def _chance():
    # On some ports random.random() gives the same numbers after every boot; the system's generator does not.
    return int.from_bytes(os.urandom(2), 'big') / 65536


def floor_after_close(code):
    """The shortest wait after a close code, in s. 4000..4499 mean: retry later. 4500..4999 mean: do not retry."""
    if code == 4001:  # the token is no longer valid, but an owner may change that
        return 60
    if 4500 <= code <= 4999:  # still retry, as nobody may be near the board to restart it
        return 600
    if 4000 <= code <= 4499:
        return 10
    return 0


def floor_after_refusal(status, retry_after_s):
    """The shortest wait in seconds after an HTTP answer that is an error."""
    if retry_after_s:
        return min(retry_after_s, 3600)
    return 20 if status in (401, 403, 404) else 5
