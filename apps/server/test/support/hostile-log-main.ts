// Writes the JSON lines of its standard input with the server's own pretty logger.
import { text } from 'node:stream/consumers';
import { createLogger } from '../../src/log/create-logger.ts';

const log = createLogger({ name: 'test', level: 'trace', isPretty: true, secrets: [] });
for (const hostile of JSON.parse(await text(process.stdin))) {
  log.info({ reason: hostile, [hostile]: hostile }, 'a text');
  log.fatal(hostile);
  log.error({ err: Object.assign(new Error(hostile), { code: hostile, stack: undefined }) }, 'a fault');
}
