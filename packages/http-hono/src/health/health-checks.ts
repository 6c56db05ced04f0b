import { type Clock, MessagingError, SentCacheUnavailableError } from '@messaging-system/core';
import type { CheckJson, HealthReport, ReadinessJson } from '../json/readiness-json.ts';
import { within } from '../within.ts';

/** A dependency that `/readyz` asks. */
export interface HealthCheck {
  /** Whether the service is not ready without it: true for the store, false for the sent cache. */
  readonly required: boolean;
  /** May reject, and may hang: both count as not ok. Called at most once a second, also while an earlier call is under way. */
  check(): Promise<HealthReport>;
}

export type HealthChecks = Readonly<Record<string, HealthCheck>>;

const SHARED_MS = 1_000;

/**
 * The same checks, each begun at most once a second however many ask: `/readyz` asks for no key, so nobody may make the
 * store work by asking often. Callers within a second of the beginning of a check share its result.
 */
export function sharedChecks(checks: HealthChecks, clock: Clock): HealthChecks {
  return Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, shared(check, clock)]));
}

function shared(health: HealthCheck, clock: Clock): HealthCheck {
  let latest: { readonly begunAt: number; readonly report: Promise<HealthReport> } | null = null;
  return {
    required: health.required,
    check: () => {
      const now = clock.now();
      // A clock that was set back must not keep an old answer.
      if (latest === null || now >= latest.begunAt + SHARED_MS || now < latest.begunAt) {
        latest = { begunAt: now, report: health.check() };
      }
      return latest.report;
    },
  };
}

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
    const { ok, detail } = await within(clock, timeoutMs, check(), () => ({ ok: false, detail: 'timeout' }));
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
