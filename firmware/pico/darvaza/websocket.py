"""A WebSocket client (RFC 6455) over asyncio streams, small enough for a Pico, and able to send headers."""

import asyncio
import binascii
import hashlib
import json
import os

from . import line

GUID = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
HANDSHAKE_S = 30  # a gateway may wait 5 to 8 s before it answers with an error


class Refused(Exception):
    """The gateway answered with an error instead of 101. `hint` is its advice, if it sent any."""

    def __init__(self, status, body, retry_after_s=0):
        self.status = status
        self.retry_after_s = retry_after_s
        try:
            answer = json.loads(body)
            self.code = answer.get('code', '')
            self.sentence = answer.get('message', '')
            self.hint = answer.get('hint', '')
        except (ValueError, AttributeError):
            self.code = self.sentence = self.hint = ''

    def __str__(self):
        parts = ['the gateway answered {}'.format(self.status), self.code, self.sentence, str(self.hint or '')]
        return ': '.join([part for part in parts if part])


class Closed(Exception):
    """The connection has ended. `code` is the close code, or 1006 if it ended without one."""

    def __init__(self, code, reason=''):
        self.code = code
        self.reason = reason

    def __str__(self):
        return 'closed with {} {}'.format(self.code, self.reason).strip()


async def connect(address, path, headers, now_ms, tls=None, longest=4096):
    """
    Opens a WebSocket to `path` with these extra headers, a list of (name, value). Raises Refused if the answer is not
    101, LineError or OSError if there is no valid answer.
    """
    opening = _open(address, path, headers, now_ms, tls, longest)
    try:
        return await asyncio.wait_for(opening, HANDSHAKE_S)
    except asyncio.TimeoutError:
        raise line.LineError('no answer to the handshake within {} s'.format(HANDSHAKE_S))


async def _open(address, path, headers, now_ms, tls, longest):
    key = binascii.b2a_base64(os.urandom(16)).strip()
    reader, writer = await line.dial(address, tls)
    try:
        upgrade = [
            ('Upgrade', 'websocket'),
            ('Connection', 'Upgrade'),
            ('Sec-WebSocket-Key', key.decode()),
            ('Sec-WebSocket-Version', '13'),
        ]
        writer.write(line.request(address, path, upgrade + headers))
        await writer.drain()
        status, answer = await line.read_head(reader)
        if status != 101:
            raise Refused(status, await line.read_body(reader, answer), retry_after_s(answer))
        accept = binascii.b2a_base64(hashlib.sha1(key + GUID).digest()).strip().decode()
        if answer.get('sec-websocket-accept') != accept:
            raise line.LineError('the 101 carries a wrong Sec-WebSocket-Accept: something between answers in its own name')
        return WebSocket(reader, writer, now_ms, longest)
    except BaseException:
        await line.hang_up(writer)
        raise


def retry_after_s(headers):
    try:
        return int(headers.get('retry-after', 0))
    except ValueError:
        return 0


class WebSocket:
    def __init__(self, reader, writer, now_ms, longest=4096):
        self._reader = reader
        self._writer = writer
        self._now_ms = now_ms
        self._longest = longest
        self._turn = asyncio.Lock()  # MicroPython allows one writer at a time on a stream
        self._closing = False
        self.heard_ms = now_ms()

    async def receive(self):
        """Returns the next message: str for text, bytes for binary. Answers pings. Raises Closed at the end."""
        kind, message = 0, b''
        while True:
            final, opcode, payload = await self._read_frame()
            if opcode == PING:
                await self._write_frame(PONG, payload)
            elif opcode == CLOSE:
                await self._answer_close(payload)
            elif opcode in (TEXT, BINARY) and not kind:
                kind, message = opcode, payload
            elif opcode == 0 and kind:
                if len(message) + len(payload) > self._longest:
                    await self._fail(1009, 'message too long')
                message += payload
            elif opcode != PONG:
                await self._fail(1002, 'unexpected frame')
            if kind and final and opcode < CLOSE:
                return await self._whole(kind, message)

    async def send(self, message):
        if isinstance(message, str):
            await self._write_frame(TEXT, message.encode())
        else:
            await self._write_frame(BINARY, message)

    async def ping(self):
        await self._write_frame(PING, b'dv')

    async def close(self, code=1000, reason=''):
        """Sends a Close frame if that is still possible, and closes the connection."""
        try:
            if not self._closing:
                self._closing = True
                await asyncio.wait_for(self._write_frame(CLOSE, code.to_bytes(2, 'big') + reason.encode()), 2)
        except (OSError, Closed, asyncio.TimeoutError):
            pass
        await line.hang_up(self._writer)

    async def _read_frame(self):
        first, second = await self._read(2)
        final, opcode, length = first & 0x80, first & 0x0F, second & 0x7F
        if first & 0x70 or second & 0x80:
            await self._fail(1002, 'reserved bit or mask set')
        if opcode >= CLOSE and (length > 125 or not final):
            await self._fail(1002, 'control frame too long or in pieces')
        if length == 126:
            length = int.from_bytes(await self._read(2), 'big')
        elif length == 127:
            length = int.from_bytes(await self._read(8), 'big')
        if length > self._longest:
            await self._fail(1009, 'message too long')
        payload = await self._read(length) if length else b''
        self.heard_ms = self._now_ms()
        return final, opcode, payload

    async def _read(self, count):
        try:
            return await self._reader.readexactly(count)
        except (EOFError, OSError):
            raise Closed(1006, 'the line was cut')

    async def _write_frame(self, opcode, payload):
        if self._closing and opcode != CLOSE:
            raise Closed(1006, 'already closing')
        async with self._turn:
            try:
                self._writer.write(frame(opcode, payload, os.urandom(4)))
                await self._writer.drain()
            except OSError:
                raise Closed(1006, 'the line was cut')

    async def _whole(self, kind, message):
        if kind == BINARY:
            return message
        try:
            return message.decode()
        except UnicodeError:
            await self._fail(1007, 'text is not UTF-8')

    async def _answer_close(self, payload):
        code = int.from_bytes(payload[:2], 'big') if len(payload) >= 2 else 1005
        await self.close(code if code != 1005 else 1000)
        raise Closed(code, _readable(payload[2:]))

    async def _fail(self, code, reason):
        await self.close(code, reason)
        raise Closed(code, reason)


def frame(opcode, payload, mask):
    """One complete client frame: header, mask and masked payload."""
    length = len(payload)
    if length < 126:
        head = bytes((0x80 | opcode, 0x80 | length))
    elif length < 65536:
        head = bytes((0x80 | opcode, 0x80 | 126)) + length.to_bytes(2, 'big')
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + length.to_bytes(8, 'big')
    masked = bytearray(payload)
    for i in range(length):
        masked[i] ^= mask[i & 3]
    return head + mask + masked


def _readable(reason):
    try:
        return reason.decode()
    except UnicodeError:
        return ''
