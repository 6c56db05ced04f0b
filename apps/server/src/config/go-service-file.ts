import type { ConfigWarning } from '@messaging-system/cli';
import { describeOrigin } from '@messaging-system/cli/text';
import type { Config, SettingPath } from './config.ts';
import type { FileEntry } from './file-entry.ts';
import { findKey, KEY_TABLE, SECTIONS } from './key-table.ts';
import { suggest } from './suggest.ts';

/** The Go service appends this to `client.url`. It stands in its code (app/client/client.go), not in its configuration. */
const PATH = '/fa36ba41-1794-4295-8053-d198499d2fc9';

// Every key of its `Config` (config/config.go).
const ITS_KEYS: readonly SettingPath[] = [
  'appName',
  'server.port',
  'client.url',
  'client.apiKey',
  'mongo.uri',
  'mongo.database',
  'mongo.messageCollection',
  'redis.uri',
  'redis.password',
  'redis.db',
  'redis.ttl',
  'processor.batchSize',
];

// It does not work without these.
const ESSENTIAL: readonly SettingPath[] = [
  'client.url',
  'mongo.uri',
  'mongo.database',
  'mongo.messageCollection',
  'redis.uri',
];

// It reads an empty text here as if the key were not there.
const MAY_BE_EMPTY: readonly SettingPath[] = ['appName', 'client.apiKey', 'redis.password', 'redis.db'];

// Nearer than that to one of our settings, a key is a slip of the pen and not one that the Go service ignored.
const NEAR = 2;

const ITS_KEY = new Map(ITS_KEYS.map((path) => [path.toLowerCase(), path]));
const OUR_PATHS = KEY_TABLE.map(({ path }) => path);

export interface GoServiceReading {
  /** The values that are left to be checked, under the keys as they are spelled here. */
  readonly entries: readonly FileEntry[];
  readonly warnings: readonly ConfigWarning[];
}

/**
 * Reads a file as the Go service reads it; null for a file that is not the Go service's. A file is when it has all keys that the Go service needs, and a
 * `redis.uri` without a scheme, which that service alone requires. Then an empty text may stand for none, a number for a text, and keys may have any case.
 * Keys that the Go service ignores are ignored too, with a warning, unless the file also has settings of this server: their authors get errors for slips,
 * since an ignored `server.apikeys` could leave a server open.
 * @param entries with the sections named in any case
 */
export function readAsGoService(entries: readonly FileEntry[]): GoServiceReading | null {
  if (!isGoService(entries)) return null;
  const mayIgnore = !entries.some(({ key }) => isOurOwn(key));
  const warnings: ConfigWarning[] = [];
  const read = entries.flatMap((entry): readonly FileEntry[] => {
    const path = ITS_KEY.get(entry.key.toLowerCase());
    if (path === undefined) {
      if (!mayIgnore || !isForeign(entry.key)) return [entry];
      warnings.push(ignored(entry));
      return [];
    }
    if (entry.key !== path) warnings.push(otherCase(entry, path));
    if ((entry.value === '' || entry.value === null) && MAY_BE_EMPTY.includes(path)) return [];
    return [{ ...entry, key: path, value: textOf(entry) }];
  });
  return { entries: read, warnings };
}

/** Says that the Go service delivers to another address with the same `client.url`, until `client.path` is set. */
export function pathWarnings({ client }: Config): readonly ConfigWarning[] {
  if (client.url === undefined || client.path !== undefined) return [];
  const { origin, pathname } = new URL(client.url);
  if (pathname.endsWith(PATH)) return [];
  const itsAddress = `${origin}${pathname.replace(/\/+$/, '')}${PATH}`;
  return [
    {
      text: `client.url is the Go service's: the Go service delivers to ${itsAddress}, and this server would deliver to ${origin}${pathname}`,
      advice: `Set client.path: ${PATH} (or CLIENT_PATH) to deliver where the Go service does, or client.path: none to confirm client.url as it is.`,
    },
  ];
}

function isGoService(entries: readonly FileEntry[]): boolean {
  const given = new Map(entries.map(({ key, value }) => [ITS_KEY.get(key.toLowerCase()), value]));
  const redis = given.get('redis.uri');
  return (
    ESSENTIAL.every((path) => (given.get(path) ?? '') !== '') &&
    typeof redis === 'string' &&
    !redis.includes('://')
  );
}

/** Whether only this server understands the key. The path is asked of everyone who comes from the Go service. */
function isOurOwn(key: string): boolean {
  return findKey(key) !== undefined && !ITS_KEY.has(key.toLowerCase()) && key !== 'client.path';
}

/** Whether the key does not belong to this server, and is not a misspelling of one that does. A merge (`<<`) is not a key. */
function isForeign(key: string): boolean {
  const isKnown = findKey(key) !== undefined || SECTIONS.has(key);
  return !isKnown && key !== '<<' && suggest(key, OUR_PATHS, NEAR) === null;
}

/** A plain number as the text that it is in the file, where reading it as a number has lost nothing. */
function textOf({ value, source }: FileEntry): unknown {
  return typeof value === 'number' && String(value) === source ? source : value;
}

function ignored({ key, origin }: FileEntry): ConfigWarning {
  return {
    text: `${describeOrigin(origin)}: ${key} is ignored, as the Go service ignores it`,
    advice: 'Remove it when the Go service is gone: from then on it may count as a mistake.',
  };
}

function otherCase({ key, origin }: FileEntry, path: SettingPath): ConfigWarning {
  return {
    text: `${describeOrigin(origin)}: ${key} is read as ${path}, as the Go service reads it`,
    advice: `Write ${path}.`,
  };
}
