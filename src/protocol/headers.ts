/*
 * Names of the headers that Darvaza gives a meaning of its own. In lower case, as Node gives them to whoever reads them,
 * unless Darvaza is the one that sends them.
 */

/** The board's own name for itself. It is never trusted. */
export const deviceIdHeader = 'x-device-id'
/** The kind of board that it claims to be: see `kindOfDeviceType`. */
export const deviceTypeHeader = 'x-device-type'
/** The version of a board's firmware. */
export const deviceVersionHeader = 'x-device-version'

/** A line of a handshake that makes it a connection test. */
export const probeHeaderLine = 'X-Darvaza-Probe: 1'
/** Whether a handshake is a connection test, by its headers. */
export const isProbe = (headers: Readonly<Record<string, string | undefined>>): boolean =>
  headers['x-darvaza-probe'] === '1'

/** Between the HTTP server and the accounts: the client's address as the gateway knows it, whatever a client sends. */
export const accountAddressHeader = 'x-darvaza-address'

/** When the picture of an answer reached the gateway, ISO 8601. */
export const receivedAtHeader = 'X-Received-At'
