/**
 * The store could not carry out a request: its disk is full or failing, its file is damaged, or its thread has ended.
 * The message is for the operator and may name files; a client gets `store_unavailable`.
 */
export class StoreFailure extends Error {}
