import { isMap, isNode, isScalar, LineCounter, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { ConfigProblem } from './config-problem.ts';
import { brokenYaml, notAMap, notASection, unknownKey } from './file-problems.ts';
import type { GivenValue } from './given-value.ts';
import { findKey, SECTIONS } from './key-table.ts';
import type { Origin } from './origin.ts';

export interface FileReading {
  /** False: nobody knows what it says. */
  readonly isReadable: boolean;
  readonly given: readonly GivenValue[];
  readonly problems: readonly ConfigProblem[];
}

/** The settings that a YAML text gives, with their lines, and everything in it that is no setting. An empty value gives nothing. */
export function readConfigFile(text: string, path: string): FileReading {
  const lines = new LineCounter();
  // Pretty errors would quote the line, and with it a secret.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Origin => ({ kind: 'file', path, line: lines.linePos(offset).line });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    const problems = broken.map((error) => brokenYaml(error, at(error.pos[0])));
    return { isReadable: false, given: [], problems };
  }
  if (document.contents === null) return { isReadable: true, given: [], problems: [] };
  if (!isMap(document.contents)) return { isReadable: false, given: [], problems: [notAMap(at(0))] };

  const given: GivenValue[] = [];
  const problems: ConfigProblem[] = [];
  const walk = (map: YAMLMap, prefix: string): void => {
    for (const pair of map.items) {
      const key = `${prefix}${keyText(pair)}`;
      const origin = at(offsetOf(pair));
      const known = findKey(key);
      const value: unknown = isNode(pair.value) ? pair.value.toJS(document) : pair.value;
      if (known === undefined && !SECTIONS.has(key)) problems.push(unknownKey(key, origin));
      else if (value === null) continue;
      else if (known !== undefined) given.push({ path: known.path, value, origin });
      else if (isMap(pair.value)) walk(pair.value, `${key}.`);
      else problems.push(notASection(key, origin));
    }
  };
  walk(document.contents, '');
  return { isReadable: true, given, problems };
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function offsetOf(pair: Pair): number {
  return isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
}
