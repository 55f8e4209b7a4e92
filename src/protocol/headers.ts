/*
 * Names of the headers to which Darvaza gives a meaning of its own. They are in lower case, as Node delivers them,
 * unless Darvaza itself sends them.
 */

/** The name that a board claims. It is never trusted. */
export const deviceIdHeader = 'x-device-id'
/** The kind that a board claims to be: see `kindOfDeviceType`. */
export const deviceTypeHeader = 'x-device-type'
/** The version of a board's firmware. */
export const deviceVersionHeader = 'x-device-version'

/** A header that makes a handshake request a connection test. */
export const probeHeaderLine = 'X-Darvaza-Probe: 1'
/** Whether the headers of a handshake request make it a connection test. */
export const isProbe = (headers: Readonly<Record<string, string | undefined>>): boolean =>
  headers['x-darvaza-probe'] === '1'

/**
 * Set by the gateway on its internal requests to the accounts library: the client's address as the gateway determined
 * it. A client's own header of this name is not passed on.
 */
export const accountAddressHeader = 'x-darvaza-address'

/** When the picture of an answer reached the gateway, ISO 8601. */
export const receivedAtHeader = 'X-Received-At'
