import { type Clock, MessagingError, SentCacheUnavailableError } from '@messaging-system/core';
import type { CheckJson, ReadinessJson } from '../schemas/readiness.ts';
import { within } from '../wire/within.ts';
import type { HealthCheck } from './health-check.ts';

export type HealthChecks = Readonly<Record<string, HealthCheck>>;

/** Asks every dependency at once, each for at most `timeoutMs`. */
export async function askDependencies(
  checks: HealthChecks,
  clock: Clock,
  timeoutMs: number,
): Promise<Readonly<Record<string, CheckJson>>> {
  const asked = Object.entries(checks).map(
    async ([name, check]) => [name, await ask(check, clock, timeoutMs)] as const,
  );
  return Object.fromEntries(await Promise.all(asked));
}

/** Ready means: not draining, and everything that is required answers. */
export function isReady({ state, checks }: ReadinessJson): boolean {
  return state !== 'draining' && Object.values(checks).every((check) => check.ok || !check.required);
}

async function ask({ required, check }: HealthCheck, clock: Clock, timeoutMs: number): Promise<CheckJson> {
  try {
    const outcome = await within(clock, timeoutMs, check());
    if (outcome.kind === 'late') return { ok: false, required, detail: 'timeout' };
    const { ok, detail } = outcome.value;
    return detail !== undefined && isStableWord(detail) ? { ok, required, detail } : { ok, required };
  } catch (error) {
    return { ok: false, required, detail: faultWord(error) };
  }
}

function faultWord(error: unknown): string {
  const reason = error instanceof SentCacheUnavailableError ? (error.reason?.toLowerCase() ?? '') : '';
  if (isStableWord(reason)) return reason;
  return error instanceof MessagingError ? error.code : 'check_failed';
}

function isStableWord(detail: string): boolean {
  return /^[a-z][a-z0-9_]{0,63}$/.test(detail);
}
