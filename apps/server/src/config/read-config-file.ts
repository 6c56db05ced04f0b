import type { ConfigProblem, ConfigWarning, Origin } from '@messaging-system/cli';
import { isMap, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { fileEntries } from './file-entry.ts';
import type { GivenValue } from './given-value.ts';
import { readAsGoService } from './go-service-file.ts';
import { findKey, KEY_TABLE, SECTIONS } from './key-table.ts';
import { suggestPath } from './suggest.ts';

export interface FileReading {
  /** False: nobody knows what it says. */
  readonly isReadable: boolean;
  /** Whether the file is the Go service's. */
  readonly isGoService: boolean;
  readonly given: readonly GivenValue[];
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigWarning[];
}

/** Of no file at all. */
export const NO_FILE: FileReading = {
  isReadable: true,
  isGoService: false,
  given: [],
  problems: [],
  warnings: [],
};

/**
 * The settings that a YAML text gives, with their lines, and everything in it that is not a setting. An empty value
 * gives nothing, unless it is a secret's, which is refused where values are checked.
 */
export function readConfigFile(text: string, path: string): FileReading {
  const lines = new LineCounter();
  // Pretty errors would quote the line, and with it a secret.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Origin => ({ kind: 'file', path, line: lines.linePos(offset).line });
  const unreadable = (problems: readonly ConfigProblem[]): FileReading => ({
    ...NO_FILE,
    isReadable: false,
    problems,
  });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) return unreadable(broken.map((error) => brokenYaml(error, at(error.pos[0]))));
  const { contents } = document;
  if (contents === null) return NO_FILE;
  if (!isMap(contents)) return unreadable([notAMap(at(0))]);

  const entriesOf = (isSection: (key: string) => boolean): ReturnType<typeof fileEntries> =>
    fileEntries(document, contents, { isSection, at });
  const goService = readAsGoService(entriesOf((key) => SECTIONS.has(key.toLowerCase())));
  const given: GivenValue[] = [];
  const problems: ConfigProblem[] = [];
  for (const { key, value, origin } of goService?.entries ?? entriesOf((key) => SECTIONS.has(key))) {
    const known = findKey(key);
    if (known === undefined && !SECTIONS.has(key)) problems.push(unknownKey(key, origin));
    else if (value === null && known?.setting.secret !== true) continue;
    else if (known !== undefined) given.push({ path: known.path, value, origin });
    else problems.push(notASection(key, origin));
  }
  const warnings = goService?.warnings ?? [];
  return { isReadable: true, isGoService: goService !== null, given, problems, warnings };
}

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

function brokenYaml({ code, message }: YAMLError, origin: Origin): ConfigProblem {
  return {
    key: 'YAML',
    origin,
    problem: HARMLESS_CODES.has(code) ? message : `cannot be read (${code})`,
    allowed: 'valid YAML; a text with special characters in quotes',
  };
}

function unknownKey(key: string, origin: Origin): ConfigProblem {
  const meant = suggestPath(key, [...PATHS, ...SECTIONS]);
  return {
    key,
    origin,
    problem: `there is no such setting${meant === null ? '' : `; did you mean ${meant}?`}`,
    allowed: null,
  };
}

function notASection(section: string, origin: Origin): ConfigProblem {
  const prefix = `${section}.`;
  const keys = PATHS.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  return { key: section, origin, problem: 'is a section', allowed: `a map of ${keys.join(', ')}` };
}

function notAMap(origin: Origin): ConfigProblem {
  return {
    key: 'YAML',
    origin,
    problem: 'is not a map',
    allowed: `a map of ${['appName', ...SECTIONS].join(', ')}`,
  };
}
