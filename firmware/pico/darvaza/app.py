"""The main loop: join a network, get a token, talk to the gateway, and start again when the connection is lost."""

import asyncio
import gc

from . import VERSION, backoff, credential, tls, websocket
from .address import Address
from .clock import Clock
from .commands import Commands
from .conversation import Conversation
from .logbook import Logbook
from .motion import CENTER_DEG, Motion
from .readings import Readings

STEADY_MS = 30000  # after a connection of this length the next failure starts from the shortest wait
WATCH_S = 1
REBOOT_GRACE_S = 1


class App:
    def __init__(self, board, settings):
        self._board = board
        self._settings = settings
        self._address = Address(settings.GATEWAY)
        self._clock = Clock(board.uptime_ms)
        self._logbook = Logbook(board.uptime_ms, settings.LOG_LINES_KEPT, settings.LOG_LEVEL, board.show)
        self._readings = Readings(settings.READINGS_KEPT)
        self._motion = Motion(board.write_servo, settings.SERVO_MIN_DEG, settings.SERVO_MAX_DEG)
        self._backoff = backoff.Backoff()
        self._socket = None
        self._contact_ms = board.uptime_ms()
        self._out_of_memory = 0
        self._rebooting = None

    async def run(self):
        """Runs for ever."""
        self._logbook.add('info', 'started: Darvaza board {}, {}'.format(VERSION, self._board.about()))
        if self._address.secure and not self._settings.TLS_CA_FILE:
            self._logbook.add('warning', 'TLS_CA_FILE is not set: the line is encrypted, the gateway is not verified')
        helpers = [
            asyncio.create_task(work)
            for work in (self._motion.run(self._board.uptime_ms), self._stay_alive(), self._take_readings())
        ]
        try:
            while True:
                wait_s = await self._once()
                self._logbook.add('info', 'next attempt in {} s'.format(int(wait_s + 0.5)))
                await asyncio.sleep(wait_s)
        finally:
            for task in helpers:
                task.cancel()

    async def _once(self):
        """One connection, from the attempt to its end. Returns the seconds to wait before the next attempt."""
        floor_s = 0
        gc.collect()
        try:
            if not self._board.online():
                await self._board.join(self._settings.WIFI)
            ending = await self._talk()
            self._logbook.add('warning', str(ending))
            if isinstance(ending, websocket.Closed):
                floor_s = backoff.floor_after_close(ending.code)
        except websocket.Refused as refused:
            self._contact_ms = self._board.uptime_ms()
            self._logbook.add('error', str(refused))
            floor_s = backoff.floor_after_refusal(refused.status, refused.retry_after_s)
        except MemoryError:
            self._logbook.add('error', 'out of memory')
            self._out_of_memory += 1
            if self._out_of_memory >= 3:  # only a restart repairs a fragmented heap
                self._board.reboot()
        except Exception as error:
            self._logbook.add('warning', 'no line to {}: {}'.format(self._address.origin, _plainly(error)))
        return self._backoff.next(floor_s)

    async def _talk(self):
        secure = tls.context(self._settings, self._board.memory_free()) if self._address.secure else None
        if secure and self._settings.TLS_CA_FILE and not self._clock.known:
            self._board.set_clock_from_network()  # certificates have dates, but a board without a clock starts in 1970
        token = await credential.token(self._settings, self._address, secure, self._logbook)
        headers = [
            ('Authorization', 'Bearer ' + token),
            ('X-Device-Type', 'PICO'),
            ('X-Device-ID', self._settings.NAME or self._board.identity()),
            ('X-Device-Version', VERSION),
            ('User-Agent', 'Darvaza-Pico/' + VERSION),
        ]
        socket = await websocket.connect(self._address, '/ws/pico', headers, self._board.uptime_ms, secure)
        began_ms = self._board.uptime_ms()
        self._socket = socket
        self._board.light(True)
        self._logbook.add('info', 'connected to ' + self._address.origin)
        try:
            return await self._converse(socket)
        finally:
            self._socket = None
            self._contact_ms = socket.heard_ms
            if socket.heard_ms - began_ms >= STEADY_MS:
                self._backoff.reset()
                self._out_of_memory = 0
            self._board.light(False)
            self._let_go()

    async def _converse(self, socket):
        talk = Conversation(
            socket, self._board, self._settings, self._clock, self._motion, self._readings, self._logbook
        )
        commands = Commands(
            self._board,
            self._settings,
            self._clock,
            self._motion,
            self._readings,
            self._logbook,
            talk.say,
            self._reboot_soon,
        )
        return await talk.run(commands)

    def _let_go(self):
        """Stops the servos, because nobody can steer after the connection is lost."""
        was_moving = self._motion.moving
        self._motion.halt()
        if was_moving:
            self._logbook.add('warning', 'stopped a move: the line was lost')
        if self._settings.ON_LINE_LOST == 'release':
            self._board.release_servos()
        elif self._settings.ON_LINE_LOST == 'center':
            self._motion.go([CENTER_DEG, CENTER_DEG], self._settings.SMOOTH_SPEED_DEG_S, True)

    async def _stay_alive(self):
        """Feeds the watchdog, and restarts a board that has received nothing for too long."""
        limit_ms = self._settings.REBOOT_AFTER_OFFLINE_MIN * 60000
        if self._settings.WATCHDOG:
            self._board.start_watchdog()
        while True:
            await asyncio.sleep(WATCH_S)
            self._board.still_alive()
            contact_ms = self._socket.heard_ms if self._socket else self._contact_ms
            if limit_ms and self._board.uptime_ms() - contact_ms > limit_ms:
                self._board.reboot()

    async def _take_readings(self):
        while True:
            try:
                for sensor_type, data in self._board.read_sensors().items():
                    self._readings.add(self._board.uptime_ms(), sensor_type, data)
            except Exception as error:  # a loose wire must not stop the reading of sensors for good
                self._logbook.add('error', 'a sensor could not be read: ' + _plainly(error))
            await asyncio.sleep(self._settings.SENSORS_EVERY_S)

    def _reboot_soon(self):
        self._rebooting = asyncio.create_task(self._reboot())

    async def _reboot(self):
        await asyncio.sleep(REBOOT_GRACE_S)  # so that the acknowledgement is sent first
        self._board.reboot()


def _plainly(error):
    return str(error) or type(error).__name__
