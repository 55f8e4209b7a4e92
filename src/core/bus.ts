/** What every node of one gateway must hear. With one process it stays inside; several share a message bus. */
export interface BusMessages {
  /** A device lost its right to be connected: whoever holds its socket closes it, within a second. */
  'device.shut': { deviceId: string; why: 'device_blocked' | 'device_removed' | 'token_revoked' | 'pending_full' }
}

export interface Bus extends AsyncDisposable {
  /** Resolves when the message has left; in one process, when everybody has heard it. */
  publish<Topic extends keyof BusMessages>(topic: Topic, message: BusMessages[Topic]): Promise<void>
  /** Returns how to stop. */
  subscribe<Topic extends keyof BusMessages>(topic: Topic, listener: (message: BusMessages[Topic]) => void): () => void
}
