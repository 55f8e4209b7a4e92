from darvaza.websocket import CLOSE, PING, PONG, TEXT, Closed, Refused, WebSocket, frame
from stream import Stream, client_frames, server_frame


def socket(incoming=b'', piece=1 << 30, longest=4096):
    stream = Stream(incoming, piece)
    return WebSocket(stream, stream, lambda: 7, longest), stream


async def ending(ws):
    try:
        while True:
            await ws.receive()
    except Closed as closed:
        return closed


async def test_reads_a_text_message_that_arrives_byte_by_byte():
    ws, _ = socket(server_frame(TEXT, 'دروازه'.encode()), piece=1)
    assert await ws.receive() == 'دروازه'


async def test_reads_two_messages_that_arrive_in_one_packet():
    ws, _ = socket(server_frame(TEXT, b'one') + server_frame(TEXT, b'two'))
    assert [await ws.receive(), await ws.receive()] == ['one', 'two']


async def test_reads_a_message_with_a_two_byte_length():
    ws, _ = socket(server_frame(TEXT, b'x' * 300))
    assert len(await ws.receive()) == 300


async def test_joins_fragments_and_answers_a_ping_between_them():
    ws, stream = socket(server_frame(TEXT, b'he', False) + server_frame(PING, b'p') + server_frame(0, b'llo'))
    assert await ws.receive() == 'hello'
    assert client_frames(stream.written) == [(PONG, b'p')]


async def test_gives_binary_messages_as_bytes():
    ws, _ = socket(server_frame(2, b'\x00\xff'))
    assert await ws.receive() == b'\x00\xff'


async def test_notes_when_something_was_heard():
    ws, _ = socket(server_frame(PONG, b'') + server_frame(TEXT, b'x'))
    ws.heard_ms = 0
    await ws.receive()
    assert ws.heard_ms == 7


async def test_echoes_the_close_code_and_says_why_it_is_over():
    ws, stream = socket(server_frame(CLOSE, (4001).to_bytes(2, 'big') + b'revoked'))
    closed = await ending(ws)
    assert (closed.code, closed.reason) == (4001, 'revoked')
    assert client_frames(stream.written) == [(CLOSE, (4001).to_bytes(2, 'big'))]
    assert stream.hung_up


async def test_a_line_cut_without_a_close_is_1006():
    ws, _ = socket(server_frame(TEXT, b'whole') + b'\x81')
    assert (await ending(ws)).code == 1006


async def test_refuses_a_message_longer_than_its_memory_with_1009():
    ws, stream = socket(server_frame(TEXT, b'x' * 5000))
    assert (await ending(ws)).code == 1009
    assert client_frames(stream.written)[0][1][:2] == (1009).to_bytes(2, 'big')


async def test_refuses_fragments_that_add_up_to_too_much():
    ws, _ = socket(server_frame(TEXT, b'x' * 3000, False) + server_frame(0, b'x' * 3000))
    assert (await ending(ws)).code == 1009


async def test_refuses_what_the_protocol_forbids_with_1002():
    masked = bytes((0x81, 0x81, 0, 0, 0, 0)) + b'x'
    long_ping = server_frame(PING, b'x' * 126)
    split_ping = server_frame(PING, b'x', False)
    reserved_bit = bytes((0xC1, 0))
    stray_continuation = server_frame(0, b'x')
    interrupted = server_frame(TEXT, b'a', False) + server_frame(TEXT, b'b')
    unknown = server_frame(3, b'')
    for wrong in (masked, long_ping, split_ping, reserved_bit, stray_continuation, interrupted, unknown):
        ws, _ = socket(wrong)
        assert (await ending(ws)).code == 1002, wrong


async def test_refuses_text_that_is_not_utf8_with_1007():
    ws, _ = socket(server_frame(TEXT, b'\xff\xfe'))
    assert (await ending(ws)).code == 1007


async def test_masks_every_frame_it_sends():
    ws, stream = socket()
    await ws.send('سلام')
    await ws.send(b'\x01' * 200)
    await ws.send(b'\x02' * 70000)
    await ws.ping()
    sent = client_frames(stream.written)
    assert [opcode for opcode, _ in sent] == [1, 2, 2, PING]
    assert sent[0][1].decode() == 'سلام'
    assert [len(payload) for _, payload in sent[1:3]] == [200, 70000]


async def test_says_nothing_after_its_close():
    ws, stream = socket()
    await ws.close(1000)
    try:
        await ws.send('more')
        assert False, 'it spoke'
    except Closed:
        pass
    assert [opcode for opcode, _ in client_frames(stream.written)] == [CLOSE]


def test_the_mask_is_applied_byte_for_byte():
    assert frame(TEXT, b'Hello', bytes((0x37, 0xFA, 0x21, 0x3D))) == bytes(
        (0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58)
    )  # the example in RFC 6455, section 5.7


def test_a_refusal_carries_the_gateways_remedy():
    refused = Refused(401, b'{"status":"error","code":"token_unknown","message":"No.","hint":"Fetch one."}')
    assert str(refused) == 'the gateway answered 401: token_unknown: No.: Fetch one.'


def test_a_refusal_by_a_proxy_is_not_mistaken_for_one_by_the_gateway():
    for body in (b'<html>502 Bad Gateway</html>', b'', b'[]', b'"no"'):
        assert str(Refused(502, body)) == 'the gateway answered 502'
