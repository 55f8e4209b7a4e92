/**
 * Messages that every node of one gateway must receive. With one process they stay in it; several nodes share a message
 * bus.
 */
export interface BusMessages {
  /** A device may no longer be connected: the node that has its socket closes the socket within a second. */
  'device.shut': { deviceId: string; why: 'device_blocked' | 'device_removed' | 'token_revoked' | 'pending_full' }
}

export interface Bus extends AsyncDisposable {
  /** Resolves when the message was sent; in one process, when every listener has received it. */
  publish<Topic extends keyof BusMessages>(topic: Topic, message: BusMessages[Topic]): Promise<void>
  /** Returns the function that ends the subscription. */
  subscribe<Topic extends keyof BusMessages>(topic: Topic, listener: (message: BusMessages[Topic]) => void): () => void
}
