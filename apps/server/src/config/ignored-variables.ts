import type { ConfigWarning } from '@messaging-system/cli';
import { envNameOf, KEY_TABLE, SECTIONS } from './key-table.ts';
import { type Environment, FILE_SUFFIX } from './read-environment.ts';
import { suggest } from './suggest.ts';

const NAMES = KEY_TABLE.map(({ envName }) => envName);
const SECRET_FILES = KEY_TABLE.flatMap(({ envName, setting }) =>
  setting.secret ? [`${envName}${FILE_SUFFIX}`] : [],
);
const PREFIXES = [...SECTIONS].map((section) => `${envNameOf(section)}_`);
// Other programs have variables with these prefixes too (CLIENT_ID, SERVER_NAME), so only a name that differs in a few
// letters is worth a warning: two, or a sixth of a long name (PROXY for PROXIES).
const FURTHEST = 2;
const LETTERS_FOR_A_TYPO = 6;
// No other program is known to have variables with these prefixes but those below.
const OWN_PREFIXES = ['PROCESSOR_', 'RETRY_', 'BREAKER_', 'RETENTION_'];
// Windows describes the machine, and Kubernetes and Docker each service, such as one with the name "processor".
const OF_OTHERS =
  /^PROCESSOR_(ARCHITECTURE|ARCHITEW6432|IDENTIFIER|LEVEL|REVISION)$|_SERVICE_(HOST|PORT)(_|$)|_PORT(_\d|$)/;

/** The names that other programs and hosting services use for our settings. */
const USUAL_NAMES: Readonly<Record<string, string>> = {
  MONGODB_URI: 'MONGO_URI',
  MONGODB_URL: 'MONGO_URI',
  MONGO_URL: 'MONGO_URI',
  MONGODB_CONNECTION_STRING: 'MONGO_URI',
  MONGO_CONNECTION_STRING: 'MONGO_URI',
  MONGODB_ATLAS_URI: 'MONGO_URI',
  MONGODB_HOST: 'MONGO_URI',
  MONGO_HOST: 'MONGO_URI',
  MONGO_USERNAME: 'MONGO_URI',
  MONGO_PASSWORD: 'MONGO_URI',
  MONGODB_DATABASE: 'MONGO_DATABASE',
  MONGODB_DB: 'MONGO_DATABASE',
  MONGODB_DB_NAME: 'MONGO_DATABASE',
  MONGODB_NAME: 'MONGO_DATABASE',
  MONGO_DB: 'MONGO_DATABASE',
  MONGO_DB_NAME: 'MONGO_DATABASE',
  MONGO_DBNAME: 'MONGO_DATABASE',
  POSTGRES_URL: 'POSTGRES_URI',
  POSTGRESQL_URL: 'POSTGRES_URI',
  POSTGRESQL_URI: 'POSTGRES_URI',
  POSTGRES_DSN: 'POSTGRES_URI',
  POSTGRES_CONNECTION_STRING: 'POSTGRES_URI',
  POSTGRES_HOST: 'POSTGRES_URI',
  POSTGRES_USER: 'POSTGRES_URI',
  POSTGRES_PASSWORD: 'POSTGRES_URI',
  POSTGRES_DB: 'POSTGRES_URI',
  POSTGRES_DATABASE: 'POSTGRES_URI',
  PG_URL: 'POSTGRES_URI',
  PG_URI: 'POSTGRES_URI',
  PG_CONNECTION_STRING: 'POSTGRES_URI',
  PG_HOST: 'POSTGRES_URI',
  REDIS_URL: 'REDIS_URI',
  REDIS_TLS_URL: 'REDIS_URI',
  REDIS_HOST: 'REDIS_URI',
  REDIS_ADDR: 'REDIS_URI',
  REDIS_ADDRESS: 'REDIS_URI',
  REDIS_SERVER: 'REDIS_URI',
  REDIS_CONNECTION_STRING: 'REDIS_URI',
  REDISCLOUD_URL: 'REDIS_URI',
  VALKEY_URL: 'REDIS_URI',
  VALKEY_URI: 'REDIS_URI',
  REDIS_PASS: 'REDIS_PASSWORD',
  REDIS_AUTH: 'REDIS_PASSWORD',
  SQLITE_FILE: 'SQLITE_PATH',
  SQLITE_URL: 'SQLITE_PATH',
  SQLITE_DB: 'SQLITE_PATH',
  SQLITE_DATABASE: 'SQLITE_PATH',
  SQLITE_DB_PATH: 'SQLITE_PATH',
  DATABASE_PATH: 'SQLITE_PATH',
  DATABASE_FILE: 'SQLITE_PATH',
  DB_PATH: 'SQLITE_PATH',
  DB_FILE: 'SQLITE_PATH',
  WEBHOOK_URL: 'CLIENT_URL',
  WEBHOOK_URI: 'CLIENT_URL',
  WEBHOOK_SECRET: 'CLIENT_SIGNING_SECRET',
  SIGNING_SECRET: 'CLIENT_SIGNING_SECRET',
  API_KEY: 'SERVER_API_KEY',
  PORT: 'SERVER_PORT',
  HTTP_PORT: 'SERVER_PORT',
};

const DATABASES = [
  { scheme: /^mongodb/, meant: 'MONGO_URI' },
  { scheme: /^postgres/, meant: 'POSTGRES_URI' },
] as const;
const ANY_STORE = 'POSTGRES_URI, MONGO_URI or SQLITE_PATH';

// The kind of database decides what was meant.
const DATABASE_NAMES = [
  'DATABASE_URL',
  'DATABASE_URI',
  'DATABASE_HOST',
  'DATABASE_CONNECTION_STRING',
  'DB_URL',
  'DB_URI',
  'DB_HOST',
  'DB_CONNECTION_STRING',
  // No store of ours: whoever sets them expects that their messages are not in a file here.
  'MYSQL_URL',
  'MYSQL_URI',
];

/**
 * Warnings about variables that look like settings but are not read: mistyped names, the usual names of other
 * programs, and `_FILE` for values that are not secret. Nothing proves that they were meant for us, so they are warnings, not problems.
 * Never quotes a value.
 */
export function ignoredVariables(environment: Environment): readonly ConfigWarning[] {
  return Object.keys(environment).flatMap((name) => {
    const meant = meantBy(name, environment);
    return meant === null
      ? []
      : [
          {
            text: `environment variable ${name} is not a setting and is ignored; did you mean ${meant}?`,
            advice: 'Correct its name if it was meant as a setting.',
          },
        ];
  });
}

/** Whether the setting that was meant has a value, or another store where any of them may have been meant. */
function isGiven(meant: string, environment: Environment): boolean {
  const names =
    meant === ANY_STORE ? DATABASES.map((database) => database.meant) : meant.split(' ').slice(0, 1);
  return names.some((name) => environment[name] !== undefined);
}

function meantBy(name: string, environment: Environment): string | null {
  if (NAMES.includes(name) || SECRET_FILES.includes(name) || environment[name] === '') return null;
  const other = meantByOthers(name, environment);
  if (other !== null) return isGiven(other, environment) ? null : other;
  const near = mistyped(name);
  // Next to its setting, one such as CLIENT_API_KEY_2 is for `{env.CLIENT_API_KEY_2}` in the file.
  return near !== null && name.startsWith(near) && isGiven(near, environment) ? null : near;
}

/** For a name that another program, or a container's image, may have set for itself. */
function meantByOthers(name: string, environment: Environment): string | null {
  if (DATABASE_NAMES.includes(name)) {
    return DATABASES.find(({ scheme }) => scheme.test(environment[name] ?? ''))?.meant ?? ANY_STORE;
  }
  const usual = USUAL_NAMES[name];
  if (usual !== undefined) return usual;
  const base = name.endsWith(FILE_SUFFIX) ? name.slice(0, -FILE_SUFFIX.length) : null;
  return base !== null && NAMES.includes(base) ? `${base} (only secrets are read from files)` : null;
}

/** The setting whose name it nearly is. */
function mistyped(name: string): string | null {
  const sixth = Math.floor(name.length / LETTERS_FOR_A_TYPO);
  // A short name without the prefix of a section is rather another word than a mistyped one.
  const furthest = PREFIXES.some((prefix) => name.startsWith(prefix)) ? Math.max(FURTHEST, sixth) : sixth;
  const near = suggest(name, [...NAMES, ...SECRET_FILES], furthest);
  const own = OWN_PREFIXES.find((prefix) => name.startsWith(prefix));
  if (near !== null || own === undefined || OF_OTHERS.test(name)) return near;
  const ofSection = NAMES.filter((candidate) => candidate.startsWith(own));
  // BREAKER_THRESHOLD is rather BREAKER_FAILURE_THRESHOLD than one that is as long.
  const last = suggest(lastWord(name), ofSection.map(lastWord), FURTHEST);
  return (
    ofSection.find((candidate) => lastWord(candidate) === last) ??
    suggest(name, ofSection, Number.POSITIVE_INFINITY)
  );
}

function lastWord(name: string): string {
  return name.slice(name.lastIndexOf('_') + 1);
}
