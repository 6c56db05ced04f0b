import type { ProcessorJson, ReadinessJson } from '@messaging-system/http-hono';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { CommandError } from '../command-error.ts';
import type { MessagingApi } from '../connection/messaging-api.ts';
import { type Check, failed, ok, warning } from './check.ts';

const NAME = 'server';
// What it tells is cut to seconds, and took its time to come.
const CLOCK_TOLERANCE_MS = 2_500;

/** Whether a server answers, takes the key, is ready, and has the same time. */
export async function checkServer(api: MessagingApi, isExpected: boolean): Promise<readonly Check[]> {
  try {
    const readiness = await api.ask<ReadinessJson>('GET', '/readyz');
    const processor = await api.ask<ProcessorJson>('GET', '/processor');
    return [
      readiness.isOk
        ? ok(NAME, `${api.url} answers and is ready`)
        : failed(
            NAME,
            `${api.url} answers, and is ${readiness.error}`,
            `Its own log says why. ${notReady(readiness.details)}`,
          ),
      ...(processor.isOk ? [processorCheck(processor.body), ...clockCheck(processor.date)] : []),
    ];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.exitCode === ExitCode.UNAVAILABLE && error.code === 'unreachable' && !isExpected) {
      return [
        warning(
          NAME,
          `none answers on ${api.url}`,
          'Start it with "messaging-system serve"; --url names another.',
        ),
      ];
    }
    return [failed(NAME, error.message, adviceFor(error))];
  }
}

function processorCheck({ state, breaker }: ProcessorJson): Check {
  if (breaker.state === 'open') {
    return failed(
      'processor',
      `the breaker is open: ${breaker.reason}`,
      'See what the webhook answers. POST /processor/start closes it at once.',
    );
  }
  return state === 'running'
    ? ok('processor', 'running')
    : warning('processor', state, 'Nothing is delivered by this server until POST /processor/start.');
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

function notReady(details: unknown): string {
  if (typeof details !== 'object' || details === null || !('checks' in details)) return '';
  const broken = Object.entries(details.checks ?? {}).filter(([, check]) => check.ok === false);
  return broken.map(([name]) => `${name} does not answer.`).join(' ');
}

function adviceFor({ exitCode }: CommandError): string {
  return exitCode === ExitCode.NO_PERMISSION
    ? 'Set SERVER_API_KEY, or give --api-key.'
    : 'Check --url and SERVER_PORT.';
}
