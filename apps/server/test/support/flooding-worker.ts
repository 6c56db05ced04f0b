// Has more to tell than anybody can take who does not listen; says in a file when it has told all of it.
import { writeFileSync } from 'node:fs';
import { EventRelay } from '../../src/workers/event-relay.ts';
import { MainChannel } from '../../src/workers/worker.ts';

const EVENTS = Number(process.argv[2]);
const DONE_FILE = process.argv[3] ?? '';
const AT_ONCE = 1_000;

const channel = new MainChannel(process);
const relay = new EventRelay(({ events, dropped }) =>
  channel.send({ kind: 'report', status: null, command: 0, events, dropped }),
);
channel.listen({ told: () => undefined, gone: () => process.exit(0) });

for (let at = 0; at < EVENTS; at += 1) {
  relay.observe({ type: 'store.recovered', at, operation: 'claimDue' });
  if (at % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
}
writeFileSync(DONE_FILE, '');
await relay.flush();
process.disconnect();
