"""The parts of a gateway's URL."""

PORTS = {'ws': 80, 'wss': 443, 'http': 80, 'https': 443}


class Address:
    """A URL `ws://host:port/prefix`. http:// and https:// count as ws:// and wss://."""

    def __init__(self, url):
        scheme, _, rest = url.strip().partition('://')
        scheme = scheme.lower()
        if scheme not in PORTS or not rest:
            raise ValueError('GATEWAY must look like ws://192.168.1.10:3000 or wss://example.org, not ' + url)
        authority, slash, path = rest.partition('/')
        self.host, colon, port = authority.partition(':')
        if not self.host or '@' in authority:
            raise ValueError('GATEWAY needs a host name or an address, and nothing secret in it')
        try:
            self.port = int(port) if colon else PORTS[scheme]
        except ValueError:
            raise ValueError('GATEWAY has a port that is not a number: ' + port)
        self.secure = scheme in ('wss', 'https')
        self.prefix = (slash + path).rstrip('/')

    @property
    def origin(self):
        """The gateway that a stored token belongs to. Another gateway does not accept that token."""
        return '{}://{}:{}{}'.format('https' if self.secure else 'http', self.host, self.port, self.prefix)

    @property
    def host_header(self):
        return self.host if self.port == (443 if self.secure else 80) else '{}:{}'.format(self.host, self.port)
