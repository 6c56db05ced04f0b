// Writes more lines than a pipe and the log's memory take, says how many, and waits to be told that the reader reads.
import { once } from 'node:events';
import { createLogger } from '../../src/log/create-logger.ts';

const LINES = 30_000;

process.stdout.on('error', () => {});
const log = createLogger({ name: 'test', level: 'info', isPretty: false, secrets: [] });
for (let line = 0; line < LINES; line += 1) log.info({ line }, 'flood');
process.send?.(LINES);
await once(process, 'message');
process.disconnect();
