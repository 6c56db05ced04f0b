import type { Environment } from '../support/server-process.ts';

/** Short leases and time-outs, so that every fault is over within seconds and comes many times. */
export const SETTINGS: Environment = {
  PROCESSOR_DRAIN: 'true',
  PROCESSOR_INTERVAL: '200ms',
  PROCESSOR_BATCH_SIZE: '32',
  PROCESSOR_CONCURRENCY: '16',
  PROCESSOR_LEASE: '5s',
  PROCESSOR_DRAIN_DEADLINE: '3s',
  CLIENT_TIMEOUT: '1s',
  RETRY_MAX_ATTEMPTS: '200',
  RETRY_BASE_DELAY: '100ms',
  RETRY_FACTOR: '2',
  RETRY_MAX_DELAY: '2s',
  BREAKER_COOLDOWN: '500ms',
};
