"""All settings with their defaults. To change one, write it in settings.py beside main.py, not here."""


class Settings:
    # Network and gateway. Networks are tried in this order. The gateway's address begins with ws:// or wss://; it only
    # has a path behind a proxy.
    WIFI = []
    GATEWAY = ''
    TOKEN = None
    NAME = None
    TOKEN_FILE = 'token.json'

    # TLS (for wss://): a CA certificate in DER form. Without one the connection is encrypted, but the board cannot
    # check that it talks to your gateway.
    TLS_CA_FILE = None
    TLS_MEMORY_BYTES = 60000

    # Servos: GPIO numbers, angles in whole degrees, speeds in degrees per second.
    SERVO_PINS = (15, 14)
    SERVO_MIN_DEG = 20
    SERVO_MAX_DEG = 160
    SERVO_SPEED_DEG_S = 120
    SMOOTH_SPEED_DEG_S = 45
    # When the connection is lost, the servos 'hold' their position, 'release' (no pulses) or go to the 'center'.
    ON_LINE_LOST = 'hold'
    # A move stops if the gateway is silent for this long. 0: it only stops when the connection ends.
    DEAD_MAN_MS = 3000

    # Messages. After 45 s without a byte, the gateway and the board both give the connection up.
    PING_EVERY_S = 15
    SILENCE_S = 45
    SENSORS_EVERY_S = 60
    READINGS_KEPT = 120
    LOG_LEVEL = 'info'
    LOG_LINES_KEPT = 50
    SET_CLOCK = True

    # Watchdog and restarts.
    WATCHDOG = True
    WIFI_POWER_SAVE = False
    # The board restarts if it has not reached a gateway for so many minutes. 0: it never restarts.
    REBOOT_AFTER_OFFLINE_MIN = 30


def load(module):
    """The defaults, changed by the settings in `module`. Raises ValueError with one sentence if one cannot work."""
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
