import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from '../../machine.ts';
import { type PartShare, timeByPart } from '../../profile/parts.ts';
import { Receiver } from '../../receiver/receiver.ts';
import { figure, table } from '../../report/markdown.ts';
import type { Section } from '../../report/section.ts';
import { openServices } from '../../services/services.ts';
import type { Suite, SuiteOptions, SuiteResult } from '../suite.ts';
import { CONTENDERS, type ContenderEntry, type ContenderName } from '../throughput/contenders.ts';
import { runContender } from '../throughput/run-contender.ts';

export interface ProfileResult extends SuiteResult {
  readonly messages: number;
  readonly profiles: readonly { readonly title: string; readonly parts: readonly PartShare[] }[];
}

const PROFILED: readonly ContenderName[] = [
  'bare-undici',
  'sqlite-undici',
  'sqlite-ky',
  'mongo-undici',
  'postgres-undici',
];

/** Where the event loop's time goes. */
export const profileSuite: Suite<ProfileResult> = { name: 'profile', run: measure, show };

async function measure({ messages, directory, log }: SuiteOptions): Promise<ProfileResult> {
  const machine = describeMachine();
  const services = await openServices(new Set(PROFILED.flatMap((name) => CONTENDERS[name].needs)));
  const receiver = await Receiver.start();
  const profiles = [];
  for (const name of PROFILED) {
    const entry: ContenderEntry = CONTENDERS[name];
    if (services.whyNot(entry.needs) !== null) continue;
    const profile = join(directory, `${name}.cpuprofile`);
    await runContender(receiver, {
      name,
      setup: {
        receiverUrl: receiver.url,
        concurrency: 64,
        runId: `profile-${name}-${process.pid}`,
        directory,
      },
      warmUp: Math.round(messages / 4),
      messages,
      profile,
    });
    log(`profiled ${name}`);
    profiles.push({ title: entry.title, parts: timeByPart(JSON.parse(readFileSync(profile, 'utf8'))) });
  }
  await receiver.stop();
  await services.stop();
  return { machine, versions: services.versions, messages, profiles };
}

function show({ profiles, messages }: ProfileResult): Section {
  const parts = new Set(profiles.flatMap((profile) => profile.parts.map(({ part }) => part)));
  const rows = [...parts].map((part) => [
    part,
    ...profiles.map((profile) => {
      const ms = profile.parts.find((one) => one.part === part)?.ms ?? 0;
      return ms === 0 ? '' : figure((ms / messages) * 1000);
    }),
  ]);
  const totals = profiles.map((profile) =>
    figure((profile.parts.reduce((sum, { ms }) => sum + ms, 0) / messages) * 1000),
  );
  return {
    title: 'Where the time goes',
    text: [
      `µs of the event loop for each of ${messages.toLocaleString('en-US')} messages, sampled by V8 (which slows it a little), booked to the nearest part of the pipeline that called it. Waiting for nothing is left out; waiting inside of a system call is not.`,
      table(['part', ...profiles.map(({ title }) => title)], [...rows, ['together', ...totals]]),
    ].join('\n\n'),
    plots: [],
  };
}
