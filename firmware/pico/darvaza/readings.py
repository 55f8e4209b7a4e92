"""Sensor readings, kept until the gateway acknowledges that they are on its disk."""

LATE_MS = 2000


class Readings:
    """Up to `kept` readings wait. When it is full, the oldest is dropped, because new readings are worth more."""

    def __init__(self, kept=120):
        self._kept = kept
        self._waiting = []
        self._sequence = 0
        self.lost = 0

    def add(self, taken_ms, sensor_type, data):
        self._sequence += 1
        if len(self._waiting) >= self._kept:
            self._waiting.pop(0)
            self.lost += 1
        self._waiting.append(Reading(self._sequence, taken_ms, sensor_type, data))

    def start_over(self):
        """Call this for a new connection: all readings without acknowledgement are sent again."""
        for reading in self._waiting:
            reading.sent = False

    def unsent(self, count):
        """Up to `count` readings not yet sent on this connection, oldest first. From now on they count as sent."""
        due = [reading for reading in self._waiting if not reading.sent][:count]
        for reading in due:
            reading.sent = True
        return due

    def acknowledged(self, sequence):
        self._waiting = [reading for reading in self._waiting if reading.sequence != sequence]

    def __len__(self):
        return len(self._waiting)


class Reading:
    def __init__(self, sequence, taken_ms, sensor_type, data):
        self.sequence = sequence
        self.taken_ms = taken_ms
        self.sensor_type = sensor_type
        self.data = data
        self.sent = False

    def message(self, clock, now_ms):
        """
        The `sensor_data` message. Its time is computed on sending, so that a clock that is set late also dates earlier
        readings. A late reading contains its age, so that the gateway can date it even if the clock was never set.
        """
        data = dict(self.data)
        data['sequence'] = self.sequence
        message = {
            'type': 'sensor_data',
            'sensor_type': self.sensor_type,
            'data': data,
            'timestamp': clock.text(self.taken_ms),
        }
        if now_ms - self.taken_ms >= LATE_MS:
            message['age_ms'] = now_ms - self.taken_ms
        return message
