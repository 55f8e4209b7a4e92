/**
 * The store cannot do what was asked: its disk is full or failing, its file is damaged, or its thread has ended. The
 * message is for the operator and may name files; a client is answered `store_unavailable`.
 */
export class StoreFailure extends Error {}
