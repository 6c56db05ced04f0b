import type { Profiler, Runtime } from 'node:inspector';

/** Where a sample's time is booked: by the nearest frame, going outwards, that belongs to one of these. */
const PARTS: readonly (readonly [part: string, file: RegExp, name?: RegExp])[] = [
  ['sqlite: begin and commit (with the disk)', /adapters-sqlite\/src\/write-queue/, /#runGroup$|#flush$/],
  ['sqlite: settle', /adapters-sqlite\/src\/settle/],
  ['sqlite: sent cache', /adapters-sqlite\/src\/sent-cache/],
  ['sqlite: claim', /adapters-sqlite\/src\/(claim|row)\./],
  ['sqlite: the rest', /adapters-sqlite\/src\/(?!statements)/],
  ['mongo', /adapters-mongo\/src|node_modules\/(mongodb|bson)\//],
  ['redis', /adapters-redis\/src|node_modules\/(ioredis|redis-parser|@ioredis)\//],
  ['signing', /adapters-webhook\/src\/sign(er|ing-key)/],
  ['webhook sender', /adapters-webhook\/src/],
  ['ky', /node_modules\/ky\/|internal\/deps\/undici/],
  ['undici', /node_modules\/undici\//],
  ['core: dispatch', /core\/src\/dispatch/],
  ['core: the rest', /core\/src/],
  ['benchmark', /evidence\/bench/],
];

export interface PartShare {
  readonly part: string;
  readonly ms: number;
}

/** The profile's time by part of the pipeline, largest first; idle time is left out. */
export function timeByPart(profile: Profiler.Profile): readonly PartShare[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap((node) => (node.children ?? []).map((child): [number, number] => [child, node.id])),
  );
  const partOf = new Map<number, string>();
  const resolve = (id: number): string => {
    const known = partOf.get(id);
    if (known !== undefined) return known;
    const node = nodes.get(id);
    const parent = parents.get(id);
    const own = node === undefined ? null : partOfFrame(node.callFrame);
    const part = own ?? (parent === undefined ? 'runtime' : resolve(parent));
    partOf.set(id, part);
    return part;
  };
  const times = new Map<string, number>();
  const { samples = [], timeDeltas = [] } = profile;
  samples.forEach((id, index) => {
    const part = resolve(id);
    if (part !== 'idle') times.set(part, (times.get(part) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  });
  return [...times].map(([part, ms]) => ({ part, ms })).sort((one, other) => other.ms - one.ms);
}

function partOfFrame({ functionName, url }: Runtime.CallFrame): string | null {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  const found = PARTS.find(
    ([, file, name]) => file.test(url) && (name === undefined || name.test(functionName)),
  );
  return found?.[0] ?? null;
}
