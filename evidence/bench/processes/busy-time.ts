import { cpus } from 'node:os';

/** For how long the processors of the machine have worked since it started, all together, in ms. */
export function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}
