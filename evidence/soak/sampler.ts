// Loaded into the measured process by `node --import`: answers each message of its parent with what only the process itself can see.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ProcessSample } from './sample.ts';

setFlagsFromString('--expose-gc');
// The flag puts the function into contexts that are made after it.
const collectGarbage: () => void = runInNewContext('gc');

process.on('message', () => {
  // A leak shows in the live memory; memory that waits to be collected is random.
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  const sample: ProcessSample = { heapUsed, external, handles: process.getActiveResourcesInfo().length };
  process.send?.(sample);
});
process.channel?.unref();
