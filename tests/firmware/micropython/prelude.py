"""
Adds what MicroPython's WebAssembly build lacks, compared with its Unix port and a Pico, before a program starts: a
random generator, SHA-1, sockets, and asyncio.run(). `host` is the JavaScript side in run.ts; bytes are passed as hex.
"""

import asyncio
import binascii
import os
import sys

import host


def urandom(count):
    return binascii.unhexlify(host.random(count))


class Sha1:
    def __init__(self, data=b''):
        self._data = bytes(data)

    def update(self, data):
        self._data += bytes(data)

    def digest(self):
        return binascii.unhexlify(host.sha1(_hex(self._data)))


class Hashlib:
    sha1 = Sha1


class Stream:
    """Reader and writer of one socket, as asyncio.open_connection() returns them."""

    def __init__(self):
        self._incoming = b''
        self._over = False
        self._failure = None
        self._stirred = asyncio.Event()
        self.open = False
        self.line = None

    def stir(self, what, data):
        """Called by JavaScript: 'open', 'data' with hex, 'written', 'end', or 'error' with a sentence."""
        if what == 'open':
            self.open = True
        elif what == 'data':
            self._incoming += binascii.unhexlify(data)
        elif what == 'end':
            self._over = True
        elif what == 'error':
            self._failure = data
        self._stirred.set()

    async def wait(self):
        if self._failure:
            raise OSError(self._failure)
        self._stirred.clear()
        await self._stirred.wait()
        if self._failure:
            raise OSError(self._failure)

    async def read(self, count):
        while not self._incoming and not self._over:
            await self.wait()
        taken, self._incoming = self._incoming[:count], self._incoming[count:]
        return taken

    async def readexactly(self, count):
        while len(self._incoming) < count:
            if self._over:
                raise EOFError()
            await self.wait()
        return await self.read(count) if count else b''

    def write(self, data):
        self.line.write(_hex(data))

    async def drain(self):
        while self.line.waiting():
            await self.wait()

    def close(self):
        self.line.close()

    async def wait_closed(self):
        pass


async def open_connection(address, port, ssl=None, server_hostname=None):
    if ssl:
        raise OSError('this build of MicroPython has no TLS')
    stream = Stream()
    stream.line = host.dial(address, port, stream.stir)
    while not stream.open:
        await stream.wait()
    return stream, stream


def rename(old, new):
    """Renames a file and writes it to the real disk too, so that the next start finds it."""
    _rename(old, new)
    with open(new) as file:
        host.keep(new, file.read())


def run(work):
    """Replaces asyncio.run(). It returns at once: JavaScript's event loop runs `work`, whose end ends the program."""

    async def whole():
        try:
            await work
        except SystemExit as end:
            return host.exit(end.args[0] if end.args else 0)
        except BaseException as error:
            sys.print_exception(error)
            return host.exit(1)
        host.exit(0)

    return asyncio.create_task(whole())


def _hex(data):
    return binascii.hexlify(data).decode()


_rename = os.rename
os.urandom = urandom
os.rename = rename
sys.modules['hashlib'] = Hashlib
asyncio.open_connection = open_connection
asyncio.run = run
