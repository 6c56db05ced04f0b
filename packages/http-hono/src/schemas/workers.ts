import * as v from 'valibot';

/** How the worker processes of a server stand, where delivery is theirs. */
export interface WorkersStatus {
  /** How many there should be. */
  readonly wanted: number;
  /** How many are there and ready. */
  readonly alive: number;
  /** How often one that had ended was started again. */
  readonly restarts: number;
  /** Events of theirs that nobody was told of, because there were too many at once. */
  readonly eventsDropped: number;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const workersSchema: v.GenericSchema<WorkersStatus> = v.strictObject({
  wanted: v.pipe(count, v.description('How many there should be.')),
  alive: v.pipe(count, v.description('How many are there and ready.')),
  restarts: v.pipe(count, v.description('How often one that had ended was started again.')),
  eventsDropped: v.pipe(
    count,
    v.description('Events that are in no metric, log line or stream, because there were too many at once.'),
  ),
});
