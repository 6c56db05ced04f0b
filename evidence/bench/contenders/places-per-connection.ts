/**
 * Messages that a dispatcher (`concurrency`) or a worker of a peer has in hand for each connection to the receiver: the requests of some keep all connections
 * busy while the results of others are stored, many at a time. As many as these may be sent again after a crash.
 */
export const PLACES_PER_CONNECTION = 4;
