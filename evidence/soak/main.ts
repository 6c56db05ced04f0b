import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FULL_RUN, isFullSoak } from '../support/full-run.ts';
import { type RunFacts, runFacts } from '../support/run-facts.ts';
import {
  SERVICES_OF,
  type ServerUris,
  type Service,
  STORE_NAMES,
  type StoreName,
} from '../support/service.ts';
import { METRICS, trendOf } from './metrics.ts';
import { failures, markdown, type SoakFacts, soakPlot } from './report.ts';
import { runSoak, type SoakResult } from './run-soak.ts';

const HELP = `npm run soak -- [options]

Keeps a real server process under constant load, with faults now and then. A run of ${FULL_RUN.soak.minutes} minutes or more, with at least as
much load and as many faults as by default, writes docs/soak.md and docs/soak.svg; any other prints.

  --minutes N      10 by default
  --store NAME     sqlite (default); mongo, which needs MONGODB_URI and REDIS_URL; or postgres, which needs POSTGRES_URL
  --rate N         messages a second; 50 by default
  --faults N       seconds from one fault to the next; 20 by default

Exits with 1 when heap, handles, files, sockets or the time of a claim grow by more than their bound, or a message is lost.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: String(FULL_RUN.soak.minutes) },
    store: { type: 'string', default: 'sqlite' },
    rate: { type: 'string', default: String(FULL_RUN.soak.perSecond) },
    faults: { type: 'string', default: String(FULL_RUN.soak.faultEverySeconds) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const minutes = positive('minutes', values.minutes);
  const store = STORE_NAMES.find((name) => name === values.store);
  if (store === undefined) throw new Error(`--store must be one of ${STORE_NAMES.join(', ')}`);
  const perSecond = positive('rate', values.rate);
  const faultEverySeconds = positive('faults', values.faults);
  const servers = serversOf(store);
  const about = await runFacts('soak', servers);
  const result = await runSoak({
    servers,
    minutes,
    perSecond,
    faultEveryMs: faultEverySeconds * 1000,
    // At least a hundred samples, and none closer than a collection of garbage lets the server breathe.
    sampleEveryMs: Math.max(500, Math.min(5_000, (minutes * 60_000) / 100)),
  });
  const trends = METRICS.map((metric) => trendOf(metric, result.samples));
  const facts = factsOf(result, about, minutes);
  const page = markdown(facts, trends, 'soak.svg');
  if (isFullSoak({ minutes, perSecond, faultEverySeconds })) {
    const docs = join(import.meta.dirname, '../../docs');
    await writeFile(join(docs, 'soak.svg'), soakPlot(result));
    await writeFile(join(docs, 'soak.md'), page);
  } else console.log(`${page}\nNot a full run: nothing is written.`);
  for (const { metric, growth, slopePerHour } of trends) {
    console.log(
      `${metric.title}: ${growth.toFixed(2)} ${metric.unit} over the run, ${slopePerHour.toFixed(2)} an hour`,
    );
  }
  const wrong = failures(facts, trends);
  for (const failure of wrong) console.error(`BROKEN: ${failure}`);
  return wrong.length === 0 ? 0 : 1;
}

const VARIABLES: Readonly<Record<Service, string>> = {
  mongo: 'MONGODB_URI',
  redis: 'REDIS_URL',
  postgres: 'POSTGRES_URL',
};

function serversOf(store: StoreName): ServerUris {
  const uriOf = (service: Service): string => {
    const uri = process.env[VARIABLES[service]];
    if (uri === undefined) throw new Error(`--store ${store} needs ${VARIABLES[service]}: set it`);
    return uri;
  };
  return Object.fromEntries(SERVICES_OF[store].map((service) => [service, uriOf(service)]));
}

function factsOf(result: SoakResult, about: RunFacts, minutes: number): SoakFacts {
  const faults = new Map<string, number>();
  for (const { title } of result.faults) faults.set(title, (faults.get(title) ?? 0) + 1);
  const { enqueued, refused, delivered, lost, samples } = result;
  return { ...about, minutes, samples: samples.length, enqueued, refused, delivered, lost, faults };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} is a number above 0`);
  return value;
}
