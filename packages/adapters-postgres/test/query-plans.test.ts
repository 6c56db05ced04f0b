import { NOW } from '@messaging-system/contract-tests';
import { Client } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLAIM, SELECT_NEXT_DUE } from '../src/claim.ts';
import { ERASE, SELECT_IN_FLIGHT } from '../src/erase.ts';
import {
  COUNT,
  LIST_ALL,
  LIST_OF_BOTH,
  LIST_OF_PHONE,
  LIST_OF_STATUS,
  LIST_UNSENT,
  SELECT_BY_ID,
} from '../src/find.ts';
import { PostgresStore } from '../src/index.ts';
import { SELECT_BY_KEYS } from '../src/insert.ts';
import { BEGIN_ATTEMPT, EXTEND_LEASE, RELEASE } from '../src/leases.ts';
import { BRING_FORWARD, CANCEL, LOCK, PRUNE, REDRIVE, REDRIVE_MATCHING } from '../src/operate.ts';
import { FORGET, RECALL, RECALL_SENT, REMEMBER } from '../src/sent-cache.ts';
import { inSchema } from '../src/session.ts';
import { SELECT_SETTLED_BY, SETTLE } from '../src/settle.ts';
import { describeWithPostgres } from './support/services.ts';

const ROWS = 60_000;
// As many as a settle may have; they and what they name are in the middle of all.
const IDS = Array.from({ length: 100 }, (_, n) => idOf(100 * n));
const PHONE = '+905550000001';
const RECORDS = JSON.stringify(IDS.map((id) => ({ id, status: 'sent', counted: 1, sent_at: NOW })));
const PK = 'messages_pkey';
const DUE = 'messages_due';
const CACHE = 'sent_cache_pkey';

// The rows that each statement reads, by which index. Those that are found in the order of their index are sorted by nobody.
const STATEMENTS: Readonly<
  Record<string, readonly [sql: string, values: readonly unknown[], indexes: readonly string[]]>
> = {
  'due messages': [CLAIM, [NOW, NOW - 5_000, 100, NOW + 1, 'token', false], [DUE, PK]],
  'due messages, from the beginning': [
    CLAIM,
    [NOW, '-9223372036854775808', 100, NOW + 1, 'token', false],
    [DUE, PK],
  ],
  'the next due message': [SELECT_NEXT_DUE, [NOW - 5_000], [DUE]],
  'the beginning of attempts': [BEGIN_ATTEMPT, ['token', IDS, NOW], [PK]],
  'the extension of leases': [EXTEND_LEASE, ['token', IDS, NOW], [PK]],
  'the release of leases': [RELEASE, ['token', IDS], [PK]],
  settlements: [SETTLE, ['token', RECORDS], [PK]],
  'settlements of before': [SELECT_SETTLED_BY, ['token', IDS], [PK]],
  'a message': [SELECT_BY_ID, [IDS[0]], [PK]],
  'the holders of idempotency keys': [SELECT_BY_KEYS, ['["order-1"]'], ['messages_idempotency_key']],
  'the list': [LIST_ALL, [IDS[1], 10], [PK]],
  'the list of what is unsent': [LIST_UNSENT, [IDS[1], 10], ['messages_unsent']],
  'the list of a status': [LIST_OF_STATUS, [IDS[1], 10, 'failed'], ['messages_by_status']],
  'the list of a phone number': [LIST_OF_PHONE, [IDS[1], 10, PHONE], ['messages_by_phone']],
  'the list of both': [LIST_OF_BOTH, [IDS[1], 10, PHONE, 'failed'], ['messages_by_phone']],
  counts: [COUNT, [], ['messages_by_status', 'messages_unsent']],
  'messages to change': [LOCK, [IDS], [PK]],
  'messages to cancel': [CANCEL, [IDS, NOW], [PK]],
  'messages to redrive': [REDRIVE, [IDS, NOW], [PK]],
  'messages to bring forward': [BRING_FORWARD, [IDS, NOW], [PK]],
  'what can be redriven': [REDRIVE_MATCHING.failed.all, [100, NOW], ['messages_redrivable', PK]],
  'what can be redriven of a phone number': [
    REDRIVE_MATCHING.failed.ofPhone,
    [100, NOW, PHONE],
    ['messages_by_phone', PK],
  ],
  'what waits for its next attempt': [REDRIVE_MATCHING.unsent.all, [100, NOW], [DUE, PK]],
  'what waits for its next attempt, of a phone number': [
    REDRIVE_MATCHING.unsent.ofPhone,
    [100, NOW, PHONE],
    ['messages_by_phone', PK],
  ],
  'messages to erase': [ERASE, [PHONE, 100], ['messages_by_phone', PK]],
  'messages in flight': [SELECT_IN_FLIGHT, [PHONE], ['messages_by_phone']],
  'messages to prune': [PRUNE, [NOW, 100, 1_000, NOW], ['messages_old', PK]],
  'remembered deliveries': [RECALL, [IDS, NOW], [CACHE]],
  'deliveries that are remembered by their message': [RECALL_SENT, [IDS, NOW], [PK]],
  'deliveries to remember': [REMEMBER, [RECORDS, NOW, NOW, 16], ['sent_cache_expiry', CACHE]],
  'deliveries to forget': [FORGET, [IDS], [CACHE]],
};

// The others have one row.
const TABLES = ['messages', 'sent_cache'];

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

const FILL = `
INSERT INTO messaging.messages
  (id, phone_number, content, idempotency_key, status, available_at, settled_at, lease_token)
SELECT
  lpad(to_hex(n), 24, '0'), '+90' || (5550000000 + n % 500), 'One of many',
  CASE WHEN n % 10 = 0 THEN 'key-' || n END,
  CASE WHEN n % 3 = 0 THEN 'unsent' WHEN n % 100 = 1 THEN 'failed' ELSE 'sent' END,
  ${NOW} - n, CASE WHEN n % 3 = 0 THEN 0 ELSE ${NOW} - n END, CASE WHEN n % 300 = 0 THEN 'token' ELSE '' END
FROM generate_series($1::integer, $2::integer) AS n`;

const FILL_CACHE = `
INSERT INTO messaging.sent_cache (id, sent_at, expires_at)
SELECT lpad(to_hex(n), 24, '0'), ${NOW}, ${NOW} + n FROM generate_series($1::integer, $2::integer) AS n`;

const FEW = 2_000;

function idOf(n: number): string {
  return n.toString(16).padStart(24, '0');
}

// The planner's knowledge: none, all, or that of a table that was small and had other statuses.
const STATISTICS = {
  'right after a bulk load': ['FILL'],
  'with the statistics of now': ['FILL', 'ANALYZE'],
  'with the statistics of a day on which all was sent': ['SENT', 'ANALYZE', 'FILL'],
} as const;

describeWithPostgres('what every statement reads', (world) => {
  for (const [when, steps] of Object.entries(STATISTICS)) {
    describe(when, () => {
      let client: Client;
      let schema: string;
      beforeAll(async () => {
        const { uri, freshName } = world();
        schema = freshName();
        await (await PostgresStore.open({ uri, schema })).close();
        client = new Client(uri);
        client.on('error', () => undefined);
        await client.connect();
        const run = (sql: string, values?: unknown[]) => client.query(inSchema(schema, sql), values);
        for (const table of ['messages', 'sent_cache']) {
          await run(`ALTER TABLE messaging.${table} SET (autovacuum_enabled = false)`);
        }
        for (const step of steps) {
          if (step === 'ANALYZE') await run('ANALYZE messaging.messages, messaging.sent_cache');
          else {
            const range = step === 'SENT' ? [ROWS, ROWS + FEW] : [0, ROWS - 1];
            await run(FILL, range);
            await run(FILL_CACHE, range);
          }
          if (step === 'SENT') await run(`UPDATE messaging.messages SET status = 'sent'`);
        }
        return () => client.end();
      });

      const scans = async (sql: string, values: readonly unknown[]) => {
        const { rows } = await client.query(`EXPLAIN (FORMAT JSON) ${inSchema(schema, sql)}`, [...values]);
        return nodesOf(rows[0]['QUERY PLAN'][0].Plan);
      };

      for (const [what, [sql, values, indexes]] of Object.entries(STATEMENTS)) {
        test(`${what} are found by an index`, async () => {
          const nodes = await scans(sql, values);
          const whole = nodes.filter(
            (node) => node['Node Type'] === 'Seq Scan' && TABLES.includes(node['Relation Name'] ?? ''),
          );
          // Where nearly all are sent and the limit is above all, no index can count them sooner.
          if (sql !== COUNT) expect(whole, JSON.stringify(nodes, null, 1)).toEqual([]);
          const used = new Set(nodes.flatMap((node) => node['Index Name'] ?? []));
          for (const index of indexes) {
            const isUsed = index.split('|').some((name) => used.has(name));
            expect(isUsed, `${index} is one of ${[...used]}`).toBe(true);
          }
        });
      }

      test('a claim reads the head of its index and sorts nothing', async () => {
        const [sql = '', values = []] = STATEMENTS['due messages'] ?? [];
        const nodes = await scans(sql, values);
        expect(nodes.filter((node) => node['Node Type'].includes('Sort'))).toEqual([]);
      });
    });
  }
});

function nodesOf(node: PlanNode): readonly PlanNode[] {
  const { Plans: plans = [], ...own } = node;
  return [own, ...plans.flatMap(nodesOf)];
}
