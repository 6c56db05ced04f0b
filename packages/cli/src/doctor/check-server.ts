import type { ProcessorJson, ReadinessJson } from '@messaging-system/http-hono';
import { CommandError } from '../command-error.ts';
import type { MessagingApi } from '../connection/messaging-api.ts';
import { ExitCode } from '../exit-code.ts';
import type { ServerDescription } from '../host.ts';
import { describedBy } from '../server-description.ts';
import { type Check, failed, ok, skipped, warning } from './check.ts';
import { checkProcessor } from './check-processor.ts';

const NAME = 'server';
// What it tells is cut to seconds, and took its time to come.
const CLOCK_TOLERANCE_MS = 2_500;

/**
 * Whether a server answers, takes the key, is ready, delivers, and has the same time.
 * @param here what it is compared with; null: it was named, so it has to answer, and nothing here says what it should be like
 */
export async function checkServer(
  api: MessagingApi,
  here: ServerDescription | null,
): Promise<readonly Check[]> {
  try {
    const readiness = await api.ask<ReadinessJson>('GET', '/readyz');
    const processor = await api.ask<ProcessorJson>('GET', '/processor');
    return [
      readiness.isOk
        ? ok(NAME, `${api.url} answers and is ready`)
        : failed(
            NAME,
            `${api.url} answers, and is ${readiness.error}`,
            `${notReady(readiness.details)}The log of the server has more.`,
          ),
      ...(readiness.isOk ? doesWithout(readiness.body) : []),
      ...(processor.isOk
        ? [
            ...checkProcessor(processor.body),
            ...(here === null ? [] : compareServer(here, describedBy(processor.headers))),
            ...clockCheck(processor.date),
          ]
        : [
            processor.code === 'insufficient_scope'
              ? warning(
                  'processor',
                  `not looked at: ${processor.error}`,
                  'Give a key that may read with --api-key.',
                )
              : failed('processor', processor.error, 'Its own log says why.'),
          ]),
    ];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.exitCode === ExitCode.UNAVAILABLE && error.code === 'unreachable' && here !== null) {
      return [
        skipped(NAME, `none answers on ${api.url}: "messaging-system serve" starts it, --url names another`),
      ];
    }
    return [failed(NAME, error.message, adviceFor(error))];
  }
}

function clockCheck(date: number | null): readonly Check[] {
  if (date === null) return [];
  const offset = Math.abs(Date.now() - date);
  return offset <= CLOCK_TOLERANCE_MS
    ? []
    : [
        warning(
          'clock',
          `about ${Math.round(offset / 1000)} s off the server's`,
          'Synchronise the clocks (chrony, systemd-timesyncd).',
        ),
      ];
}

/** A server is ready without what it only does better with; that is said all the same. */
function doesWithout({ checks }: ReadinessJson): readonly Check[] {
  return Object.entries(checks).flatMap(([name, { ok: isOk, detail }]) =>
    isOk
      ? []
      : [
          warning(
            NAME,
            `${name} cannot be used by it${detail === undefined ? '' : `: ${detail}`}`,
            'Delivery goes on without it, and more copies are possible. Its own log says more.',
          ),
        ],
  );
}

function notReady(details: unknown): string {
  if (typeof details !== 'object' || details === null || !('checks' in details)) return '';
  const broken = Object.entries(details.checks ?? {}).filter(([, check]) => check.ok === false);
  return broken.map(([name, { detail }]) => `The ${name} ${brokenBy(detail)} `).join('');
}

function brokenBy(detail: unknown): string {
  if (detail === 'store_rejected')
    return 'answers and refuses (store_rejected): a full disk, missing rights.';
  return typeof detail === 'string' ? `does not answer (${detail}).` : 'does not answer.';
}

function adviceFor({ exitCode }: CommandError): string {
  return exitCode === ExitCode.NO_PERMISSION
    ? 'Set SERVER_API_KEY, or give --api-key.'
    : 'Check --url and SERVER_PORT.';
}

const SAME_SERVER = 'same server';
const SETTINGS_DIFFER =
  'What was checked here is not what that server uses: export the same variables as it has and stand in the same folder, or give --url to check the server alone.';

/** Whether the server that answers runs with what was checked here. */
function compareServer(here: ServerDescription, there: ServerDescription | null): readonly Check[] {
  if (there === null) {
    return [warning(SAME_SERVER, 'the server does not say what it delivers from and to', SETTINGS_DIFFER)];
  }
  const differences = [
    ...difference('delivers to', here.target, there.target),
    ...difference('keeps messages in', here.store, there.store),
  ];
  return differences.length > 0 ? differences : [ok(SAME_SERVER, 'it has the store and the webhook of here')];
}

function difference(does: string, here: string, there: string): readonly Check[] {
  return here === there
    ? []
    : [failed(SAME_SERVER, `it ${does} ${there}, and here it would be ${here}`, SETTINGS_DIFFER)];
}
