"""TLS for wss://, if there is enough memory."""

from .line import LineError


def context(settings, memory_free):
    """An SSL context for this gateway. Raises LineError if a TLS handshake would not fit into the free memory."""
    if 0 < memory_free < settings.TLS_MEMORY_BYTES:
        raise LineError(
            'wss:// needs about {} bytes of free memory, there are {}: use ws:// on your own network, '
            'or a Pico 2 W'.format(settings.TLS_MEMORY_BYTES, memory_free)
        )
    import ssl

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if settings.TLS_CA_FILE:
        with open(settings.TLS_CA_FILE, 'rb') as file:
            made.load_verify_locations(cadata=file.read())
        made.verify_mode = ssl.CERT_REQUIRED
    else:
        if hasattr(made, 'check_hostname'):
            made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made
