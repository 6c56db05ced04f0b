import { formatDuration } from '../config/duration.ts';

/** How much is delivered how often, for people. */
export function shownPace(pace: {
  readonly batchSize: number;
  readonly intervalMs: number;
  readonly drain: boolean;
}): string {
  const { batchSize, intervalMs, drain } = pace;
  if (drain) return 'what is due at once';
  return `${batchSize} ${batchSize === 1 ? 'message' : 'messages'} every ${formatDuration(intervalMs)}`;
}
