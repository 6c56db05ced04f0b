import { DUE_INDEX } from './claim.ts';
import { DROP_OLDER_ENQUEUE, ENQUEUE } from './enqueue-function.ts';
import { UNSENT_INDEX } from './find.ts';

/** Epoch milliseconds at the beginning of the transaction. */
const NOW_MS = 'floor(extract(epoch FROM now()) * 1000)::bigint';

/** Eight hex digits of seconds, as the ids of this package begin, and four of milliseconds; the rest is chance. */
const NEW_ID = `
  lpad(to_hex(floor(extract(epoch FROM clock_timestamp()))::bigint), 8, '0') ||
  lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint % 1000), 4, '0') ||
  left(replace(gen_random_uuid()::text, '-', ''), 12)`;

/**
 * Every column that a query compares is NOT NULL: an empty token means no lease, 0 means no instant. So no query needs IS NOT
 * DISTINCT FROM, which no index answers. Texts compare by their bytes, as ids and cursors do elsewhere.
 *
 * Two versions of a row die for each message that is sent, and those at the head of the index `messages_due` are what
 * every claim has to pass over. So vacuum comes after 1 % of changes instead of 20 %, and analyze after 5 %, so that
 * the planner hears of a backlog soon. The room that `fillfactor` leaves in each page is for the beginning of an
 * attempt, which changes no indexed column and then stays within its page (a HOT update).
 */
const MESSAGES = `
CREATE TABLE messaging.messages (
  id text COLLATE "C" PRIMARY KEY DEFAULT (${NEW_ID}),
  phone_number text COLLATE "C" NOT NULL,
  content text NOT NULL,
  status text COLLATE "C" NOT NULL DEFAULT 'unsent'
    CHECK (status IN ('unsent', 'sent', 'failed', 'unknown', 'cancelled')),
  webhook_message_id text,
  sent_at bigint,
  created_at bigint NOT NULL DEFAULT (${NOW_MS}),
  send_at bigint,
  expires_at bigint,
  idempotency_key text COLLATE "C",
  due_at bigint NOT NULL DEFAULT (${NOW_MS}),
  available_at bigint NOT NULL DEFAULT (${NOW_MS}),
  lease_token text COLLATE "C" NOT NULL DEFAULT '',
  lease_journals boolean NOT NULL DEFAULT false,
  begun_at bigint,
  in_doubt boolean NOT NULL DEFAULT false,
  settled_at bigint NOT NULL DEFAULT 0,
  settled_by text COLLATE "C" NOT NULL DEFAULT '',
  attempts integer NOT NULL DEFAULT 0,
  lost_leases integer NOT NULL DEFAULT 0,
  reason text,
  history jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(history) = 'array'),
  traceparent text
) WITH (
  fillfactor = 85,
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 2000,
  autovacuum_analyze_scale_factor = 0.05
)`;

const SENT_CACHE = `
CREATE TABLE messaging.sent_cache (
  id text COLLATE "C" PRIMARY KEY,
  webhook_message_id text,
  sent_at bigint NOT NULL,
  expires_at bigint NOT NULL
)`;

/** One row while delivery is stopped for every process, else none. */
const DELIVERY_STOP = `
CREATE TABLE messaging.delivery_stop (
  id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  stopped_at bigint NOT NULL,
  stopped_by text
)`;

/** The newest transaction that erased messages whose old versions may still be in the table's files; 0 for none. */
const ERASURES = `
CREATE TABLE messaging.erasures (
  id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  transaction_id bigint NOT NULL DEFAULT 0,
  erased_at timestamptz NOT NULL DEFAULT now()
)`;

const METADATA = 'ALTER TABLE messaging.messages ADD COLUMN metadata jsonb';

export interface Migration {
  /** One statement each. */
  readonly statements: readonly string[];
  /** The lowest version of this list that can share the schema after this step. A release that knows fewer steps is refused. */
  readonly needs: number;
}

/**
 * The steps of the schema, in order. Each is additive, so that a process with an older release goes on meanwhile and
 * can start again. The position of a step is its version: append new steps, and never change, move or remove a
 * released one. Indexes are not here: see `INDEXES`.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    statements: [
      MESSAGES,
      SENT_CACHE,
      DELIVERY_STOP,
      ERASURES,
      'INSERT INTO messaging.erasures DEFAULT VALUES',
    ],
    needs: 1,
  },
  { statements: [METADATA, DROP_OLDER_ENQUEUE, ENQUEUE], needs: 1 },
];

/** By name: what follows `CREATE [UNIQUE] INDEX name ON`. Conditions are literals, so that generic plans use them. */
export const INDEXES: Readonly<Record<string, string>> = {
  messages_due: DUE_INDEX,
  messages_unsent: UNSENT_INDEX,
  messages_by_status: `messaging.messages (status, id) WHERE status <> 'unsent'`,
  messages_by_phone: 'messaging.messages (phone_number, id)',
  messages_redrivable: `messaging.messages (status, settled_at) WHERE status IN ('failed', 'unknown')`,
  messages_old: `messaging.messages (settled_at) WHERE status IN ('sent', 'cancelled')`,
  messages_idempotency_key: 'messaging.messages (idempotency_key) WHERE idempotency_key IS NOT NULL',
  sent_cache_expiry: 'messaging.sent_cache (expires_at)',
};

export const UNIQUE_INDEXES: ReadonlySet<string> = new Set(['messages_idempotency_key']);
