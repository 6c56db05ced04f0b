import { describe, expect, test } from 'vitest';
import {
  accepted,
  createWorld,
  enqueued,
  givenUp,
  held,
  leased,
  PHONE,
  putOff,
  settled,
} from './support/world.ts';

const OTHER = '+905550000000';

describe('POST /messages/:id/cancel', () => {
  test('answers the cancelled message', async () => {
    const world = createWorld();
    const { id } = await enqueued(world);
    const answer = await world.post(`/messages/${id}/cancel`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, status: 'cancelled', settledAt: '2030-01-01T00:00:00.000Z' });
  });

  test('answers 409 message_in_flight for a leased one', async () => {
    const world = createWorld();
    const { id } = await enqueued(world);
    await leased(world);
    const answer = await world.post(`/messages/${id}/cancel`);
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual({
      error: 'the message is being delivered',
      code: 'message_in_flight',
      details: { status: 'unsent' },
    });
  });

  test('answers 409 with the present status for a sent one', async () => {
    const world = createWorld();
    const { id } = await settled(world, accepted());
    const answer = await world.post(`/messages/${id}/cancel`);
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual({
      error: 'the status of the message does not allow it',
      code: 'status_conflict',
      details: { status: 'sent' },
    });
  });

  test('answers 404 for an unknown one', async () => {
    const answer = await createWorld().post('/messages/none/cancel');
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'message_not_found' });
  });
});

describe('POST /messages/cancel', () => {
  test('cancels what is unsent and not under way, and says how many stay', async () => {
    const world = createWorld();
    await enqueued(world);
    await leased(world);
    const { id } = await enqueued(world);
    const other = await enqueued(world, { phoneNumber: OTHER });
    const answer = await world.post('/messages/cancel', { status: 'unsent', phoneNumber: PHONE });
    expect(answer).toMatchObject({ status: 200, body: { cancelled: 1, inFlight: 1 } });
    expect((await world.messages.find(id))?.status).toBe('cancelled');
    expect((await world.messages.find(other.id))?.status).toBe('unsent');
  });

  test('takes a time: created from, and before', async () => {
    const world = createWorld();
    await enqueued(world);
    const before = { status: 'unsent', createdBefore: '2030-01-01T00:00:00Z' };
    expect((await world.post('/messages/cancel', before)).body).toEqual({ cancelled: 0, inFlight: 0 });
    const from = { status: 'unsent', createdFrom: '2030-01-01T00:00:00Z' };
    expect((await world.post('/messages/cancel', from)).body).toEqual({ cancelled: 1, inFlight: 0 });
  });

  test.each([
    ['no status', {}, 'status'],
    ['a status that is not cancelled', { status: 'failed' }, 'status'],
    ['an empty phone number', { status: 'unsent', phoneNumber: '' }, 'phoneNumber'],
    ['no instant', { status: 'unsent', createdBefore: 'yesterday' }, 'createdBefore'],
    ['an unknown field', { status: 'unsent', all: true }, 'all'],
  ])('answers 400 for %s', async (_, body, field) => {
    const answer = await createWorld().post('/messages/cancel', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ details: [{ field }] });
  });
});

describe('POST /messages/:id/redrive', () => {
  test.each([
    ['failed', givenUp],
    ['unknown', held],
  ])('answers a %s message, unsent again', async (_, settlement) => {
    const world = createWorld();
    const { id, history } = await settled(world, settlement);
    const answer = await world.post(`/messages/${id}/redrive`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, status: 'unsent', attempts: 0, reason: null, settledAt: null });
    expect(answer.body).toHaveProperty('history.length', history.length);
  });

  test.each([
    ['unsent', null],
    ['sent', accepted()],
  ])('answers 409 with the present status for a message that is %s', async (status, settlement) => {
    const world = createWorld();
    const { id } = settlement === null ? await enqueued(world) : await settled(world, settlement);
    const answer = await world.post(`/messages/${id}/redrive`);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'status_conflict', details: { status } });
  });

  test('answers 404 for an unknown one', async () => {
    expect((await createWorld().post('/messages/none/redrive')).status).toBe(404);
  });
});

describe('POST /messages/redrive', () => {
  test('redrives everything of the status and answers how many', async () => {
    const world = createWorld();
    const failed = await settled(world, givenUp);
    await settled(world, givenUp, { phoneNumber: OTHER });
    const unknown = await settled(world, held);
    await world.clock.advance(1);
    const answer = await world.post('/messages/redrive', { status: 'failed' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ redriven: 2 });
    expect((await world.messages.find(failed.id))?.status).toBe('unsent');
    expect((await world.messages.find(unknown.id))?.status).toBe('unknown');
  });

  test('sends now what waits for a retry, one or all, with its attempts', async () => {
    const world = createWorld();
    const one = await settled(world, putOff);
    const other = await settled(world, putOff);
    await world.clock.advance(1);
    const answer = await world.post(`/messages/${one.id}/redrive`);
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'unsent', attempts: 1, availableAt: '2030-01-01T00:00:00.001Z' },
    });
    expect((await world.post('/messages/redrive', { status: 'unsent' })).body).toEqual({ redriven: 1 });
    expect((await world.messages.find(other.id))?.availableAt).toBe(world.clock.now());
    expect((await world.post(`/messages/${one.id}/redrive`)).status).toBe(409);
  });

  test('redrives only those of a phone number when it is given one', async () => {
    const world = createWorld();
    await settled(world, held);
    await settled(world, held, { phoneNumber: OTHER });
    await world.clock.advance(1);
    const answer = await world.post('/messages/redrive', { status: 'unknown', phoneNumber: OTHER });
    expect(answer.body).toEqual({ redriven: 1 });
  });

  test.each([
    ['no status', {}, 'status'],
    ['a status that is not redriven', { status: 'sent' }, 'status'],
    ['an empty phone number', { status: 'failed', phoneNumber: '' }, 'phoneNumber'],
    ['an unknown field', { status: 'failed', all: true }, 'all'],
  ])('answers 400 for %s', async (_, body, field) => {
    const answer = await createWorld().post('/messages/redrive', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ details: [{ field }] });
  });
});

describe('POST /messages/erase', () => {
  test("removes the number's messages and answers how many, and which stay", async () => {
    const world = createWorld();
    await settled(world, accepted());
    const { id } = await enqueued(world);
    await leased(world);
    await enqueued(world);
    const other = await enqueued(world, { phoneNumber: OTHER });
    const answer = await world.post('/messages/erase', { phoneNumber: PHONE });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ erased: 2, inFlightIds: [id] });
    expect((await world.call(`/messages/${other.id}`)).status).toBe(200);
  });

  test.each(['+90 555 123 45 67', '905551234567', '+905551234567 ', '(0555) 123-45-67'])(
    'answers 400 to "%s", which no message has and no message may have',
    async (phoneNumber) => {
      const world = createWorld();
      const { id } = await enqueued(world);
      const answer = await world.post('/messages/erase', { phoneNumber });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ details: [{ field: 'phoneNumber' }] });
      expect((await world.call(`/messages/${id}`)).status).toBe(200);
    },
  );

  test('answers 200 for a number that is well written, and has no messages', async () => {
    const answer = await createWorld().post('/messages/erase', { phoneNumber: PHONE });
    expect(answer).toMatchObject({ status: 200, body: { erased: 0, inFlightIds: [] } });
  });

  test('erases what another service stored under a number that is badly written', async () => {
    const world = createWorld();
    await enqueued(world);
    const erase = world.repository.erase.bind(world.repository);
    world.repository.erase = (phoneNumber, limit) =>
      erase(phoneNumber === '0555 123' ? PHONE : phoneNumber, limit);
    const answer = await world.post('/messages/erase', { phoneNumber: '0555 123' });
    expect(answer).toMatchObject({ status: 200, body: { erased: 1 } });
  });

  test.each([
    ['no phone number', {}, 'phoneNumber'],
    ['an array', [], 'phoneNumber'],
    ['an unknown field', { phoneNumber: PHONE, force: true }, 'force'],
  ])('answers 400 for %s', async (_, body, field) => {
    const answer = await createWorld().post('/messages/erase', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ details: [{ field }] });
  });
});
