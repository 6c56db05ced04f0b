import { Agent, request } from 'undici';
import { spreadOf } from '../../../support/statistics.ts';
import type { StoreName } from '../../contenders/store-facts.ts';
import { describeMachine } from '../../machine.ts';
import { AskedChild } from '../../processes/asked-child.ts';
import { openOurStores } from '../../services/services.ts';
import type { Suite, SuiteOptions } from '../suite.ts';
import { boundedLoop, textsOf } from '../throughput/jobs.ts';
import type { EnqueueAnswers } from './enqueue-main.ts';
import { type EnqueueResult, type EnqueueWay, showEnqueue } from './show-enqueue.ts';

const WAYS: readonly EnqueueWay[] = [
  { over: 'calls', batch: 1, callers: 64 },
  { over: 'calls', batch: 100, callers: 4 },
  { over: 'calls', batch: 1000, callers: 2 },
  { over: 'HTTP', batch: 1, callers: 64 },
  { over: 'HTTP', batch: 100, callers: 8 },
];

/** Messages stored a second, from within the process and over its HTTP API. */
export const enqueueSuite: Suite<EnqueueResult> = { name: 'enqueue', run: measure, show: showEnqueue };

async function measure(options: SuiteOptions): Promise<EnqueueResult> {
  const machine = describeMachine();
  const { stores, versions, skipped, stop } = await openOurStores();
  const measured = stores.flatMap((store) => WAYS.map((way) => ({ store, ...way, rates: [] as number[] })));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const one of measured) {
      const rate = await runOnce(one.store, one, round, options);
      one.rates.push(rate);
      options.log(`${one.store}, ${one.over}, ${one.batch} at a time: ${Math.round(rate)}/s`);
    }
  }
  await stop();
  const figures = measured.map(({ rates, ...way }) => ({ ...way, perSecond: spreadOf(rates) }));
  return { machine, versions, rounds: options.rounds, figures, skipped };
}

async function runOnce(
  store: StoreName,
  way: EnqueueWay,
  round: number,
  { messages: asked, directory }: SuiteOptions,
): Promise<number> {
  const file = new URL('enqueue-main.ts', import.meta.url);
  const child = new AskedChild<EnqueueAnswers>(file, 'the HTTP API');
  const runId = `enqueue-${store}-${way.over}-${way.batch}-${round}-${process.pid}`;
  const url = await child.ask('open', { store, directory, runId });
  // Whole batches, for every caller.
  const share = way.batch * way.callers;
  const whole = (messages: number): number => Math.ceil(messages / share) * share;
  const enqueue = (messages: number): Promise<number> =>
    way.over === 'HTTP' ? enqueueOverHttp(url, messages, way) : child.ask('enqueue', { messages, ...way });
  await enqueue(whole(asked / 10));
  const rate = await enqueue(whole(asked));
  await child.end();
  return rate;
}

async function enqueueOverHttp(
  url: string,
  messages: number,
  { batch, callers }: EnqueueWay,
): Promise<number> {
  const agent = new Agent({ connections: callers, pipelining: 1 });
  const bodies = Array.from({ length: messages / batch }, () => {
    const texts = textsOf(batch);
    return JSON.stringify(batch === 1 ? texts[0] : texts);
  });
  const startedAt = performance.now();
  await boundedLoop(bodies, callers, async (body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent });
    await answer.body.dump();
    if (answer.statusCode !== 201) throw new Error(`answered ${answer.statusCode}`);
  });
  const rate = (messages / (performance.now() - startedAt)) * 1000;
  await agent.close();
  return rate;
}
