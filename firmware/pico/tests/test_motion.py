from darvaza.motion import BRAKE_MS, Motion


class Servos:
    def __init__(self):
        self.written = [[], []]
        self.ended = []
        self.motion = Motion(lambda index, degrees: self.written[index].append(degrees))

    def go(self, targets, speed=100, smooth=False, name='move'):
        self.motion.go(targets, speed, smooth, lambda outcome: self.ended.append((name, outcome)))

    def pass_time(self, ms, step=20):
        for _ in range(ms // step):
            self.motion.advance(step)


def near(one, other, by=0.5):
    return abs(one - other) <= by


def test_nothing_is_written_before_the_first_command():
    servos = Servos()
    servos.pass_time(1000)
    assert servos.written == [[], []]


def test_moves_at_the_given_speed_and_arrives_exactly():
    servos = Servos()
    servos.go([140, 90])
    servos.pass_time(240)
    assert near(servos.motion.angles[0], 114)
    servos.pass_time(280)
    assert servos.motion.angles == [140, 90]
    assert servos.ended == [('move', 'done')]
    assert not servos.motion.moving


def test_both_servos_arrive_together():
    servos = Servos()
    servos.go([140, 100])
    servos.pass_time(400)
    assert near(servos.motion.angles[0], 130) and near(servos.motion.angles[1], 98)


def test_stays_within_what_the_hinges_allow():
    servos = Servos()
    servos.go([0, 180])
    servos.pass_time(3000)
    assert servos.motion.degrees() == [20, 160]


def test_a_missing_angle_leaves_that_servo_where_it_is():
    servos = Servos()
    servos.go([120, None])
    servos.pass_time(1000)
    assert servos.motion.degrees() == [120, 90]


def test_a_move_to_where_it_is_ends_too():
    servos = Servos()
    servos.go([90, 90])
    servos.pass_time(20)
    assert servos.ended == [('move', 'done')]


def test_a_stop_is_obeyed_in_the_middle_of_a_move():
    servos = Servos()
    servos.go([150, 90])
    servos.pass_time(200)
    servos.motion.halt()
    written = len(servos.written[0])
    servos.pass_time(1000)
    assert near(servos.motion.angles[0], 110)
    assert len(servos.written[0]) == written
    assert servos.ended == [('move', 'stopped')]


def test_a_new_move_takes_over_from_where_the_servo_is():
    servos = Servos()
    servos.go([150, 90], name='first')
    servos.pass_time(200)
    servos.go([90, 90], name='second')
    servos.pass_time(100)
    assert near(servos.motion.angles[0], 100)
    servos.pass_time(200)
    assert servos.ended == [('first', 'superseded'), ('second', 'done')]


def test_a_smooth_move_starts_and_ends_slowly():
    servos = Servos()
    servos.go([140, 90], smooth=True)
    servos.pass_time(60)
    begun = servos.motion.angles[0] - 90
    servos.pass_time(200)
    halfway = servos.motion.angles[0]
    assert begun < 3 and near(halfway, 116, 2)


def test_a_brake_stops_within_300_ms_without_a_jerk_and_without_turning_back():
    servos = Servos()
    servos.go([150, 90])
    servos.pass_time(200)
    servos.motion.brake()
    assert servos.ended == [('move', 'stopped')]
    angles = [servos.motion.angles[0]]
    for _ in range(BRAKE_MS // 20 + 1):
        servos.motion.advance(20)
        angles.append(servos.motion.angles[0])
    steps = [b - a for a, b in zip(angles, angles[1:])]
    assert near(steps[0], 2, 0.2), 'it keeps its speed at first'
    assert all([later <= earlier + 0.01 and later >= 0 for earlier, later in zip(steps, steps[1:])])
    assert near(angles[-1], 110 + 15, 1) and not servos.motion.moving


def test_a_brake_while_standing_still_does_nothing():
    servos = Servos()
    servos.motion.brake()
    assert not servos.motion.moving


def test_a_late_step_does_not_overshoot():
    servos = Servos()
    servos.go([100, 90])
    servos.motion.advance(5000)
    assert servos.motion.angles == [100, 90]
