import type { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, test } from 'vitest';
import { LEASE, LEASE_NEIGHBOURS, SELECT_DUE, SELECT_FOREIGN } from '../src/claim.ts';
import {
  END_BY_PHONE,
  END_BY_STATUS,
  LIST_ALL,
  LIST_OF_PHONE,
  LIST_OF_STATUS,
  MATCHING_BY_PHONE,
  MATCHING_BY_STATUS,
  SELECT_BY_ID,
  SELECT_NEXT_DUE,
} from '../src/find.ts';
import { SELECT_BY_KEYS } from '../src/insert.ts';
import { BEGIN_ATTEMPT, EXTEND_LEASE, RELEASE } from '../src/leases.ts';
import { openDatabase } from '../src/open-database.ts';
import {
  BRING_FORWARD_MATCHING,
  BRING_FORWARD_MATCHING_OF_PHONE,
  DELETE_BY_IDS,
  DELETE_BY_SEQS,
  REDRIVE_MATCHING,
  REDRIVE_MATCHING_OF_PHONE,
  SELECT_OF_PHONE,
  SELECT_OLD,
} from '../src/operate.ts';
import { RECALL, RECALL_SENT, REMEMBER_SENT, SWEEP } from '../src/sent-cache.ts';
import { ACK, ACK_FIRST_ATTEMPTS, GIVE_UP, NACK } from '../src/settle.ts';
import { CryptoRandom } from '../src/store.ts';

const BY_ID = 'sqlite_autoindex_messages_1 (id=?)';

// The search of each statement: its index, and how far it narrows. A range is read in order, so no limit is paid for by more than it asks.
const SEARCHES: Readonly<Record<string, readonly [sql: string, searches: readonly string[]]>> = {
  'due messages': [SELECT_DUE, ['messages_due (available_at<?)']],
  'messages of other services': [SELECT_FOREIGN, ['messages_due (available_at=?)']],
  'the next due message': [SELECT_NEXT_DUE, ['messages_due']],
  'the lease of a claim': [LEASE, ['INTEGER PRIMARY KEY (rowid=?)']],
  'the lease of neighbours': [LEASE_NEIGHBOURS, ['INTEGER PRIMARY KEY (rowid>? AND rowid<?)']],
  'the beginning of attempts': [BEGIN_ATTEMPT, [BY_ID]],
  'the extension of leases': [EXTEND_LEASE, [BY_ID]],
  'the release of leases': [RELEASE, [BY_ID]],
  'an ack': [ACK, [BY_ID]],
  'acks of first attempts': [ACK_FIRST_ATTEMPTS, [BY_ID]],
  'a nack': [NACK, [BY_ID]],
  'a dead letter and a hold': [GIVE_UP, [BY_ID]],
  'a message': [SELECT_BY_ID, [BY_ID]],
  'the holders of idempotency keys': [SELECT_BY_KEYS, ['messages_idempotency_key (idempotency_key=?)']],
  'the list': [LIST_ALL, ['sqlite_autoindex_messages_1 (id<?)']],
  'the list of a status': [LIST_OF_STATUS, ['messages_by_status (status=? AND id<?)']],
  'the list of a phone number': [LIST_OF_PHONE, ['messages_by_phone (phone_number=? AND id<?)']],
  'the list of both, by phone number': [
    MATCHING_BY_PHONE,
    ['messages_by_phone (phone_number=? AND id>? AND id<?)'],
  ],
  'the list of both, by status': [MATCHING_BY_STATUS, ['messages_by_status (status=? AND id>? AND id<?)']],
  'the end of a step by phone number': [END_BY_PHONE, ['messages_by_phone (phone_number=? AND id<?)']],
  'the end of a step by status': [END_BY_STATUS, ['messages_by_status (status=? AND id<?)']],
  'what can be redriven': [
    REDRIVE_MATCHING,
    [
      'INTEGER PRIMARY KEY (rowid=?)',
      'messages_settled (status=? AND settled_at<?)',
      'messages_settled (status=? AND settled_at=?)',
    ],
  ],
  'what can be redriven of a phone number': [
    REDRIVE_MATCHING_OF_PHONE,
    [
      'INTEGER PRIMARY KEY (rowid=?)',
      'messages_of_phone_redrivable (phone_number=? AND status=? AND settled_at<?)',
      'messages_of_phone_redrivable (phone_number=? AND status=? AND settled_at=?)',
    ],
  ],
  'what waits for its next attempt': [
    BRING_FORWARD_MATCHING,
    ['INTEGER PRIMARY KEY (rowid=?)', 'messages_due (available_at>?)'],
  ],
  'what waits for its next attempt, of a phone number': [
    BRING_FORWARD_MATCHING_OF_PHONE,
    ['INTEGER PRIMARY KEY (rowid=?)', 'messages_by_phone (phone_number=?)'],
  ],
  'the messages of a phone number': [SELECT_OF_PHONE, ['messages_by_phone (phone_number=?)']],
  'the removal of messages': [DELETE_BY_IDS, [BY_ID]],
  'what is old enough to remove': [SELECT_OLD, ['messages_settled (status=? AND settled_at<?)']],
  'the removal of what is old': [DELETE_BY_SEQS, ['INTEGER PRIMARY KEY (rowid=?)']],
  'what stays remembered of it': [REMEMBER_SENT, ['INTEGER PRIMARY KEY (rowid=?)']],
  'remembered deliveries': [RECALL, ['PRIMARY KEY (id=?)']],
  'deliveries that are remembered by their message': [RECALL_SENT, [BY_ID]],
  'expired deliveries': [SWEEP, ['PRIMARY KEY (id=?)', 'sent_cache_expiry (expires_at<?)']],
};

describe('query plans', () => {
  let database: DatabaseSync;
  beforeAll(async () => {
    database = await openDatabase(':memory:', { lockWaitMs: 0, random: new CryptoRandom() });
    return () => database.close();
  });

  test.each(Object.entries(SEARCHES))('%s are found by an index, in its order', (_, [sql, searches]) => {
    const steps = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail));
    const ofTables = steps.filter((step) => /^(SEARCH|SCAN) (messages|sent_cache)/.test(step));
    expect(ofTables.map((step) => step.replace(/^.* USING (COVERING )?(INDEX )?/, ''))).toEqual(searches);
    expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });
});
