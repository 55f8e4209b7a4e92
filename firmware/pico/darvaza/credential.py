"""The board's own token: from the settings, or fetched once from the gateway and kept in a file."""

import asyncio
import json
import os

from . import line
from .websocket import Refused, retry_after_s

FETCH_S = 30


async def token(settings, address, tls, logbook):
    """The token for this gateway. Raises Refused or LineError if there is none and none can be fetched now."""
    kept = settings.TOKEN or load(settings.TOKEN_FILE, address)
    if not kept:
        kept = await fetch(address, tls)
        save(settings.TOKEN_FILE, address, kept)
        logbook.add('info', 'got a token of its own from ' + address.origin + '; it is kept in ' + settings.TOKEN_FILE)
    logbook.hide(kept)
    return kept.strip()


def load(path, address):
    """The kept token, or None if there is none or it belongs to another gateway."""
    try:
        with open(path) as file:
            kept = json.load(file)
        return kept['token'] if kept['gateway'] == address.origin else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(path, address, token):
    """Writes a new file and renames it, because the board can lose its power at any moment."""
    with open(path + '.new', 'w') as file:
        json.dump({'gateway': address.origin, 'token': token}, file)
    os.rename(path + '.new', path)


async def fetch(address, tls=None):
    """Fetches a new token from GET /public/tokens."""
    try:
        return await asyncio.wait_for(_fetch(address, tls), FETCH_S)
    except asyncio.TimeoutError:
        raise line.LineError('no answer from /public/tokens within {} s'.format(FETCH_S))


async def _fetch(address, tls):
    reader, writer = await line.dial(address, tls)
    try:
        writer.write(line.request(address, '/public/tokens', [('Accept', 'application/json'), ('Connection', 'close')]))
        await writer.drain()
        status, headers = await line.read_head(reader)
        body = await line.read_body(reader, headers)
        if status in (301, 302, 307, 308):
            raise line.LineError('the gateway moved to ' + headers.get('location', '?') + '; write that in GATEWAY')
        if status != 200:
            raise Refused(status, body, retry_after_s(headers))
        try:
            return json.loads(body)['pico_tokens'][0]
        except (ValueError, KeyError, IndexError, TypeError):
            raise line.LineError('/public/tokens answered something else than tokens: is this a Darvaza gateway?')
    finally:
        await line.hang_up(writer)
