"""A fake stream. It delivers the test's bytes in pieces of any size, and keeps everything that is written to it."""


class Stream:
    def __init__(self, incoming=b'', piece=1 << 30):
        self.written = b''
        self.hung_up = False
        self._incoming = incoming
        self._piece = piece

    async def read(self, count):
        count = min(count, self._piece)
        taken, self._incoming = self._incoming[:count], self._incoming[count:]
        return taken

    async def readexactly(self, count):
        taken = b''
        while len(taken) < count:
            more = await self.read(count - len(taken))
            if not more:
                raise EOFError()
            taken += more
        return taken

    def write(self, data):
        self.written += data

    async def drain(self):
        pass

    def close(self):
        pass

    async def wait_closed(self):
        self.hung_up = True


def server_frame(opcode, payload, final=True):
    """A frame as the gateway sends it, without a mask."""
    first = (0x80 if final else 0) | opcode
    if len(payload) < 126:
        return bytes((first, len(payload))) + payload
    if len(payload) < 65536:
        return bytes((first, 126)) + len(payload).to_bytes(2, 'big') + payload
    return bytes((first, 127)) + len(payload).to_bytes(8, 'big') + payload


def client_frames(data):
    """Decodes the frames that a board wrote into [(opcode, payload)]. Fails if a frame is not masked."""
    frames = []
    while data:
        assert data[1] & 0x80, 'a client frame without a mask'
        length, at = data[1] & 0x7F, 2
        if length == 126:
            length, at = int.from_bytes(data[2:4], 'big'), 4
        elif length == 127:
            length, at = int.from_bytes(data[2:10], 'big'), 10
        mask, body = data[at : at + 4], bytearray(data[at + 4 : at + 4 + length])
        for i in range(length):
            body[i] ^= mask[i & 3]
        frames.append((data[0] & 0x0F, bytes(body)))
        data = data[at + 4 + length :]
    return frames
