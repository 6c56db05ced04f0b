import { DUE_INDEX } from './claim.ts';
import { UNSENT_INDEX } from './find.ts';

/** Epoch milliseconds at the beginning of the transaction. */
const NOW_MS = 'floor(extract(epoch FROM now()) * 1000)::bigint';

/** Eight hex digits of seconds, as the ids of this package begin, and four of milliseconds; the rest is chance. */
const NEW_ID = `
  lpad(to_hex(floor(extract(epoch FROM clock_timestamp()))::bigint), 8, '0') ||
  lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint % 1000), 4, '0') ||
  left(replace(gen_random_uuid()::text, '-', ''), 12)`;

/**
 * Every column that a query compares is NOT NULL: an empty token is no lease, 0 is no instant. So no query needs IS NOT
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

/**
 * What SQL of any language enqueues with, also a trigger. The rules are those of `Messages` with its defaults. A
 * repeated key gives the id of the message that has it, or fails with `unique_violation` where that one is not the
 * same request. In the transaction of whoever calls it.
 */
const ENQUEUE = `
CREATE OR REPLACE FUNCTION messaging.enqueue(
  phone_number text,
  content text,
  idempotency_key text DEFAULT NULL,
  send_at timestamptz DEFAULT NULL,
  expires_at timestamptz DEFAULT NULL,
  traceparent text DEFAULT NULL
) RETURNS text LANGUAGE plpgsql AS $enqueue$
#variable_conflict use_column
DECLARE
  now_ms constant bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
  send_ms constant bigint := floor(extract(epoch FROM send_at) * 1000);
  expiry_ms constant bigint := floor(extract(epoch FROM expires_at) * 1000);
  stored_id text;
  holder messaging.messages%ROWTYPE;
BEGIN
  IF coalesce(phone_number, '') !~ '^\\+[1-9][0-9]{1,14}$' THEN
    RAISE EXCEPTION 'phone_number must match ^\\+[1-9][0-9]{1,14}$' USING ERRCODE = 'check_violation';
  END IF;
  IF coalesce(char_length(content), 0) NOT BETWEEN 1 AND 500 THEN
    RAISE EXCEPTION 'content must have 1 to 500 characters' USING ERRCODE = 'check_violation';
  END IF;
  IF char_length(idempotency_key) NOT BETWEEN 1 AND 255 THEN
    RAISE EXCEPTION 'idempotency_key must have 1 to 255 characters' USING ERRCODE = 'check_violation';
  END IF;
  IF least(send_ms, expiry_ms) < 978307200000 OR greatest(send_ms, expiry_ms) > 8640000000000000 THEN
    RAISE EXCEPTION 'send_at and expires_at must be between 2001-01-01 and the year 275760'
      USING ERRCODE = 'check_violation';
  END IF;
  IF expiry_ms <= greatest(now_ms, send_ms) THEN
    RAISE EXCEPTION 'expires_at must be later than now and than send_at' USING ERRCODE = 'check_violation';
  END IF;
  LOOP
    INSERT INTO messaging.messages AS m
      (phone_number, content, idempotency_key, created_at, send_at, expires_at, due_at, available_at, traceparent)
    VALUES (
      enqueue.phone_number, enqueue.content, enqueue.idempotency_key, now_ms, send_ms, expiry_ms,
      coalesce(send_ms, now_ms), coalesce(send_ms, now_ms), enqueue.traceparent
    )
    ON CONFLICT (idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
    RETURNING m.id INTO stored_id;
    IF stored_id IS NOT NULL THEN RETURN stored_id; END IF;
    SELECT * INTO holder FROM messaging.messages AS m
    WHERE m.idempotency_key = enqueue.idempotency_key AND m.idempotency_key IS NOT NULL;
    -- The holder may have been erased meanwhile: then the key is free.
    CONTINUE WHEN NOT FOUND;
    IF holder.phone_number = enqueue.phone_number AND holder.content = enqueue.content
      AND coalesce(holder.send_at, -1) = coalesce(send_ms, -1)
      AND (coalesce(holder.expires_at, -1) = coalesce(expiry_ms, -1) OR (
        -- A redrive drops the expiry.
        holder.expires_at IS NULL AND (
          holder.history <> '[]' OR holder.due_at <> coalesce(holder.send_at, holder.created_at)
        )
      ))
    THEN
      RETURN holder.id;
    END IF;
    RAISE EXCEPTION 'idempotency_key is that of another message' USING ERRCODE = 'unique_violation', DETAIL = holder.id;
  END LOOP;
END;
$enqueue$;
`;

export interface Migration {
  /** One statement each. */
  readonly statements: readonly string[];
  /** The lowest version of this list that can work beside this step. A release that knows fewer steps is refused. */
  readonly needs: number;
}

/**
 * The steps of the schema, in order. Each is additive, so that a process with an older release goes on beside it and
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
      ENQUEUE,
    ],
    needs: 1,
  },
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
