import { checkOptions } from '../check-given.ts';
import { InvalidOptionsError } from '../errors.ts';
import { DEFAULT_MESSAGE_RULES, type MessageRules } from '../message/message-rules.ts';
import { AMBIGUITY_POLICIES, type AmbiguityPolicy } from '../policy/ambiguity-policy.ts';
import { type BreakerPolicy, DEFAULT_BREAKER_POLICY } from '../policy/circuit-breaker.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../policy/retry-policy.ts';

export interface DispatcherOptions {
  /** How many messages a claim takes. */
  readonly batchSize: number;
  /**
   * From the beginning of one tick to the beginning of the next. With `drain` or less: the next tick is sooner when something becomes due, such as a
   * `sendAt` or a retry.
   */
  readonly intervalMs: number;
  /** The most sends that are under way, or accepted and not yet stored. */
  readonly concurrency: number;
  /** Whether a tick claims on until nothing is due. */
  readonly drain: boolean;
  /** How long a claimed message is ours; must be longer than the sender's `timeoutMs`, by more than the store needs to answer. */
  readonly leaseMs: number;
  /** How long `stop` waits for what is under way before it cuts it off. */
  readonly drainDeadlineMs: number;
  /** How long one call to the store may take before it counts as failed and is repeated. */
  readonly storeTimeoutMs: number;
  readonly ambiguity: AmbiguityPolicy;
  readonly retry: RetryPolicy;
  readonly breaker: BreakerPolicy;
  /** Null for no limit. */
  readonly ratePerSecond: number | null;
  readonly rules: MessageRules;
}

export const DEFAULT_DISPATCHER_OPTIONS: DispatcherOptions = {
  batchSize: 2,
  intervalMs: 120_000,
  concurrency: 2,
  drain: false,
  leaseMs: 60_000,
  drainDeadlineMs: 20_000,
  storeTimeoutMs: 15_000,
  ambiguity: 'resend',
  retry: DEFAULT_RETRY_POLICY,
  breaker: DEFAULT_BREAKER_POLICY,
  ratePerSecond: null,
  rules: DEFAULT_MESSAGE_RULES,
};

/** The options of a dispatcher with this sender, nothing wrong with them. */
export interface CheckedOptions extends DispatcherOptions {
  /** The sender's `timeoutMs`: how long one send may take. */
  readonly sendTimeoutMs: number;
}

/**
 * Fills in the defaults.
 * @param sendTimeoutMs the sender's `timeoutMs`
 * @param hasReconciler whether there is one for the ambiguity policy `reconcile`
 * @throws InvalidOptionsError naming every problem
 */
export function dispatcherOptions(
  given: Partial<DispatcherOptions>,
  sendTimeoutMs: number,
  hasReconciler = true,
): CheckedOptions {
  checkOptions(given, DEFAULT_DISPATCHER_OPTIONS);
  const options = { ...DEFAULT_DISPATCHER_OPTIONS, ...given, sendTimeoutMs };
  const problems = [...numberProblems(options), ...policyProblems(options, hasReconciler)];
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return options;
}

function numberProblems(options: CheckedOptions): readonly string[] {
  const problems: string[] = [];
  const atLeast = (minimum: number, values: Readonly<Record<string, number>>): void => {
    for (const [name, value] of Object.entries(values)) {
      if (!Number.isFinite(value) || value < minimum)
        problems.push(`${name} must be at least ${minimum}, is ${value}`);
    }
  };
  const whole = (values: Readonly<Record<string, number>>): void => {
    for (const [name, value] of Object.entries(values)) {
      if (!Number.isInteger(value) || value < 1)
        problems.push(`${name} must be a whole number from 1, is ${value}`);
    }
  };
  whole({
    batchSize: options.batchSize,
    concurrency: options.concurrency,
    maxAttempts: options.retry.maxAttempts,
    maxContentLength: options.rules.maxContentLength,
  });
  atLeast(1, {
    intervalMs: options.intervalMs,
    leaseMs: options.leaseMs,
    'timeoutMs of the sender': options.sendTimeoutMs,
    storeTimeoutMs: options.storeTimeoutMs,
  });
  atLeast(0, {
    drainDeadlineMs: options.drainDeadlineMs,
    baseDelayMs: options.retry.baseDelayMs,
    maxDelayMs: options.retry.maxDelayMs,
    maxRetryAfterMs: options.retry.maxRetryAfterMs,
    failureThreshold: options.breaker.failureThreshold,
    cooldownMs: options.breaker.cooldownMs,
  });
  atLeast(1, { factor: options.retry.factor });
  if (options.ratePerSecond !== null && !(options.ratePerSecond > 0)) {
    problems.push(`ratePerSecond must be above 0, is ${options.ratePerSecond}`);
  }
  if (options.leaseMs <= options.sendTimeoutMs) {
    problems.push(
      `leaseMs (${options.leaseMs}) must be longer than timeoutMs of the sender (${options.sendTimeoutMs}): a send could outlive its lease`,
    );
  }
  return problems;
}

function policyProblems(options: DispatcherOptions, hasReconciler: boolean): readonly string[] {
  const { ambiguity } = options;
  if (!AMBIGUITY_POLICIES.includes(ambiguity)) {
    return [`ambiguity must be one of ${AMBIGUITY_POLICIES.join(', ')}, is ${ambiguity}`];
  }
  return ambiguity === 'reconcile' && !hasReconciler ? ['ambiguity reconcile needs a reconciler'] : [];
}
