import { UNQUOTED_NUMBER } from '@messaging-system/adapters-webhook/contract';
import type { Origin } from '@messaging-system/cli';
import { type Document, isCollection, isMap, isNode, isScalar, type Pair, visit, type YAMLMap } from 'yaml';

/** One key of a file with its value, or a section that is not a map. */
export interface FileEntry {
  /** As it is written, with its section: `client.apiKey`. */
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
  /** The characters of a plain value, where it is one. */
  readonly source: string | undefined;
}

/** The entries of a map and of the sections in it. */
export function fileEntries(
  document: Document,
  map: YAMLMap,
  options: { readonly isSection: (key: string) => boolean; readonly at: (offset: number) => Origin },
): readonly FileEntry[] {
  const entriesOf = (inside: YAMLMap, prefix: string): readonly FileEntry[] =>
    inside.items.flatMap((pair) => {
      const key = `${prefix}${keyText(pair)}`;
      if (isMap(pair.value) && options.isSection(key)) return entriesOf(pair.value, `${key}.`);
      if (isCollection(pair.value)) keepDigits(pair.value);
      const value: unknown = isNode(pair.value) ? pair.value.toJS(document) : pair.value;
      const source = isScalar(pair.value) ? pair.value.source : undefined;
      return [{ key, value, origin: options.at(offsetOf(pair)), source }];
    });
  return entriesOf(map, '');
}

/** A number inside of a structure that would lose digits, such as `00`, so that a message about a missing text can quote it as it was written. */
function keepDigits(structure: Parameters<typeof visit>[0]): void {
  visit(structure, {
    Scalar: (key, node) => {
      const isLossy =
        typeof node.value === 'number' && node.source !== undefined && String(node.value) !== node.source;
      if (isLossy && key !== 'key') node.value = { [UNQUOTED_NUMBER]: node.source };
    },
  });
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function offsetOf(pair: Pair): number {
  return isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
}
