"""The board's log. Lines are printed at once, and sent to the gateway when there is a connection."""

LEVELS = ('debug', 'info', 'warning', 'error')
LONGEST = 240


class Logbook:
    """Up to `kept` lines wait to be sent. When it is full, the oldest line is dropped and counted."""

    def __init__(self, uptime_ms, kept=50, level='info', show=print):
        self._uptime_ms = uptime_ms
        self._kept = kept
        self._least = LEVELS.index(level)
        self._show = show
        self._waiting = []
        self._secrets = []
        self.lost = 0

    def hide(self, secret):
        """Removes `secret` from all later lines, because logs are sent to others."""
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
        """Removes and returns up to `count` waiting lines as (uptime in ms, level, message), oldest first."""
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        if self.lost and taken:
            taken.insert(0, (taken[0][0], 'warning', '{} older log lines were lost while offline'.format(self.lost)))
            self.lost = 0
        return taken
