"""The messages of the gateway, and what the board does for each. It uses no sockets: answers are passed to `say`."""

import json

from . import VERSION
from .motion import CENTER_DEG

STOPS = ('emergency_stop', 'emergency_stop_smooth')


class Commands:
    """
    `say(message)` queues one JSON message; `reboot()` restarts the board shortly after its answer has been sent.
    Acknowledgements, pongs, errors and unknown messages are never answered, because that could cause an endless loop.
    """

    def __init__(self, board, settings, clock, motion, readings, logbook, say, reboot):
        self._board = board
        self._settings = settings
        self._clock = clock
        self._motion = motion
        self._readings = readings
        self._logbook = logbook
        self._say = say
        self._reboot = reboot
        self._asked_time_ms = None
        self.admitted = False

    def hear(self, text):
        """Processes one text message. An unreadable one is only logged."""
        try:
            message = json.loads(text)
            kind = message['type']
        except (ValueError, KeyError, TypeError):
            self._logbook.add('warning', 'the gateway said something that is no message: ' + text[:60])
            return
        command = message.get('command')
        if not isinstance(command, dict):
            command = {}
        if kind == 'ping':
            self._say(self.stamped({'type': 'pong'}))
        elif kind in ('servo', 'servo_smooth'):
            self._servo(kind, command)
        elif kind == 'action':
            self._action(command.get('action'))
        elif kind == 'status':
            self.acknowledge('status', 'success', self.state())
        elif kind == 'connection_ack':
            self.admitted = True
        elif kind == 'ack' and message.get('command_type') == 'sensor_data':
            self._readings.acknowledged(message.get('sequence'))
        elif kind == 'time':
            self._set_clock(message.get('epoch_ms'))
        elif kind == 'error':
            self._logbook.add('warning', 'the gateway reports: ' + str(message.get('message')))

    def hello(self):
        """The `connect` message, which the board sends first."""
        one, two = self._motion.degrees()
        return self.stamped(
            {
                'type': 'connect',
                'version': VERSION,
                'servo1_angle': one,
                'servo2_angle': two,
                'wifi_ssid': self._board.ssid(),
                'reset_reason': self._board.reset_reason(),
            }
        )

    def ping(self):
        return self.stamped({'type': 'ping'})

    def ask_time(self):
        self._asked_time_ms = self._board.uptime_ms()
        return {'type': 'time'}

    def stamped(self, message):
        """Adds the board's time and health to a message."""
        message['device'] = 'pico'
        message['timestamp'] = self._clock.text()
        message['memory_free'] = self._board.memory_free()
        message['uptime'] = self._board.uptime_ms() // 1000
        rssi = self._board.rssi()
        if rssi is not None:
            message['rssi'] = rssi
        return message

    def acknowledge(self, command_type, status, detail):
        answer = {'type': 'ack', 'command_type': command_type, 'status': status, 'detail': detail}
        self._say(self.stamped(answer))

    def state(self):
        one, two = self._motion.degrees()
        return {
            'servo1': one,
            'servo2': two,
            'moving': self._motion.moving,
            'memory_free': self._board.memory_free(),
            'uptime': self._board.uptime_ms() // 1000,
            'wifi_connected': self._board.online(),
            'readings_waiting': len(self._readings),
            'clock_known': self._clock.known,
        }

    def _servo(self, kind, command):
        targets = [command.get('servo1'), command.get('servo2')]
        if not all([t is None or (isinstance(t, (int, float)) and not isinstance(t, bool)) for t in targets]):
            self.acknowledge(kind, 'error', 'servo1 and servo2 must be numbers, in degrees')
            return
        self._travel(kind, targets, kind == 'servo_smooth')

    def _travel(self, kind, targets, smooth):
        def arrived(outcome):
            one, two = self._motion.degrees()
            status = {'done': 'success', 'superseded': 'ignored'}.get(outcome, 'error')
            self.acknowledge(kind, status, {'servo1': one, 'servo2': two, 'outcome': outcome})

        speed = self._settings.SMOOTH_SPEED_DEG_S if smooth else self._settings.SERVO_SPEED_DEG_S
        self._motion.go(targets, speed, smooth, arrived)

    def _action(self, action):
        if action in STOPS:
            # The interrupted move is acknowledged before the stop, so that the gateway matches each answer correctly.
            if action == 'emergency_stop':
                self._motion.halt()
            else:
                self._motion.brake()
            one, two = self._motion.degrees()
            self.acknowledge('action', 'success', {'action': action, 'servo1': one, 'servo2': two})
        elif action == 'reset_position':
            self._travel('action', [CENTER_DEG, CENTER_DEG], True)
        elif action == 'system_reboot':
            self._motion.halt()
            self.acknowledge('action', 'success', {'action': action})
            self._reboot()
        else:
            self.acknowledge('action', 'ignored', 'this board knows no action called ' + str(action))

    def _set_clock(self, epoch_ms):
        if not isinstance(epoch_ms, int) or self._asked_time_ms is None:
            return
        now_ms = self._board.uptime_ms()
        # The gateway sent this answer about half a round trip ago.
        self._clock.set(epoch_ms, (self._asked_time_ms + now_ms) // 2)
        self._asked_time_ms = None
        self._board.set_clock(self._clock.epoch_ms() // 1000)
