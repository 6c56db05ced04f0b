import { type Clock, MessagingError, SentCacheUnavailableError } from '@messaging-system/core';
import type { DispatcherState } from '@messaging-system/core/adapter';
import * as v from 'valibot';
import { stateSchema, type WorkersStatus, workersSchema } from '../processor/processor-json.ts';
import { within } from '../within.ts';

/** The state of a dependency. */
export interface HealthReport {
  readonly ok: boolean;
  /**
   * A stable word such as `connection_refused`: lower case, digits and underscores. `/readyz` asks for no key, so anything else,
   * which might name an address, is not shown.
   */
  readonly detail?: string;
}

/** A dependency that `/readyz` asks. */
export interface HealthCheck {
  /** Whether the service is not ready without it: true for the store, false for the sent cache. */
  readonly required: boolean;
  /** May reject, and may hang: both count as not ok. Called at most once a second, also while an earlier call is under way. */
  check(): Promise<HealthReport>;
}

export type HealthChecks = Readonly<Record<string, HealthCheck>>;

/** The report of a check, with nothing but a stable word for detail. */
export interface CheckJson extends HealthReport {
  /** Whether the service is not ready without it. */
  readonly required: boolean;
}

export interface ReadinessJson {
  readonly state: DispatcherState;
  readonly checks: Readonly<Record<string, CheckJson>>;
  /** Only where there are worker processes. They make nobody unready: messages are taken while none is there. */
  readonly workers?: WorkersStatus;
}

const checkSchema = v.strictObject({
  ok: v.boolean(),
  required: v.boolean(),
  detail: v.exactOptional(v.string()),
});

export const readinessSchema: v.GenericSchema<ReadinessJson> = v.strictObject({
  state: stateSchema,
  checks: v.record(v.string(), checkSchema),
  workers: v.exactOptional(workersSchema),
});

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
