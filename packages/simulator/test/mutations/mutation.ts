/** A deliberate bug: one piece of text of a real source, and what stands there instead. */
export interface Mutation {
  readonly name: string;
  /** Below `packages/`. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** In which worlds it shows; those of the reference adapters unless told. */
  readonly store?: 'sqlite';
  /** It shows in few worlds: hunted by the command line alone. */
  readonly isRare?: true;
}

/** The folder that the files of mutations are below. */
export const PACKAGES: URL = new URL('../../../', import.meta.url);

/** @throws where the text does not occur exactly once: then the mutation has to follow the source. */
export function mutate(source: string, { name, file, find, replace }: Mutation): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new Error(`mutation "${name}": its text occurs ${parts.length - 1} times in ${file}, not once`);
  }
  return parts.join(replace);
}
