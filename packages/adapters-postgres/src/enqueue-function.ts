/** As it was before messages had metadata. Another list of parameters makes another function. */
export const DROP_OLDER_ENQUEUE: string =
  'DROP FUNCTION IF EXISTS messaging.enqueue(text, text, text, timestamptz, timestamptz, text)';

/**
 * The function that SQL of any language enqueues with, also a trigger. The rules are those of `Messages` with its defaults. A
 * repeated key gives the id of the message that has it, or fails with `unique_violation` where that one is not the
 * same request. In the transaction of whoever calls it.
 */
export const ENQUEUE = `
CREATE OR REPLACE FUNCTION messaging.enqueue(
  phone_number text,
  content text,
  idempotency_key text DEFAULT NULL,
  send_at timestamptz DEFAULT NULL,
  expires_at timestamptz DEFAULT NULL,
  traceparent text DEFAULT NULL,
  metadata jsonb DEFAULT NULL
) RETURNS text LANGUAGE plpgsql AS $enqueue$
#variable_conflict use_column
DECLARE
  now_ms constant bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
  send_ms constant bigint := floor(extract(epoch FROM send_at) * 1000);
  expiry_ms constant bigint := floor(extract(epoch FROM expires_at) * 1000);
  asked_metadata constant jsonb := nullif(metadata, '{}');
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
  IF jsonb_typeof(metadata) <> 'object' THEN
    RAISE EXCEPTION 'metadata must be an object of texts' USING ERRCODE = 'check_violation';
  END IF;
  IF (SELECT count(*) FROM jsonb_object_keys(metadata)) > 16 THEN
    RAISE EXCEPTION 'metadata must have at most 16 entries' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM jsonb_object_keys(metadata) AS name WHERE name !~ '^[a-zA-Z0-9_-]{1,64}$') THEN
    RAISE EXCEPTION 'metadata must have names of 1 to 64 letters, digits, - and _' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM jsonb_each(metadata) AS entry WHERE jsonb_typeof(entry.value) <> 'string') THEN
    RAISE EXCEPTION 'values of metadata must be texts' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM jsonb_each(metadata) AS entry WHERE char_length(entry.value #>> '{}') > 256) THEN
    RAISE EXCEPTION 'values of metadata must have at most 256 characters' USING ERRCODE = 'check_violation';
  END IF;
  LOOP
    INSERT INTO messaging.messages AS m
      (phone_number, content, idempotency_key, created_at, send_at, expires_at, due_at, available_at, traceparent, metadata)
    VALUES (
      enqueue.phone_number, enqueue.content, enqueue.idempotency_key, now_ms, send_ms, expiry_ms,
      coalesce(send_ms, now_ms), coalesce(send_ms, now_ms), enqueue.traceparent,
      asked_metadata
    )
    ON CONFLICT (idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
    RETURNING m.id INTO stored_id;
    IF stored_id IS NOT NULL THEN RETURN stored_id; END IF;
    SELECT * INTO holder FROM messaging.messages AS m
    WHERE m.idempotency_key = enqueue.idempotency_key AND m.idempotency_key IS NOT NULL;
    -- The holder may have been erased meanwhile: then the key is free.
    CONTINUE WHEN NOT FOUND;
    IF holder.phone_number = enqueue.phone_number AND holder.content = enqueue.content
      AND coalesce(holder.metadata, '{}') = coalesce(asked_metadata, '{}')
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
