import type { YAMLError } from 'yaml';
import type { ConfigProblem } from './config-problem.ts';
import { KEY_TABLE, SECTIONS } from './key-table.ts';
import type { Origin } from './origin.ts';
import { suggestPath } from './suggest.ts';

// The only texts of the parser that are sure to quote nothing of the file: a quotation could be a secret.
const HARMLESS_CODES: ReadonlySet<string> = new Set([
  'DUPLICATE_KEY',
  'BAD_INDENT',
  'TAB_AS_INDENT',
  'MISSING_CHAR',
  'BLOCK_AS_IMPLICIT_KEY',
  'MULTILINE_IMPLICIT_KEY',
]);

const PATHS: readonly string[] = KEY_TABLE.map(({ path }) => path);

export function brokenYaml({ code, message }: YAMLError, origin: Origin): ConfigProblem {
  return {
    key: 'YAML',
    origin,
    problem: HARMLESS_CODES.has(code) ? message : `cannot be read (${code})`,
    allowed: 'valid YAML; a text with special characters in quotes',
  };
}

export function unknownKey(key: string, origin: Origin): ConfigProblem {
  const meant = suggestPath(key, [...PATHS, ...SECTIONS]);
  return {
    key,
    origin,
    problem: `there is no such setting${meant === null ? '' : `; did you mean ${meant}?`}`,
    allowed: null,
  };
}

export function notASection(section: string, origin: Origin): ConfigProblem {
  const prefix = `${section}.`;
  const keys = PATHS.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  return { key: section, origin, problem: 'is a section', allowed: `a map of ${keys.join(', ')}` };
}

export function notAMap(origin: Origin): ConfigProblem {
  return {
    key: 'YAML',
    origin,
    problem: 'is no map',
    allowed: `a map of ${['appName', ...SECTIONS].join(', ')}`,
  };
}
