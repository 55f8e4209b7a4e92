"""
Everything on the Pico W that uses a pin, the radio or the chip. host/board.py does the same for a PC.
For another board, or for other sensors, this is the only file to change.
"""

import asyncio
import binascii
import gc
import sys
import time

import machine
import network

SERVO_HZ = 50
PULSE_0_NS = 500000  # for common hobby servos: a pulse of 0.5 ms means 0 degrees, 2.5 ms means 180 degrees
PULSE_180_NS = 2500000
JOIN_S = 20

# The chip's watchdog restarts the board after at most 8.388 s, but a name lookup can block for longer. So a timer
# feeds the watchdog, but only if the event loop has run within the last minute.
WATCHDOG_MS = 8300
FEED_MS = 2000
LEASH_MS = 60000


class Board:
    def __init__(self, settings):
        self._settings = settings
        self._wlan = network.WLAN(network.STA_IF)
        self._led = machine.Pin('LED', machine.Pin.OUT, value=0)
        self._ssid = ''
        self._servos = {}
        self._uptime_ms = 0
        self._last_ticks = time.ticks_ms()
        self._alive_ticks = self._last_ticks
        self._watchdog = None
        self._feeder = None

    # Identity and state

    def identity(self):
        """The name that the board reports until its owner gives it another."""
        return 'pico-' + binascii.hexlify(machine.unique_id()).decode()

    def about(self):
        return '{} on {}, reset cause {}'.format(self.identity(), sys.version, machine.reset_cause())

    def reset_reason(self):
        """The reason of the last start. The chip cannot tell a brown-out from switching the power on."""
        return 'watchdog' if machine.reset_cause() == machine.WDT_RESET else 'power_on'

    def uptime_ms(self):
        """Milliseconds since boot. ticks_ms() wraps after 12 days, this does not if it is called more often."""
        ticks = time.ticks_ms()
        self._uptime_ms += time.ticks_diff(ticks, self._last_ticks)
        self._last_ticks = ticks
        return self._uptime_ms

    def memory_free(self):
        return gc.mem_free()

    def show(self, line):
        print(line)

    def light(self, on):
        """Switches the green LED, which is on while the board is connected to the gateway."""
        self._led.value(on)

    # The network

    def online(self):
        return self._wlan.isconnected()

    def ssid(self):
        return self._ssid

    def rssi(self):
        """The Wi-Fi signal in dBm, or None if the driver does not report it."""
        try:
            return self._wlan.status('rssi')
        except (OSError, ValueError):
            return None

    async def join(self, networks):
        """Joins the first network that works of these (name, password) pairs. OSError if none works."""
        for ssid, password in networks:
            self._wlan.active(False)  # only this revives a radio that hangs
            await asyncio.sleep(0.5)
            self._wlan.active(True)
            if not self._settings.WIFI_POWER_SAVE:
                self._wlan.config(pm=network.WLAN.PM_NONE)
            self._wlan.connect(ssid, password)
            for _ in range(JOIN_S * 4):
                if self._wlan.isconnected():
                    self._ssid = ssid
                    return
                await asyncio.sleep(0.25)
        raise OSError('no Wi-Fi: none of {} let the board in'.format([ssid for ssid, _ in networks]))

    # The clock

    def set_clock(self, epoch_s):
        base_s = 946684800 if time.gmtime(0)[0] == 2000 else 0
        year, month, day, hour, minute, second, weekday = time.gmtime(epoch_s - base_s)[:7]
        machine.RTC().datetime((year, month, day, weekday, hour, minute, second, 0))

    def set_clock_from_network(self):
        import ntptime

        ntptime.settime()

    # Servos and sensors

    def write_servo(self, index, degrees):
        """Moves a servo. There are no pulses before the first command, so that servos do not jerk at a restart."""
        pwm = self._servos.get(index)
        if not pwm:
            pwm = self._servos[index] = machine.PWM(machine.Pin(self._settings.SERVO_PINS[index]), freq=SERVO_HZ)
        pwm.duty_ns(int(PULSE_0_NS + (PULSE_180_NS - PULSE_0_NS) * degrees / 180))

    def release_servos(self):
        for pwm in self._servos.values():
            pwm.duty_ns(0)

    def read_sensors(self):
        """Returns {sensor type: data}. Add your own sensors here. After an exception all are read again next time."""
        volts = machine.ADC(machine.ADC.CORE_TEMP).read_u16() * 3.3 / 65535
        return {'chip_temperature': {'celsius': round(27 - (volts - 0.706) / 0.001721, 1)}}

    # Watchdog and restart

    def start_watchdog(self):
        self._watchdog = machine.WDT(timeout=WATCHDOG_MS)
        self.still_alive()
        self._feeder = machine.Timer(period=FEED_MS, mode=machine.Timer.PERIODIC, callback=self._feed)

    def still_alive(self):
        self._alive_ticks = time.ticks_ms()

    def _feed(self, _timer):
        if time.ticks_diff(time.ticks_ms(), self._alive_ticks) < LEASH_MS:
            self._watchdog.feed()

    def reboot(self):
        machine.reset()
