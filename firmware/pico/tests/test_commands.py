import json

from darvaza.clock import Clock
from darvaza.commands import Commands
from darvaza.logbook import Logbook
from darvaza.motion import Motion
from darvaza.readings import Readings
from darvaza.settings import Settings


class Desk:
    """Commands with fakes for everything they use, and a clock that the test sets."""

    def __init__(self):
        self.now_ms = 5000
        self.said = []
        self.reboots = 0
        self.clock_set_to = None
        self.shown = []
        self.clock = Clock(self.uptime_ms)
        self.motion = Motion(lambda index, degrees: None)
        self.readings = Readings()
        logbook = Logbook(self.uptime_ms, show=self.shown.append)
        self.commands = Commands(
            self, Settings(), self.clock, self.motion, self.readings, logbook, self.said.append, self.reboot
        )

    def hear(self, **message):
        self.commands.hear(json.dumps(message))

    def pass_time(self, ms):
        for _ in range(ms // 20):
            self.motion.advance(20)

    def acks(self):
        return [(m['command_type'], m['status']) for m in self.said if m['type'] == 'ack']

    # The methods of a fake board
    def uptime_ms(self):
        return self.now_ms

    def memory_free(self):
        return 1000

    def reset_reason(self):
        return 'watchdog'

    def rssi(self):
        return -61

    def ssid(self):
        return 'attic'

    def online(self):
        return True

    def set_clock(self, epoch_s):
        self.clock_set_to = epoch_s

    def reboot(self):
        self.reboots += 1


def test_the_first_words_say_who_it_is_and_keep_the_secret():
    hello = Desk().commands.hello()
    assert (hello['type'], hello['device'], hello['servo1_angle'], hello['wifi_ssid']) == ('connect', 'pico', 90, 'attic')
    assert (hello['memory_free'], hello['rssi'], hello['uptime']) == (1000, -61, 5)
    assert hello['reset_reason'] == 'watchdog'
    assert 'auth_token' not in hello and 'token' not in hello


def test_a_ping_is_answered_by_a_pong():
    desk = Desk()
    desk.hear(type='ping')
    assert [m['type'] for m in desk.said] == ['pong']


def test_never_answers_what_must_not_be_answered():
    desk = Desk()
    for kind in ('ack', 'pong', 'log', 'error', 'connection_ack', 'viewers', 'something new', 7, None):
        desk.hear(type=kind, message='x')
    assert desk.said == []


def test_unreadable_messages_change_nothing():
    desk = Desk()
    for text in ('', '{', '[]', '3', '"x"', 'null', '{"no":"type"}', '{"type":"servo","command":"90"}'):
        desk.commands.hear(text)
    assert [m['type'] for m in desk.said if m['type'] != 'ack'] == []


def test_a_servo_command_is_acknowledged_when_it_has_arrived():
    desk = Desk()
    desk.hear(type='servo', command={'servo1': 120, 'servo2': 60})
    assert desk.acks() == []
    desk.pass_time(1000)
    assert desk.acks() == [('servo', 'success')]
    assert desk.said[0]['detail'] == {'servo1': 120, 'servo2': 60, 'outcome': 'done'}


def test_an_emergency_stop_interrupts_the_move_and_is_acknowledged_after_it():
    desk = Desk()
    desk.hear(type='servo_smooth', command={'servo1': 160, 'servo2': 90})
    desk.pass_time(400)
    desk.hear(type='action', command={'action': 'emergency_stop'})
    assert desk.acks() == [('servo_smooth', 'error'), ('action', 'success')]
    assert desk.said[0]['detail']['outcome'] == 'stopped'
    assert 90 < desk.said[1]['detail']['servo1'] < 160
    assert not desk.motion.moving


def test_a_smooth_stop_is_obeyed_within_its_braking_time():
    desk = Desk()
    desk.hear(type='servo', command={'servo1': 160, 'servo2': 90})
    desk.pass_time(200)
    desk.hear(type='action', command={'action': 'emergency_stop_smooth'})
    desk.pass_time(320)
    assert not desk.motion.moving and desk.motion.angles[0] < 140
    assert desk.acks() == [('servo', 'error'), ('action', 'success')]


def test_the_latest_servo_command_wins():
    desk = Desk()
    desk.hear(type='servo', command={'servo1': 160, 'servo2': 90})
    desk.hear(type='servo', command={'servo1': 80, 'servo2': 90})
    desk.pass_time(1000)
    assert desk.acks() == [('servo', 'ignored'), ('servo', 'success')]
    assert desk.motion.degrees() == [80, 90]


def test_angles_that_are_no_numbers_are_refused():
    desk = Desk()
    desk.hear(type='servo', command={'servo1': 'left', 'servo2': True})
    assert desk.acks() == [('servo', 'error')] and not desk.motion.moving


def test_reset_position_goes_to_the_middle():
    desk = Desk()
    desk.hear(type='servo', command={'servo1': 150, 'servo2': 30})
    desk.pass_time(1000)
    desk.hear(type='action', command={'action': 'reset_position'})
    desk.pass_time(3000)
    assert desk.motion.degrees() == [90, 90] and desk.acks()[-1] == ('action', 'success')


def test_a_reboot_is_acknowledged_before_it_happens():
    desk = Desk()
    desk.hear(type='action', command={'action': 'system_reboot'})
    assert desk.acks() == [('action', 'success')] and desk.reboots == 1


def test_an_unknown_action_is_named_and_ignored():
    desk = Desk()
    desk.hear(type='action', command={'action': 'dance'})
    assert desk.acks() == [('action', 'ignored')] and 'dance' in desk.said[0]['detail']


def test_status_tells_how_the_board_is():
    desk = Desk()
    desk.hear(type='status')
    assert desk.said[0]['detail']['servo1'] == 90 and desk.said[0]['detail']['wifi_connected']


def test_the_clock_is_set_to_the_middle_of_the_round_trip():
    desk = Desk()
    assert desk.commands.ask_time() == {'type': 'time'}
    desk.now_ms += 200
    desk.hear(type='time', utc='2026-11-23T18:42:00.000Z', epoch_ms=1795459320000, zone='UTC', offset_minutes=0)
    assert desk.clock.text() == '2026-11-23T18:42:00.100Z'
    assert desk.clock_set_to == 1795459320


def test_a_time_nobody_asked_for_is_not_believed():
    desk = Desk()
    desk.hear(type='time', epoch_ms=1795459320000)
    assert not desk.clock.known
    desk.commands.ask_time()
    desk.hear(type='time', epoch_ms='soon')
    assert not desk.clock.known


def test_a_reading_is_forgotten_once_the_gateway_has_it():
    desk = Desk()
    desk.readings.add(1, 'light', {'lux': 3})
    desk.readings.add(2, 'light', {'lux': 4})
    first, _ = desk.readings.unsent(8)
    desk.hear(type='ack', command_type='sensor_data', sensor_type='light', sequence=first.sequence, status='success')
    assert len(desk.readings) == 1 and desk.said == []
