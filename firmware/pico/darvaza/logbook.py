"""What the board would tell somebody standing beside it: printed at once, and forwarded when there is a line."""

LEVELS = ('debug', 'info', 'warning', 'error')
LONGEST = 240


class Logbook:
    """At most `kept` lines wait for the gateway; the oldest go first, and are counted."""

    def __init__(self, uptime_ms, kept=50, level='info', show=print):
        self._uptime_ms = uptime_ms
        self._kept = kept
        self._least = LEVELS.index(level)
        self._show = show
        self._waiting = []
        self._secrets = []
        self.lost = 0

    def hide(self, secret):
        """Strikes `secret` from every later line: a log travels further than one thinks."""
        if secret and secret not in self._secrets:
            self._secrets.append(secret)

    def add(self, level, message):
        message = str(message)
        for secret in self._secrets:
            message = message.replace(secret, '***')
        message = message[:LONGEST]
        self._show('[' + level + '] ' + message)
        if LEVELS.index(level) < self._least:
            return
        if len(self._waiting) >= self._kept:
            self._waiting.pop(0)
            self.lost += 1
        self._waiting.append((self._uptime_ms(), level, message))

    def take(self, count):
        """Up to `count` waiting lines as (uptime in ms, level, message), oldest first; they are no longer kept."""
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        if self.lost and taken:
            taken.insert(0, (taken[0][0], 'warning', '{} older log lines were lost while offline'.format(self.lost)))
            self.lost = 0
        return taken
