import { parseArgs } from 'node:util';
import type { PlanOptions } from '../../src/index.ts';

/** The request of the command line. */
export interface Command {
  readonly seed: number;
  readonly worlds: number;
  readonly workers: number;
  readonly store: string;
  readonly plan: PlanOptions;
  /** Only these faults and actions of the plan; null: all. */
  readonly keep: readonly number[] | null;
  /** A file with a plan in JSON; null: made from the seed. */
  readonly planFile: string | null;
  readonly trace: boolean;
  readonly mutations: boolean;
  /** From how many seeds each mutation is hunted, and in how many worlds from each. */
  readonly starts: number;
  readonly mostWorlds: number;
  readonly only: string | null;
}

export const USAGE = `npm run simulate -- [options]
  --seed N         the first seed (1); without --worlds this one world is run and its trace printed
  --worlds N       how many worlds, each with the next seed
  --processes N    dispatcher processes (2 to 4 by seed)
  --messages N     messages (10 to 16 by seed)
  --policy P       resend, hold, reconcile or mixed (by seed)
  --store S        memory, sqlite, or the path of a module that exports openWorldStore (memory)
  --extension N    the N-th plan of the seed, each with more faults (0)
  --keep 1,2,3     only these faults and actions of the plan
  --plan FILE      this plan, in JSON, instead of a seed's
  --workers N      threads (as many as processors)
  --trace          print the trace of a single world although it holds
  --mutations      find deliberate bugs instead
  --starts N       from how many seeds each (5)
  --most-worlds N  in how many worlds from each seed (3000)
  --only TEXT      only mutations whose name contains it

A full run, of 100000 worlds or more as planned by their seeds or of all mutations, writes its part of docs/simulation.md. Any other prints.`;

/** @throws TypeError for what is not an option */
export function parseCommand(args: readonly string[], processors: number): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      worlds: { type: 'string' },
      processes: { type: 'string' },
      messages: { type: 'string' },
      policy: { type: 'string' },
      store: { type: 'string', default: 'memory' },
      extension: { type: 'string' },
      keep: { type: 'string' },
      plan: { type: 'string' },
      workers: { type: 'string' },
      trace: { type: 'boolean', default: false },
      mutations: { type: 'boolean', default: false },
      starts: { type: 'string' },
      'most-worlds': { type: 'string' },
      only: { type: 'string' },
    },
  });
  const isOneWorld = values.worlds === undefined && (values.seed !== undefined || values.plan !== undefined);
  return {
    seed: whole('seed', values.seed) ?? 1,
    worlds: whole('worlds', values.worlds) ?? (isOneWorld ? 1 : 1_000),
    workers: whole('workers', values.workers) ?? processors,
    store: values.store,
    plan: planOptions(values),
    keep: values.keep === undefined ? null : values.keep.split(',').filter(Boolean).map(Number),
    planFile: values.plan ?? null,
    trace: values.trace || isOneWorld,
    mutations: values.mutations,
    starts: whole('starts', values.starts) ?? 5,
    mostWorlds: whole('most-worlds', values['most-worlds']) ?? 3_000,
    only: values.only ?? null,
  };
}

function planOptions(values: Readonly<Record<string, unknown>>): PlanOptions {
  const processes = whole('processes', values.processes);
  const messages = whole('messages', values.messages);
  const extension = whole('extension', values.extension);
  const policy = policyOf(values.policy);
  return {
    ...(processes === undefined ? {} : { processes }),
    ...(messages === undefined ? {} : { messages }),
    ...(extension === undefined ? {} : { extension }),
    ...(policy === undefined ? {} : { policy }),
  };
}

function policyOf(value: unknown): PlanOptions['policy'] {
  switch (value) {
    case undefined:
    case 'resend':
    case 'hold':
    case 'reconcile':
    case 'mixed':
      return value;
    default:
      throw new TypeError(`--policy must be resend, hold, reconcile or mixed, is ${value}`);
  }
}

function whole(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0)
    throw new TypeError(`--${name} must be a whole number, is ${value}`);
  return number;
}
