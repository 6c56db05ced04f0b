import { flushTraces } from '@messaging-system/adapters-opentelemetry';
import { configuredDispatcher } from './composition/dispatcher.ts';
import { openSentCache, openStore } from './composition/stores.ts';
import { webhookSender } from './composition/webhook-sender.ts';
import { inThisProcess, type OpenWorker, runWorker, type WorkerParts } from './workers/index.ts';

process.exit(await runWorker(openWorker));

/** Opens what a dispatcher needs, and makes one. */
async function openWorker({ log, ...parts }: WorkerParts): Promise<OpenWorker> {
  const { config, target, clock } = parts;
  await using opening = new AsyncDisposableStack();
  opening.defer(() => flushTraces());
  const store = await openStore(config, opening, log);
  const { sentCache } = await openSentCache(config, store, opening, log);
  const sender = webhookSender(config, target, clock);
  opening.defer(() => sender.close());
  const { repository } = store;
  const processor = inThisProcess(configuredDispatcher({ ...parts, repository, sentCache, sender }));
  opening.defer(() => processor.close());
  const lifetimes = opening.move();
  return { processor, [Symbol.asyncDispose]: () => lifetimes.disposeAsync() };
}
