import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Receiver } from './receiver/receiver.ts';
import { CONTENDERS, type ContenderName } from './throughput/contenders.ts';
import { runContender } from './throughput/run-contender.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true },
    profile: { type: 'string' },
  },
});
const names = (values.only ?? Object.keys(CONTENDERS)) as ContenderName[];
const messages = Number(values.messages);
const receiver = await Receiver.start();
const directory = mkdtempSync(join(tmpdir(), 'bench-'));
const rates = new Map<string, number[]>();
const cpus = new Map<string, number[]>();
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const name of names) {
    const run = await runContender(receiver, {
      name,
      setup: {
        receiverUrl: receiver.url,
        concurrency: 64,
        runId: `${name}-${round}-${process.pid}`,
        directory,
      },
      warmUp: 3000,
      messages,
      profile: values.profile === undefined ? null : join(values.profile, `${name}.cpuprofile`),
    });
    const rate = messages / (run.figures.elapsedMs / 1000);
    const cpu = (run.figures.loopCpuMs * 1000) / messages;
    rates.set(name, [...(rates.get(name) ?? []), rate]);
    cpus.set(name, [...(cpus.get(name) ?? []), cpu]);
    console.log(
      name.padEnd(22),
      rate.toFixed(0).padStart(7),
      '/s  loop µs',
      cpu.toFixed(1),
      'all µs',
      ((run.figures.cpuMs * 1000) / messages).toFixed(1),
      'receiver cpu µs',
      ((run.received.cpuMs * 1000) / messages).toFixed(1),
      'distinct',
      run.received.distinct,
      'requests',
      run.received.requests,
      'rss MB',
      (run.figures.residentBytes / 1e6).toFixed(0),
    );
  }
}
const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const base = median(rates.get(names[0] ?? '') ?? []);
for (const name of names)
  console.log(
    name.padEnd(22),
    median(rates.get(name) ?? []).toFixed(0),
    (median(rates.get(name) ?? []) / base).toFixed(3),
    'loop µs median',
    median(cpus.get(name) ?? []).toFixed(1),
    'min',
    Math.min(...(cpus.get(name) ?? [])).toFixed(1),
  );
await receiver.stop();
rmSync(directory, { recursive: true });
