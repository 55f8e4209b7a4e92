/**
 * Messages that every node of one gateway must receive. With one process they stay inside; several nodes share a
 * message bus.
 */
export interface BusMessages {
  /** A device lost its right to be connected: the node that holds its socket closes it, within a second. */
  'device.shut': { deviceId: string; why: 'device_blocked' | 'device_removed' | 'token_revoked' | 'pending_full' }
}

export interface Bus extends AsyncDisposable {
  /** Resolves when the message has left; in one process, when every listener has received it. */
  publish<Topic extends keyof BusMessages>(topic: Topic, message: BusMessages[Topic]): Promise<void>
  /** Returns the function that stops it. */
  subscribe<Topic extends keyof BusMessages>(topic: Topic, listener: (message: BusMessages[Topic]) => void): () => void
}
