from darvaza import line
from darvaza.address import Address
from stream import Stream


async def failure(reader):
    try:
        await line.read_head(reader)
    except line.LineError as error:
        return str(error)


async def test_stops_reading_right_behind_the_head():
    reader = Stream(b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x01x', piece=1)
    status, headers = await line.read_head(reader)
    assert (status, headers) == (101, {'upgrade': 'websocket'})
    assert await reader.readexactly(3) == b'\x81\x01x'


async def test_a_repeated_header_counts_once():
    _, headers = await line.read_head(Stream(b'HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\n\r\n'))
    assert headers == {'a': '1'}


async def test_a_tls_port_is_recognised_by_its_first_bytes():
    assert 'wss://' in await failure(Stream(b'\x15\x03\x03\x00\x02\x02\x46'))


async def test_an_endless_head_is_cut_off():
    assert 'headers' in await failure(Stream(b'HTTP/1.1 200 OK\r\n' + b'A: 1\r\n' * 2000))


async def test_a_hung_up_line_is_said_in_words():
    assert 'hung up' in await failure(Stream(b'HTTP/1.1 20'))


async def test_joins_a_body_cut_into_chunks():
    body = await line.read_body(Stream(b'4\r\n{"a"\r\n3;x=y\r\n:1}\r\n0\r\n\r\n'), {'transfer-encoding': 'chunked'})
    assert body == b'{"a":1}'


async def test_reads_a_body_by_its_length_or_to_the_end():
    assert await line.read_body(Stream(b'12345'), {'content-length': '3'}) == b'123'
    assert await line.read_body(Stream(b'12345', piece=2), {}) == b'12345'


async def test_never_reads_more_than_its_share_of_a_body():
    assert len(await line.read_body(Stream(b'x' * 9000), {})) == line.BODY_LIMIT
    assert len(await line.read_body(Stream(b'x' * 9000), {'content-length': '9000'})) == line.BODY_LIMIT


def test_a_request_leaves_in_one_piece():
    asked = line.request(Address('ws://gate.example:3000/home/'), '/ws/pico', [('Authorization', 'Bearer T')])
    assert asked == b'GET /home/ws/pico HTTP/1.1\r\nHost: gate.example:3000\r\nAuthorization: Bearer T\r\n\r\n'


def test_an_address_is_taken_apart():
    plain, secure = Address('ws://10.0.0.2:3000'), Address(' https://gate.example/ ')
    assert (plain.host, plain.port, plain.secure, plain.prefix) == ('10.0.0.2', 3000, False, '')
    assert (secure.host, secure.port, secure.secure, secure.host_header) == ('gate.example', 443, True, 'gate.example')
    assert secure.origin == 'https://gate.example:443'


def test_an_address_that_cannot_work_is_refused_in_words():
    for wrong in ('10.0.0.2:3000', 'ftp://gate', 'ws://', 'ws://:3000', 'ws://me:secret@gate', 'ws://gate:port'):
        try:
            Address(wrong)
        except ValueError as mistake:
            assert 'GATEWAY' in str(mistake)
            continue
        assert False, wrong
