/** Names and values that the caller keeps with a message for itself, and that a request to the receiver may carry. */
export type Metadata = Readonly<Record<string, string>>;

const MAX_ENTRIES = 16;
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
/** In code points. */
const MAX_VALUE_LENGTH = 256;

/** The rules, for who documents them. */
export const METADATA_RULES: {
  readonly maxEntries: number;
  readonly namePattern: string;
  readonly maxValueLength: number;
} = { maxEntries: MAX_ENTRIES, namePattern: NAME.source, maxValueLength: MAX_VALUE_LENGTH };

/** One entry that breaks a rule, or the whole where `name` is absent. */
export interface MetadataProblem {
  readonly name?: string;
  readonly problem: string;
}

/** Every rule that the metadata breaks; empty when a message may have it. */
export function metadataProblems(metadata: Metadata): readonly MetadataProblem[] {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    return [{ problem: 'must be an object of texts' }];
  }
  const entries = Object.entries<unknown>(metadata);
  // The others would make a long list of a long list.
  if (entries.length > MAX_ENTRIES) {
    return [{ problem: `must have at most ${MAX_ENTRIES} entries, has ${entries.length}` }];
  }
  return entries.flatMap(([name, value]): MetadataProblem[] => {
    if (!NAME.test(name)) {
      const shown = JSON.stringify(name.slice(0, 64));
      return [{ problem: `must have names of 1 to 64 letters, digits, - and _, which ${shown} is not` }];
    }
    const problem = valueProblem(value);
    return problem === null ? [] : [{ name, problem }];
  });
}

function valueProblem(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (!value.isWellFormed()) return 'must be well-formed Unicode';
  // No text has more code points than units: most values need no count.
  if (value.length <= MAX_VALUE_LENGTH || [...value].length <= MAX_VALUE_LENGTH) return null;
  return `must have at most ${MAX_VALUE_LENGTH} characters`;
}

/** The same with a copy of the metadata, and without such a field where there is none: an empty object says no more than that. */
export function withMetadata<Kept extends object>(
  metadata: Metadata | undefined,
  kept: Kept,
): Kept & { readonly metadata?: Metadata } {
  if (metadata === undefined || Object.keys(metadata).length === 0) return kept;
  return { ...kept, metadata: { ...metadata } };
}

/** Whether both have the same entries, in any order; none and an empty object are the same. */
export function sameMetadata(one: Metadata = NONE, other: Metadata = NONE): boolean {
  if (one === other) return true;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && one[name] === other[name])
  );
}

const NONE: Metadata = {};

/** Reads metadata that a store holds: the entries that are texts. */
export function readMetadata(value: unknown): Metadata {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return NONE;
  return Object.fromEntries(Object.entries(value).filter(isTextEntry));
}

function isTextEntry(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}
