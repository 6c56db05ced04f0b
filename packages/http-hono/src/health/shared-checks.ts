import type { Clock } from '@messaging-system/core';
import type { HealthCheck, HealthReport } from './health-check.ts';
import type { HealthChecks } from './readiness.ts';

const SHARED_MS = 1_000;

/**
 * The same checks, each begun at most once a second however many ask: `/readyz` asks for no key, so nobody may make the
 * store work by asking often. Whoever asks within a second of the beginning of a check gets what that one finds.
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
