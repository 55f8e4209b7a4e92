"""One connection to the gateway: receives and sends messages, and detects when the gateway is silent for too long."""

import asyncio
import json

from .websocket import Closed

PULSE_S = 0.25
PROBE_MS = 1000
TIME_AGAIN_MS = 6 * 3600 * 1000
BATCH = 8
QUEUE_LIMIT = 64

PROBE = None  # in the queue this stands for a WebSocket ping


class Conversation:
    def __init__(self, socket, board, settings, clock, motion, readings, logbook):
        self._socket = socket
        self._board = board
        self._settings = settings
        self._clock = clock
        self._motion = motion
        self._readings = readings
        self._logbook = logbook
        self._queue = []
        self._something_to_say = asyncio.Event()
        self._over = asyncio.Event()
        self._ending = None

    async def run(self, commands):
        """Runs until the connection ends. Returns the Closed (or other error) that ended it."""
        self.say(commands.hello())
        if self._settings.SET_CLOCK:
            self.say(commands.ask_time())
        self._readings.start_over()
        tasks = [
            asyncio.create_task(self._guard(work))
            for work in (self._listen(commands), self._speak(), self._pulse(commands))
        ]
        try:
            await self._over.wait()
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                try:
                    await task
                except asyncio.CancelledError:
                    pass
            await self._socket.close(1001, 'the board hangs up')
        return self._ending

    def say(self, message):
        """Queues one message. If the queue is full, the connection is given up, because the gateway accepts no data."""
        if len(self._queue) >= QUEUE_LIMIT:
            self._end(Closed(1006, 'the gateway takes nothing off the line'))
            return
        self._queue.append(message)
        self._something_to_say.set()

    async def _listen(self, commands):
        while True:
            message = await self._socket.receive()
            if isinstance(message, str):
                commands.hear(message)

    async def _speak(self):
        while True:
            await self._something_to_say.wait()
            self._something_to_say.clear()
            while self._queue:
                message = self._queue.pop(0)
                if message is PROBE:
                    await self._socket.ping()
                else:
                    await self._socket.send(json.dumps(message))

    async def _pulse(self, commands):
        """Regular work: checks for silence, stops moves without contact, sends pings, logs and readings."""
        pinged_ms = probed_ms = asked_ms = self._board.uptime_ms()
        while True:
            await asyncio.sleep(PULSE_S)
            now_ms = self._board.uptime_ms()
            silent_ms = now_ms - self._socket.heard_ms
            if silent_ms > self._settings.SILENCE_S * 1000:
                raise Closed(1006, 'nothing heard for {} s'.format(silent_ms // 1000))
            if self._motion.moving and self._settings.DEAD_MAN_MS:
                if silent_ms > self._settings.DEAD_MAN_MS:
                    self._motion.halt()
                    self._logbook.add('warning', 'stopped a move: nothing heard for {} ms'.format(silent_ms))
                elif now_ms - probed_ms >= min(PROBE_MS, self._settings.DEAD_MAN_MS // 3):
                    probed_ms = now_ms
                    self.say(PROBE)
            if now_ms - pinged_ms >= self._settings.PING_EVERY_S * 1000:
                pinged_ms = now_ms
                self.say(commands.ping())
            if self._settings.SET_CLOCK and now_ms - asked_ms >= TIME_AGAIN_MS:
                asked_ms = now_ms
                self.say(commands.ask_time())
            if commands.admitted and not self._queue:
                self._forward()

    def _forward(self):
        for uptime_ms, level, message in self._logbook.take(BATCH):
            self.say(
                {
                    'type': 'log',
                    'level': level,
                    'message': message,
                    'timestamp': self._clock.text(uptime_ms),
                    'device': 'pico',
                }
            )
        for reading in self._readings.unsent(BATCH):
            self.say(reading.message(self._clock, self._board.uptime_ms()))

    async def _guard(self, work):
        try:
            await work
        except Exception as error:
            self._end(error)

    def _end(self, error):
        if not self._over.is_set():
            self._ending = error
            self._over.set()
