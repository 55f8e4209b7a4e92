"""A TCP or TLS connection to the gateway, and the reading of HTTP answers from it."""

import asyncio

HEAD_LIMIT = 4096
BODY_LIMIT = 2048


class LineError(Exception):
    """The connection could not be used. The text says why, in one sentence."""


async def dial(address, tls=None):
    """Connects to the gateway and returns (reader, writer). `tls` is an SSL context or None."""
    if tls:
        return await asyncio.open_connection(address.host, address.port, ssl=tls, server_hostname=address.host)
    return await asyncio.open_connection(address.host, address.port)


async def hang_up(writer):
    transport = getattr(writer, 'transport', None)
    try:
        if transport:
            transport.abort()  # Python on a PC only: close() would wait for a gateway that no longer reads
        else:
            writer.close()
            await writer.wait_closed()
    except OSError:
        pass


def request(address, path, headers):
    """The bytes of a GET request, so that it is sent in one piece."""
    lines = ['GET ' + address.prefix + path + ' HTTP/1.1', 'Host: ' + address.host_header]
    lines.extend(['{}: {}'.format(name, value) for name, value in headers])
    return ('\r\n'.join(lines) + '\r\n\r\n').encode()


async def read_head(reader):
    """Reads up to the blank line, as a frame may follow. Returns (status, headers with lower-case names)."""
    head = bytearray()
    while head[-4:] != b'\r\n\r\n':
        head.extend(await _exactly(reader, 1))
        if len(head) == 5 and bytes(head) != b'HTTP/':
            raise LineError('the other side does not speak HTTP on this port; is it a TLS port that wants wss://?')
        if len(head) > HEAD_LIMIT:
            raise LineError('the answer begins with more than {} bytes of headers'.format(HEAD_LIMIT))
    lines = bytes(head[:-4]).decode().split('\r\n')
    try:
        status = int(lines[0].split(' ')[1])
    except (IndexError, ValueError):
        raise LineError('not an HTTP answer: ' + lines[0][:60])
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(':')
        headers.setdefault(name.strip().lower(), value.strip())
    return status, headers


async def read_body(reader, headers):
    """Reads the body, at most 2 KiB of it, and joins its chunks."""
    if 'chunked' in headers.get('transfer-encoding', '').lower():
        return await _read_chunks(reader)
    if 'content-length' in headers:
        return await _exactly(reader, min(int(headers['content-length']), BODY_LIMIT))
    body = b''
    while len(body) < BODY_LIMIT:
        more = await reader.read(BODY_LIMIT - len(body))
        if not more:
            break
        body += more
    return body


async def _read_chunks(reader):
    body = b''
    while True:
        size = b''
        while size[-2:] != b'\r\n':
            size += await _exactly(reader, 1)
            if len(size) > 32:
                raise LineError('the answer is cut into chunks of an unreadable size')
        length = int(size.split(b';')[0], 16)
        if not length or len(body) + length > BODY_LIMIT:
            return body
        body += await _exactly(reader, length)
        await _exactly(reader, 2)


async def _exactly(reader, count):
    try:
        return await reader.readexactly(count)
    except EOFError:
        raise LineError('the other side hung up in the middle of its answer')
