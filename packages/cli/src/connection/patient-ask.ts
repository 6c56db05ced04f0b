import { setTimeout as pause } from 'node:timers/promises';
import { retryAfterMs } from '@messaging-system/http-hono/client';
import { CommandError } from '../command-error.ts';
import { ExitCode } from '../exit-code.ts';
import type { ApiAnswer } from './messaging-api.ts';
import { refusalError } from './messaging-api.ts';

export interface Patience {
  /** How long one call is repeated before it is given up. */
  readonly forMs: number;
  /** Cuts waits short, so that an import can end. */
  readonly signal: AbortSignal;
  /** Called with the reason of each repeat. */
  readonly onWait: (reason: string) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Repeats a call while the server is not there, or says 429 or 503: with waits that grow and are spread by chance, or as long as
 * `Retry-After` needs. Only for calls that may be repeated. @throws CommandError when patience ends
 */
export async function patientAsk<Body>(
  ask: () => Promise<ApiAnswer<Body>>,
  { forMs, signal, onWait }: Patience,
): Promise<ApiAnswer<Body>> {
  const until = performance.now() + forMs;
  for (let bound = FIRST_WAIT_MS; ; bound = Math.min(LONGEST_WAIT_MS, bound * 2)) {
    const outcome = await attempt(ask);
    if ('answer' in outcome) return outcome.answer;
    const { error, retryAfterMs } = outcome;
    // Not below the bound's half, so that those who wait do not come back at once.
    const wait = retryAfterMs ?? bound / 2 + Math.random() * (bound / 2);
    if (signal.aborted || performance.now() + wait > until) throw error;
    onWait(error.message);
    await pause(Math.min(wait, LONGEST_RETRY_AFTER_MS), undefined, { signal }).catch(() => {
      throw error;
    });
  }
}

type Outcome<Body> =
  | { readonly answer: ApiAnswer<Body> }
  | { readonly error: CommandError; readonly retryAfterMs: number | null };

async function attempt<Body>(ask: () => Promise<ApiAnswer<Body>>): Promise<Outcome<Body>> {
  try {
    const answer = await ask();
    const isBusy = !answer.isOk && (answer.status === 503 || answer.status === 429);
    return isBusy ? { error: refusalError(answer), retryAfterMs: retryAfterMs(answer.headers) } : { answer };
  } catch (error) {
    const isGone = error instanceof CommandError && error.exitCode === ExitCode.UNAVAILABLE;
    if (!isGone) throw error;
    return { error, retryAfterMs: null };
  }
}
