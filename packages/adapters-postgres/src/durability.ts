import { codeOf } from './errors.ts';
import type { Session } from './session.ts';

/** Settings of the server that no transaction of ours can make up for. */
export interface ServerDurability {
  readonly fsync: boolean;
  readonly fullPageWrites: boolean;
  /** Whether `synchronous_standby_names` names any. */
  readonly hasSynchronousNames: boolean;
  readonly standbys: readonly Standby[];
}

export interface Standby {
  readonly name: string;
  /** Null: this user may not see it. */
  readonly state: string | null;
}

const ASK_FOR_RIGHTS =
  'this user may not see whether the standbys of PostgreSQL are synchronous: GRANT pg_monitor to it';

// A backup does not count as a standby, nor does a reader of a logical slot.
const SELECT_DURABILITY = `
SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
  current_setting('synchronous_standby_names') AS names,
  (SELECT coalesce(json_agg(json_build_object('name', r.application_name, 'state', r.sync_state)), '[]')::text
   FROM pg_stat_replication r
   WHERE coalesce(r.state, '') <> 'backup' AND NOT EXISTS (
     SELECT FROM pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical'
   )) AS standbys`;

/** Warnings about settings of the server that can lose accepted messages, with the fix. */
export async function durabilityWarnings(session: Session): Promise<readonly string[]> {
  try {
    const [row] = await session.read(SELECT_DURABILITY);
    return warningsOf({
      fsync: row?.fsync === 'on',
      fullPageWrites: row?.full_page_writes === 'on',
      hasSynchronousNames: row?.names !== '',
      standbys: JSON.parse(String(row?.standbys)),
    });
  } catch (error) {
    // A server that only speaks PostgreSQL's protocol may lack what is asked for. The store works all the same.
    return [
      `nobody can tell how durable this PostgreSQL is: it does not say (${codeOf(error) ?? 'no code'})`,
    ];
  }
}

export function warningsOf(server: ServerDurability): readonly string[] {
  const { fsync, fullPageWrites, hasSynchronousNames, standbys } = server;
  const warnings: string[] = [];
  if (!fsync) {
    warnings.push(
      'PostgreSQL runs with fsync = off: a power cut can lose messages that were accepted, or damage the database. Set fsync to on',
    );
  }
  if (!fullPageWrites) {
    warnings.push(
      'PostgreSQL runs with full_page_writes = off: a power cut can damage the database. Set full_page_writes to on',
    );
  }
  const behind = standbys.filter(({ state }) => isBehind(state, hasSynchronousNames));
  if (behind.length > 0) {
    const names = behind.map(({ name }) => (name === '' ? 'without a name' : name)).join(', ');
    warnings.push(
      `PostgreSQL does not wait for the standby ${names}: a failover to it loses what it had not received. Set synchronous_standby_names, or accept this`,
    );
  } else if (standbys.some(({ state }) => state === null)) {
    warnings.push(ASK_FOR_RIGHTS);
  }
  return warnings;
}

/** Where no standby is named, none is synchronous: nobody needs a right to know that. */
function isBehind(state: string | null, hasSynchronousNames: boolean): boolean {
  return state === null ? !hasSynchronousNames : state === 'async' || state === 'potential';
}
