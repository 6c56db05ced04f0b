import { SystemClock } from '@messaging-system/core/system-clock';
import { ExitCode } from '../life-cycle/exit-code.ts';
import { MainChannel } from './main-channel.ts';
import { Worker } from './worker.ts';

if (process.send === undefined) {
  console.error('This is a part of the server, which starts it by itself where server.workers says so.');
  process.exit(ExitCode.USAGE);
}
const worker = new Worker(new MainChannel(process), new SystemClock());
// A terminal sends its Ctrl-C to every process of the group: each drains by itself, and the main process waits for all.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) process.on(signal, () => worker.end());
// Whether these end the server is for the main process to say, which then ends its workers.
for (const signal of ['SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {});
process.on('uncaughtException', (error) => worker.failed(error));
process.exit(await worker.run());
