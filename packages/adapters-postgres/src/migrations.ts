import { setTimeout as sleep } from 'node:timers/promises';
import { StoreRejectedError } from '@messaging-system/core';
import { codeOf } from './errors.ts';
import { INDEXES, MIGRATIONS, type Migration, UNIQUE_INDEXES } from './schema.ts';
import type { Query, Session } from './session.ts';

/** How often a build of another process is looked at, and how often the caller hears that it is waited for. */
const LOOK_MS = 250;
const TELL_MS = 10_000;

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';

/**
 * Brings the schema to this release's version, and waits until every index serves queries. Any number of processes may
 * do so at once. Nothing is changed, and no right to change tables is needed, where nothing is left to do. Refuses the
 * schema of a release that this one cannot share.
 */
export async function prepareSchema(
  session: Session,
  onIndexWait: (names: readonly string[]) => void = () => undefined,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await checkServer(session);
  const read: Query = (sql, ...values) => session.read(sql, ...values);
  const found = await versionOf(session, read, migrations.length);
  if (found < migrations.length) await migrate(session, migrations);
  await ensureIndexes(session, onIndexWait);
}

async function checkServer(session: Session): Promise<void> {
  const [row] = await session.read(
    `SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding`,
  );
  if (Number(row?.version) < 130_000) {
    throw new StoreRejectedError('the server is older than PostgreSQL 13: use a newer one');
  }
  if (row?.encoding !== 'UTF8') {
    throw new StoreRejectedError(
      `the database's encoding is ${row?.encoding}: create one with ENCODING 'UTF8', which keeps every text`,
    );
  }
}

async function versionOf({ schema }: Session, query: Query, known: number): Promise<number> {
  const [table] = await query(`SELECT to_regclass('messaging.migrations') IS NOT NULL AS "exists"`);
  if (table?.exists !== 't' && table?.exists !== true && table?.exists !== 'true') return 0;
  const [row] = await query(
    'SELECT coalesce(max(version), 0) AS version, coalesce(max(needs), 0) AS needs FROM messaging.migrations',
  );
  if (Number(row?.needs) > known) {
    throw new StoreRejectedError(
      `the schema ${schema} was made by a newer release, which this one cannot share a schema with (version ${row?.version}, this release knows up to ${known}): upgrade this release, or give another schema`,
    );
  }
  return Number(row?.version);
}

/** In one transaction; of processes that come at the same time one does it. */
function migrate(session: Session, migrations: readonly Migration[]): Promise<void> {
  return session.transaction(async (query) => {
    await query(
      'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
      `messaging-system:${session.schema}`,
    );
    const [found] = await query('SELECT to_regnamespace($1) IS NULL AS missing', session.schema);
    if (found?.missing !== false && found?.missing !== 'f' && found?.missing !== 'false') {
      await query(`CREATE SCHEMA "${session.schema}"`);
    }
    await query(
      `CREATE TABLE IF NOT EXISTS messaging.migrations (
        version integer PRIMARY KEY,
        needs integer NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      )`,
    );
    const version = await versionOf(session, query, migrations.length);
    for (const [index, { statements, needs }] of migrations.entries()) {
      if (index < version) continue;
      for (const statement of statements) await query(statement);
      await query('INSERT INTO messaging.migrations (version, needs) VALUES ($1, $2)', index + 1, needs);
    }
    // The tables are empty yet: no need to build while writers go on.
    if (version === 0) for (const name of Object.keys(INDEXES)) await query(createIndex(name));
  });
}

function createIndex(name: string, how = ''): string {
  const unique = UNIQUE_INDEXES.has(name) ? 'UNIQUE ' : '';
  return `CREATE ${unique}INDEX ${how}${name} ON ${INDEXES[name]}`;
}

const INVALID = '_invalid';

/**
 * Builds missing indexes while writers go on, outside of any transaction. An index that is not valid is being built by
 * another process, or a crash left it behind: who gets the lock that builders hold knows that it is the latter.
 */
async function ensureIndexes(session: Session, onWait: (names: readonly string[]) => void): Promise<void> {
  let toldAt = performance.now();
  for (;;) {
    const found = await indexStates(session);
    const leftovers = [...found.keys()].filter((name) => name.endsWith(INVALID));
    const missing = Object.keys(INDEXES).filter((name) => !found.has(name));
    const invalid = Object.keys(INDEXES).filter((name) => found.get(name) === false);
    if (missing.length === 0 && invalid.length === 0) return;
    for (const name of leftovers) await run(session, `DROP INDEX CONCURRENTLY IF EXISTS messaging.${name}`);
    const [name] = missing;
    if (name !== undefined) {
      onWait(missing);
      await telling(
        () => onWait(missing),
        () => run(session, createIndex(name, 'CONCURRENTLY IF NOT EXISTS ')),
      );
      continue;
    }
    if (performance.now() - toldAt >= TELL_MS) {
      toldAt = performance.now();
      onWait(invalid);
    }
    if (!(await setAside(session, invalid))) await sleep(LOOK_MS);
  }
}

/** Two processes that build on one table may wait for each other: the server ends one of them, and who asked looks again. */
async function run(session: Session, statement: string): Promise<void> {
  try {
    await session.database.run(session.text(statement));
  } catch (error) {
    if (codeOf(error) !== DEADLOCK_DETECTED) throw error;
  }
}

/** Whether each index of ours that is there is valid, by name. */
async function indexStates(session: Session): Promise<ReadonlyMap<string, boolean>> {
  const names = Object.keys(INDEXES);
  const rows = await session.read(
    `SELECT c.relname AS name, (i.indisvalid AND i.indisready)::text AS valid
     FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = ANY($2::text[])`,
    session.schema,
    [...names, ...names.map((name) => name + INVALID)],
  );
  return new Map(rows.map(({ name, valid }) => [String(name), valid === 'true']));
}

/** Renames invalid indexes, which can then be dropped while writers go on. False while somebody builds one. */
async function setAside(session: Session, names: readonly string[]): Promise<boolean> {
  try {
    await session.transaction(async (query) => {
      await query(
        'LOCK TABLE messaging.messages, messaging.sent_cache IN SHARE UPDATE EXCLUSIVE MODE NOWAIT',
      );
      const found = await indexStates(session);
      for (const name of names) {
        if (found.get(name) === false)
          await query(`ALTER INDEX messaging.${name} RENAME TO ${name}${INVALID}`);
      }
    });
    return true;
  } catch (error) {
    if (codeOf(error) === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

async function telling(tell: () => void, work: () => Promise<void>): Promise<void> {
  const timer = setInterval(tell, TELL_MS);
  timer.unref();
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
