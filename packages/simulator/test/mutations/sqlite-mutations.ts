import type { Mutation } from './mutation.ts';

const SRC = 'adapters-sqlite/src';
const store = 'sqlite';

export const SQLITE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'SQLite: lost fence of a settle',
    store,
    file: `${SRC}/settle.ts`,
    find: "const HELD = `WHERE id = ?1 AND status = 'unsent' AND lease_token = ?2`;",
    replace: "const HELD = `WHERE id = ?1 AND status = 'unsent' AND lease_token >= substr(?2, 1, 0)`;",
  },
  {
    name: 'SQLite: lost fence of acks at once',
    store,
    isRare: true,
    file: `${SRC}/settle.ts`,
    find: 'messages.lease_token = ?',
    replace: 'messages.lease_token >= substr(?, 1, 0)',
  },
  {
    name: 'SQLite: lost fence of an extension',
    store,
    file: `${SRC}/leases.ts`,
    find: 'AND lease_token = ?2 RETURNING id',
    replace: 'AND lease_token >= substr(?2, 1, 0) RETURNING id',
  },
  {
    name: 'SQLite: place lost at a release',
    store,
    file: `${SRC}/leases.ts`,
    find: 'available_at = due_at,',
    replace: 'due_at = due_at,',
  },
  {
    name: 'SQLite: beginning counted again',
    store,
    file: `${SRC}/leases.ts`,
    find: '+ (begun_at IS NULL),',
    replace: '+ 1,',
  },
  {
    name: 'SQLite: extension that shortens',
    store,
    isRare: true,
    file: `${SRC}/leases.ts`,
    find: '  available_at = max(ifnull(leased_until, ?3), ?3),\n  leased_until = max(ifnull(leased_until, ?3), ?3)\n',
    replace: '  available_at = ?3,\n  leased_until = ?3\n',
  },
  {
    name: 'SQLite: doubt lost at a claim',
    store,
    file: `${SRC}/claim.ts`,
    find: 'in_doubt = ifnull(in_doubt, 0) OR',
    replace: 'in_doubt =',
  },
  {
    name: 'SQLite: lost leases not counted',
    store,
    file: `${SRC}/claim.ts`,
    find: 'ELSE 0 END + ',
    replace: 'ELSE 0 END + 0 * ',
  },
  {
    name: 'SQLite: due order lost',
    store,
    file: `${SRC}/claim.ts`,
    find: 'ORDER BY available_at, seq LIMIT ?2',
    replace: 'ORDER BY available_at DESC, seq LIMIT ?2',
  },
  {
    name: 'SQLite: counter not reset by a redrive',
    store,
    file: `${SRC}/operate.ts`,
    find: 'attempts = 0, lost_leases = 0,',
    replace: 'lost_leases = 0,',
  },
  {
    name: 'SQLite: doubt lost at a nack',
    store,
    file: `${SRC}/settle.ts`,
    find: 'due_at = ?5, in_doubt = ?6,',
    replace: 'due_at = ?5, in_doubt = 0 * ?6,',
  },
];
