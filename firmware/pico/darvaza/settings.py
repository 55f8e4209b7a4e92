"""Every setting with its default. settings.py beside main.py overrides the ones it names."""


class Settings:
    # Where to go. Networks are tried in order; the gateway is ws:// or wss://, with a path only behind a proxy.
    WIFI = []
    GATEWAY = ''
    TOKEN = None
    NAME = None
    TOKEN_FILE = 'token.json'

    # TLS: a CA certificate in DER form. Without one the line is encrypted, but anybody could pose as the gateway.
    TLS_CA_FILE = None
    TLS_MEMORY_BYTES = 60000

    # Servos: GPIO numbers, whole degrees, degrees a second.
    SERVO_PINS = (15, 14)
    SERVO_MIN_DEG = 20
    SERVO_MAX_DEG = 160
    SERVO_SPEED_DEG_S = 120
    SMOOTH_SPEED_DEG_S = 45
    # What the servos do when the line is lost: 'hold' where they are, 'release' (no pulses), or go to 'center'.
    ON_LINE_LOST = 'hold'
    # A move stops when the gateway was silent for this long; 0 leaves it to the end of the connection.
    DEAD_MAN_MS = 3000

    # Talk: the gateway calls a board dead after 45 s without a byte, so does the board.
    PING_EVERY_S = 15
    SILENCE_S = 45
    SENSORS_EVERY_S = 60
    READINGS_KEPT = 120
    LOG_LEVEL = 'info'
    LOG_LINES_KEPT = 50
    SET_CLOCK = True

    # Care of itself.
    WATCHDOG = True
    WIFI_POWER_SAVE = False
    # After this long without a word from any gateway the board restarts; 0 never does.
    REBOOT_AFTER_OFFLINE_MIN = 30


def load(module):
    """The settings of `module` over the defaults. ValueError with one sentence when one cannot work."""
    settings = Settings()
    for name in dir(module):
        if name[0] == '_' or name.upper() != name:
            continue
        if not hasattr(Settings, name):
            raise ValueError('settings.py: there is no setting called ' + name)
        setattr(settings, name, getattr(module, name))
    check(settings)
    return settings


def check(settings):
    if not settings.GATEWAY:
        raise ValueError("settings.py: GATEWAY is empty; write GATEWAY = 'ws://192.168.1.10:3000'")
    if settings.ON_LINE_LOST not in ('hold', 'release', 'center'):
        raise ValueError("settings.py: ON_LINE_LOST must be 'hold', 'release' or 'center'")
    if not 0 <= settings.SERVO_MIN_DEG < settings.SERVO_MAX_DEG <= 180:
        raise ValueError('settings.py: SERVO_MIN_DEG and SERVO_MAX_DEG must lie within 0..180, the smaller one first')
    for name in ('SERVO_SPEED_DEG_S', 'SMOOTH_SPEED_DEG_S', 'PING_EVERY_S', 'SILENCE_S'):
        if getattr(settings, name) <= 0:
            raise ValueError('settings.py: ' + name + ' must be more than 0')
    if settings.PING_EVERY_S >= settings.SILENCE_S:
        raise ValueError('settings.py: PING_EVERY_S must be less than SILENCE_S')
