import { messageRepositoryContract, runCase } from '@messaging-system/contract-tests';
import { expect, test } from 'vitest';
import { openRepositoryHarness } from './support/repository-harness.ts';
import { describeWithPostgres } from './support/services.ts';

interface Double {
  /** The mistake of this double of the adapter. */
  readonly name: string;
  /** The statement that is changed has all of these, and then their replacements. */
  readonly changes: readonly (readonly [string, string])[];
  readonly caughtBy: string;
}

const IS_DUE_STILL = "m.status || '' = 'unsent' AND m.available_at + 0 <= $1";
const HAS_TOKEN = "m.lease_token = $1 AND m.lease_token <> ''";

const DOUBLES: readonly Double[] = [
  {
    name: 'a claim that takes what another claim has taken meanwhile',
    changes: [
      ['FOR NO KEY UPDATE SKIP LOCKED', ''],
      // By itself the mistake needs two claims at the same moment. Held up after its look, each claim takes what others took.
      [IS_DUE_STILL, '(SELECT pg_sleep(0.05)) IS NOT NULL'],
    ],
    caughtBy: 'gives each due message to exactly one of twenty racing callers',
  },
  {
    name: 'a claim that forgets to journal what may have killed its process',
    changes: [['lease_journals = $6 OR', 'lease_journals = $6 OR false AND']],
    caughtBy: 'leases a message that has lost a lease as journaling, whatever the claim says',
  },
  {
    name: 'a claim in the order of the ids',
    changes: [['ORDER BY m.available_at, m.id LIMIT $3', 'ORDER BY m.id LIMIT $3']],
    caughtBy: 'serves messages in due order within its claim window, however they came',
  },
  {
    name: 'a settle by whoever asks',
    changes: [
      ['settled_by = $1', 'settled_by = $1'],
      [HAS_TOKEN, "$1 <> ''"],
    ],
    caughtBy: 'settle of a lease that another caller took over changes nothing and says so',
  },
  {
    name: 'a settle that no repeat finds',
    changes: [['settled_by = $1,', 'settled_by = left($1, 0),']],
    caughtBy: 'reports a repeated ack as held and changes nothing',
  },
  {
    name: 'a release to the end of the queue',
    changes: [['available_at = m.due_at', 'available_at = m.available_at']],
    caughtBy: 'serves a released message at its old place',
  },
  {
    name: 'an extension that comes late and shortens the lease',
    changes: [['greatest(m.available_at, $3)', '$3::bigint']],
    caughtBy: 'never moves the end of a lease back: an extension that was given up may come late',
  },
  {
    name: 'a beginning that is counted each time',
    changes: [['+ (m.begun_at IS NULL)::integer,', '+ 1,']],
    caughtBy: 'counts a beginning once for twenty racing callers of one token',
  },
  {
    name: 'a next due time that is the end of a lease',
    changes: [["AND m.lease_token = ''\nORDER BY", 'ORDER BY']],
    caughtBy: 'passes over messages under a lease',
  },
  {
    name: 'an insert that does not wait for the holder of its key',
    changes: [['ON CONFLICT (idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING', '']],
    caughtBy: 'stores an idempotencyKey for exactly one of twenty racing callers',
  },
  {
    name: 'an erase of what is on its way',
    changes: [
      ['FOR UPDATE\n), gone', 'FOR UPDATE\n), gone'],
      ["m.lease_token = '' OR (m.lease_journals AND m.begun_at IS NULL)", 'true'],
    ],
    caughtBy: 'leaves messages under a lease and reports them, until they are settled',
  },
  {
    name: 'a redrive of all that wait, leased or not',
    changes: [["m.available_at > $2 AND m.lease_token = ''", 'm.available_at > $2']],
    caughtBy: 'disturbs no lease of a waiting message that is claimed while it is redriven',
  },
  {
    name: 'a removal of what was never settled',
    changes: [["m.status IN ('sent', 'cancelled') AND m.settled_at > 0", "m.status <> '' AND true"]],
    caughtBy: 'never prunes what is unsent, failed or unknown',
  },
];

describeWithPostgres('the contract catches', (world) => {
  test.each(DOUBLES)('$name', { timeout: 60_000 }, async ({ changes, caughtBy }) => {
    const contractCase = messageRepositoryContract[caughtBy];
    if (contractCase === undefined) throw new Error(`the contract has no case '${caughtBy}'`);
    let changed = 0;
    const change = (text: string): string => {
      if (!changes.every(([from]) => text.includes(from))) return text;
      changed += 1;
      return changes.reduce((sql, [from, to]) => sql.replaceAll(from, to), text);
    };
    expect(await runCase(contractCase, () => openRepositoryHarness(world()))).toBeNull();
    await expect(runCase(contractCase, () => openRepositoryHarness(world(), change))).rejects.toThrow();
    expect(changed).toBeGreaterThan(0);
  });
});
