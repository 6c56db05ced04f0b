// Writes more lines than a pipe and the log's memory take, says how many, and waits for the signal that the reader reads.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createLogger } from '../../src/log/create-logger.ts';

const LINES = 30_000;

process.stdout.on('error', () => {});
const log = createLogger({ name: 'test', level: 'info', isPretty: false, secrets: [] });
// Node.js makes the standard output that a child inherits wait for its reader: for all who share it.
if (process.argv.includes('after a child')) spawnSync(process.execPath, ['-e', '0'], { stdio: 'inherit' });
for (let line = 0; line < LINES; line += 1) log.info({ line }, 'flood');
process.send?.(LINES);
await once(process, 'message');
process.disconnect();
