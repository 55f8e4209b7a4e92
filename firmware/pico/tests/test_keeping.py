"""Tests of the parts that keep something: readings, log lines, token, back-off and settings."""

import os

from darvaza import backoff, credential, settings
from darvaza.address import Address
from darvaza.clock import Clock
from darvaza.logbook import Logbook
from darvaza.readings import Readings


def test_readings_are_sent_again_on_a_new_line_until_acknowledged():
    readings = Readings()
    readings.add(1000, 'light', {'lux': 3})
    assert len(readings.unsent(8)) == 1
    assert readings.unsent(8) == []
    readings.start_over()
    again = readings.unsent(8)
    readings.acknowledged(again[0].sequence)
    readings.start_over()
    assert readings.unsent(8) == [] and len(readings) == 0


def test_the_oldest_reading_goes_when_there_is_no_room():
    readings = Readings(kept=2)
    for lux in (1, 2, 3):
        readings.add(0, 'light', {'lux': lux})
    assert [r.data['lux'] for r in readings.unsent(8)] == [2, 3] and readings.lost == 1


def test_a_reading_taken_before_the_clock_was_set_is_dated_right():
    clock = Clock(lambda: 60000)
    readings = Readings()
    readings.add(10000, 'light', {'lux': 3})
    clock.set(1795459320000, 60000)
    message = readings.unsent(1)[0].message(clock, 60000)
    assert message['timestamp'] == '2026-11-23T18:41:10.000Z'
    assert message['data'] == {'lux': 3, 'sequence': 1}


def test_a_reading_that_waited_says_for_how_long():
    clock = Clock(lambda: 0)
    readings = Readings()
    readings.add(10000, 'light', {'lux': 3})
    readings.add(95000, 'light', {'lux': 4})
    waited, fresh = [reading.message(clock, 95500) for reading in readings.unsent(8)]
    assert waited['age_ms'] == 85500 and 'age_ms' not in fresh


def test_a_clock_nobody_set_counts_from_1970():
    assert Clock(lambda: 61500).text() == '1970-01-01T00:01:01.500Z'


def test_log_lines_wait_for_the_gateway_and_the_oldest_are_counted_out():
    book = Logbook(lambda: 5, kept=2, show=lambda line: None)
    for line in ('a', 'b', 'c'):
        book.add('info', line)
    assert [message for _, _, message in book.take(8)] == ['1 older log lines were lost while offline', 'b', 'c']
    assert book.take(8) == []


def test_log_lines_below_the_chosen_level_stay_on_the_board():
    shown = []
    book = Logbook(lambda: 5, level='warning', show=shown.append)
    book.add('info', 'quiet')
    book.add('error', 'loud')
    assert [message for _, _, message in book.take(8)] == ['loud'] and len(shown) == 2


def test_a_log_never_holds_the_token():
    shown = []
    book = Logbook(lambda: 5, show=shown.append)
    book.hide('dz_secret')
    book.add('error', 'Authorization: Bearer dz_secret')
    assert 'dz_secret' not in shown[0] and 'dz_secret' not in book.take(1)[0][2]


def test_a_log_line_has_a_longest_length():
    book = Logbook(lambda: 5, show=lambda line: None)
    book.add('info', 'x' * 9000)
    assert len(book.take(1)[0][2]) == 240


def test_a_token_is_kept_for_its_own_gateway_only():
    path = 'kept-token-of-a-test.json'
    home, other = Address('ws://home:3000'), Address('ws://other:3000')
    try:
        assert credential.load(path, home) is None
        credential.save(path, home, 'dz_secret')
        assert credential.load(path, home) == 'dz_secret'
        assert credential.load(path, other) is None
        with open(path, 'w') as file:
            file.write('{"gateway":')
        assert credential.load(path, home) is None
    finally:
        os.remove(path)


def test_waits_double_up_to_a_minute():
    waits = backoff.Backoff(chance=lambda: 1)
    assert [waits.next() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    waits.reset()
    assert waits.next() == 1


def test_waits_differ_between_boards_but_are_never_short():
    lowest, highest = backoff.Backoff(chance=lambda: 0), backoff.Backoff(chance=lambda: 1)
    for _ in range(3):
        low, high = lowest.next(), highest.next()
        assert low == high / 2
    assert backoff.Backoff(chance=lambda: 0).next(20) == 20
    some = [backoff.Backoff().next(20) for _ in range(50)]
    assert min(some) >= 20 and max(some) <= 30 and len(set(some)) > 10


def test_close_codes_say_how_long_to_stay_away():
    assert [backoff.floor_after_close(code) for code in (1000, 1001, 1006, 1012)] == [0, 0, 0, 0]
    assert backoff.floor_after_close(4008) == 10
    assert backoff.floor_after_close(4001) == 60
    assert backoff.floor_after_close(4500) == 600


def test_retry_after_is_obeyed_within_reason():
    assert backoff.floor_after_refusal(429, 33) == 33
    assert backoff.floor_after_refusal(429, 999999) == 3600
    assert backoff.floor_after_refusal(401, 0) == 20
    assert backoff.floor_after_refusal(502, 0) == 5


def test_settings_name_the_line_that_cannot_work():
    for module, part in (
        (Module(), 'GATEWAY is empty'),
        (Module(GATEWAY='ws://x', SERVOS=1), 'SERVOS'),
        (Module(GATEWAY='ws://x', ON_LINE_LOST='jump'), 'ON_LINE_LOST'),
        (Module(GATEWAY='ws://x', SERVO_MIN_DEG=170), 'SERVO_MIN_DEG'),
        (Module(GATEWAY='ws://x', PING_EVERY_S=60), 'PING_EVERY_S'),
    ):
        try:
            settings.load(module)
        except ValueError as mistake:
            assert part in str(mistake), mistake
            continue
        assert False, part


def test_settings_take_the_rest_from_the_defaults():
    chosen = settings.load(Module(GATEWAY='ws://x', NAME='gate'))
    assert (chosen.NAME, chosen.PING_EVERY_S) == ('gate', 15)


class Module:
    def __init__(self, **names):
        for name, value in names.items():
            setattr(self, name, value)
