export const WHAT_SATURATES = `## What saturates first

1. **The receiver.** A dispatcher has as many requests under way as the rate times the answer time. A receiver that takes 100 ms needs 100 connections for every 1,000 messages a second, and \`concurrency\` has to allow them; with the default of 2 one process sends 20 a second to it.
   \`processor.ratePerSecond\`, 429 and \`Retry-After\` protect it.
2. **The event loop** of a dispatcher on SQLite, or on a database that has processors of its own. Add processes, up to the cores: \`server.workers\`, or replicas. The \`undici\` transport costs less than half of what \`ky\` does.
3. **The primary** of MongoDB. A message is three writes of its document (insert, claim, settle); claims and settles are one command for a batch, so it is documents and index entries that count, not round trips. Larger batches help until a batch takes as long as a lease can spare.
4. **SQLite's write lock.** Writers exclude each other, in all processes: a second process on the same file may add something, four add nothing ([performance.md](performance.md#several-processes-on-one-store)), and more are refused. One file a tenant scales by files.
5. **Redis** is far behind all of these: one pipelined \`SET\` a message, on one core of its own.

Cost does not grow with the backlog, nor does memory ([performance.md](performance.md#against-the-backlog)): a queue of ten million needs the disk, and nothing else.`;

export const WHAT_WOULD_CHANGE = `## A hundred thousand a second, and a million

The table above is what the present design needs if it is multiplied. These things would have to be done besides, and have not been:

- **At 100,000**: partitions, chosen by the caller (by tenant, or by a hash of the idempotency key), each with replicas of its own; nothing in the server chooses a partition today, so it takes as many deployments as partitions. One Redis carries it; its connections and memory
  (some 200 bytes for each message of \`redis.ttl\`, 24 h by default) do not: shorten \`redis.ttl\` to the longest lease and retry that you care about. Over HTTP, enqueue in arrays. At \`info\` the log has a line for each message that is sent: set \`LOG_LEVEL=warn\`.
- **At 1,000,000**: a document for each state change is the wrong shape. Enqueue and claim would move to an append-only log in segments that are leased whole, settles would be written as ranges and exceptions, and the sent cache as a bitmap beside the segment; \`GET /messages/:id\` would read from an index that is
  built later. The ports allow it (claim, settle and release are batch-first and keyed by token), the present adapters do not. The network, ten gigabits a second and a hundred thousand connections to the receiver at 100 ms, asks for several hosts in any case, and for a receiver that takes batches.
- **Not at all**: the guarantees. They rest on a conditional write for each message under a token, which partitions do not share and do not need to.`;
