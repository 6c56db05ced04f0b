import type { ProcessorJson, ReadinessJson } from '@messaging-system/http-hono';
import { CommandError } from '../command-error.ts';
import type { ApiAnswer, MessagingApi } from '../connection/messaging-api.ts';
import { ExitCode } from '../exit-code.ts';
import type { ServerDescription } from '../host.ts';
import { describedBy } from '../server-description.ts';
import { type Check, failed, ok, skipped, warning } from './check.ts';
import { checkProcessor } from './check-processor.ts';

const NAME = 'server';
// Its time is cut to seconds, and took a while to arrive.
const CLOCK_TOLERANCE_MS = 2_500;

/**
 * Whether a server answers, takes the key, is ready, delivers, and has the same time.
 * @param here what it is compared with; null: it was named, so it has to answer, and nothing here says what it should be like
 * @param credentials the settings that show its receiver who it is
 */
export async function checkServer(
  api: MessagingApi,
  here: ServerDescription | null,
  credentials?: string,
): Promise<readonly Check[]> {
  try {
    const readiness = await api.ask<ReadinessJson>('GET', '/readyz');
    const processor = await api.ask<ProcessorJson>('GET', '/processor');
    return [...checkReadiness(api.url, readiness), ...checkDelivery(processor, here, credentials)];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.code === 'unreachable' && here !== null) {
      return [
        skipped(NAME, `none answers on ${api.url}: "messaging-system serve" starts it, --url names another`),
      ];
    }
    const isKey = error.exitCode === ExitCode.NO_PERMISSION;
    return [
      failed(
        NAME,
        error.message,
        isKey ? 'Set SERVER_API_KEY, or give --api-key.' : 'Check --url and SERVER_PORT.',
      ),
    ];
  }
}

function* checkReadiness(url: string, readiness: ApiAnswer<ReadinessJson>): Generator<Check> {
  if (!readiness.isOk) {
    const advice = `${notReady(readiness.details)}The log of the server has more.`;
    yield failed(NAME, `${url} answers, and is ${readiness.error}`, advice);
    return;
  }
  yield ok(NAME, `${url} answers and is ready`);
  // A server is ready without what it only does better with; that is said all the same.
  for (const [name, { ok: isOk, detail }] of Object.entries(readiness.body.checks)) {
    const text = `${wordFor(name)} cannot be used by it${detail === undefined ? '' : `: ${detail}`}`;
    const advice = 'Delivery goes on without it, and more copies are possible. Its own log says more.';
    if (!isOk) yield warning(NAME, text, advice);
  }
}

function* checkDelivery(
  processor: ApiAnswer<ProcessorJson>,
  here: ServerDescription | null,
  credentials?: string,
): Generator<Check> {
  if (!processor.isOk) {
    const { code, error } = processor;
    yield code === 'insufficient_scope'
      ? warning('processor', `not looked at: ${error}`, 'Give a key that may read with --api-key.')
      : failed('processor', error, 'Its own log says why.');
    return;
  }
  yield* checkProcessor(processor.body, credentials);
  if (here !== null) yield* compareServer(here, describedBy(processor.headers));
  const offset = processor.date === null ? 0 : Math.abs(Date.now() - processor.date);
  if (offset > CLOCK_TOLERANCE_MS) {
    const text = `about ${Math.round(offset / 1000)} s off the server's`;
    yield warning('clock', text, 'Synchronise the clocks (chrony, systemd-timesyncd).');
  }
}

function notReady(details: unknown): string {
  if (typeof details !== 'object' || details === null || !('checks' in details)) return '';
  const broken = Object.entries(details.checks ?? {}).filter(([, check]) => check.ok === false);
  return broken.map(([name, { detail }]) => `The ${wordFor(name)} ${brokenBy(detail)} `).join('');
}

function wordFor(check: string): string {
  return check === 'sentCache' ? 'sent cache' : check;
}

function brokenBy(detail: unknown): string {
  if (detail === 'store_rejected')
    return 'answers and refuses (store_rejected): a full disk, missing rights.';
  return typeof detail === 'string' ? `does not answer (${detail}).` : 'does not answer.';
}

const SAME_SERVER = 'same server';
const SETTINGS_DIFFER =
  'That server uses other settings than the ones checked here: export the same variables as it has and stand in the same folder, or give --url to check the server alone.';

/** Whether the server that answers runs with what was checked here. */
function* compareServer(here: ServerDescription, there: ServerDescription | null): Generator<Check> {
  if (there === null) {
    yield warning(SAME_SERVER, 'the server does not say what it delivers from and to', SETTINGS_DIFFER);
    return;
  }
  const differences = [
    ['delivers to', here.target, there.target],
    ['keeps messages in', here.store, there.store],
  ].filter(([, mine, its]) => mine !== its);
  for (const [does, mine, its] of differences) {
    yield failed(SAME_SERVER, `it ${does} ${its}, and here it would be ${mine}`, SETTINGS_DIFFER);
  }
  if (differences.length === 0) yield ok(SAME_SERVER, 'it has the store and the webhook of here');
}
