import { StoreUnavailableError } from '@messaging-system/core';
import { ManualClock } from '@messaging-system/core/in-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DashboardFeed, type DashboardOptions, SandboxReceiver } from '../src/index.ts';
import { type Visitor, visitor } from './support/browser.ts';
import { EventReader } from './support/event-reader.ts';
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

describe('the overview', () => {
  test('shows processor, breaker, counts and health', async () => {
    const somebody = visitor({ health: { store: { required: true, check: async () => ({ ok: false }) } } });
    somebody.world.dispatcher.says = {
      ...somebody.world.dispatcher.says,
      state: 'draining',
      inFlight: 3,
      workers: { wanted: 4, alive: 2, restarts: 0, eventsDropped: 0 },
      breaker: { state: 'open', reason: 'http_410', until: null },
    };
    await enqueued(somebody.world);
    const { html } = await somebody.get('/');
    expect(html).toContain('3 under way');
    expect(html).toContain('2 of 4 workers');
    expect(html).toContain('http 410; until it is started again');
    expect(html).toMatch(/id="count-unsent"><span class="number">1</);
    expect(html).toMatch(/store<\/span> <span class="pill bad">down/);
    expect(html).toContain('https://example.com/hook');
  });

  test('says why the last delivery failed before the breaker opens', async () => {
    const somebody = visitor();
    const breaker = { state: 'closed', failures: 1, reason: 'http_401' } as const;
    somebody.world.dispatcher.says = { ...somebody.world.dispatcher.says, breaker };
    expect((await somebody.get('/')).html).toContain('1 failure in a row: http 401');
  });

  test('says so while the store does not answer', async () => {
    const somebody = visitor();
    somebody.world.repository.counts = () => Promise.reject(new StoreUnavailableError('down'));
    const { status, html } = await somebody.get('/');
    expect(status).toBe(200);
    expect(html).toContain('store unavailable');
    expect(html).toMatch(/id="count-sent"><span class="number">–</);
  });

  test('starts, stops and dispatches', async () => {
    const somebody = visitor();
    await somebody.submit('/dashboard/processor/start');
    await somebody.submit('/dashboard/processor/stop');
    const { html } = await somebody.submit('/dashboard/processor/dispatch');
    expect(somebody.world.dispatcher.calls).toEqual(['start', 'stop', 'dispatchOnce']);
    expect(html).toContain('2 claimed: 1 sent, 1 retried.');
    somebody.world.dispatcher.result = { kind: 'paused', reason: 'breaker_open', until: null };
    expect((await somebody.submit('/dashboard/processor/dispatch')).html).toContain(
      'Claiming is paused: breaker open.',
    );
    expect((await somebody.submit('/dashboard/processor/explode')).status).toBe(400);
  });

  test('is pushed to open pages every second, charts included, until it is closed', async () => {
    const somebody = visitor();
    const { world, feed } = somebody;
    onTestFinished(() => feed.close());
    const message = await enqueued(world);
    const reader = new EventReader(await somebody.request('/dashboard/live'));
    expect(await reader.next()).toMatchObject({
      type: 'state',
      data: {
        changes: 0,
        mayStart: true,
        chart: {
          stretchMs: 1_000,
          words: { durations: 'No webhook call in the last 2 minutes.' },
        },
      },
    });
    feed.observe({
      type: 'attempt.finished',
      at: world.clock.now(),
      message,
      attempt: 1,
      outcome: { kind: 'accepted' },
      durationMs: 40,
    });
    feed.observe({
      type: 'message.settled',
      at: world.clock.now(),
      message,
      settlement: accepted()(message.id, world.clock.now()),
      recalled: false,
    });
    await world.clock.advance(1_000);
    expect(await reader.next()).toMatchObject({
      data: {
        changes: 2,
        chart: {
          words: {
            throughput: 'Last 2 minutes: 1 sent, 0 to be retried, 0 unknown, 0 failed.',
            durations: 'Latest: p50 40 ms, p95 40 ms.',
          },
        },
      },
    });
    feed.close();
    expect(await reader.next()).toBeNull();
    expect((await somebody.request('/dashboard/live')).status).toBe(503);
  });
});

test('a stop of delivery is asked about first', async () => {
  const somebody = visitor();
  const { html } = await somebody.get('/');
  expect(html).toContain('href="/dashboard/stop"');
  const question = await somebody.get('/dashboard/stop');
  expect(question.html).toContain('action="/dashboard/processor/stop"');
  expect(somebody.world.dispatcher.calls).toEqual([]);
});

test('an empty store says how to send the first message', async () => {
  const somebody = visitor();
  expect((await somebody.get('/')).html).toContain('There are no messages yet.');
  expect((await somebody.get('/dashboard/messages')).html).toContain('href="/dashboard/new">Send one.');
  await enqueued(somebody.world);
  expect((await somebody.get('/')).html).not.toContain('There are no messages yet.');
});

test('messages of unknown outcome are explained, with what to do', async () => {
  const somebody = visitor();
  const { id } = await settled(somebody.world, held);
  expect((await somebody.get('/')).html).toContain('Nobody knows whether 1 message arrived.');
  for (const path of ['/dashboard/messages?status=unknown', `/dashboard/messages/${id}`]) {
    expect((await somebody.get(path)).html).toContain('Ask the receiver');
  }
});

test.each([
  [undefined, 'Id, sent as webhook-id', 'Ask the receiver for the <code>webhook-id</code>', true],
  ['elsewhere', 'Id, which the request carries', 'Ask the receiver for the id', true],
  [
    'nowhere',
    'Id (the provider does not receive it)',
    'Look in the provider&#39;s log for this number and text.',
    false,
  ],
] as const)(
  'a message whose id the request has %s says how to find it',
  async (idInRequest, label, search, isSame) => {
    const feed = new DashboardFeed({ clock: new ManualClock() });
    const somebody = visitor({ dashboard: { feed, ...(idInRequest && { idInRequest }) } });
    const { id } = await settled(somebody.world, held);
    const { html } = await somebody.get(`/dashboard/messages/${id}`);
    expect(html).toContain(`<dt>${label}</dt>`);
    expect(html.replaceAll("'", '&#39;')).toContain(search);
    expect(html.includes('with the same id')).toBe(isSame);
    expect(html.includes('webhook-id')).toBe(idInRequest === undefined);
  },
);

test('charts cover two minutes, an hour or a day', async () => {
  const somebody = visitor();
  for (const [path, title] of [
    ['/', '2 minutes'],
    ['/?span=hour', '60 minutes'],
    ['/?span=day', '24 hours'],
    ['/?span=year', '2 minutes'],
  ] as const) {
    expect((await somebody.get(path)).html).toContain(`Last ${title}: 0 sent`);
  }
});

test('messages are found by reason and time, and counted by reason', async () => {
  const somebody = visitor();
  const { world } = somebody;
  const old = await settled(world, givenUp);
  await world.clock.advance(3_700_000);
  const recent = await settled(world, givenUp);
  const { body } = await world.call(`/messages/${recent.id}`);
  const { reason } = body as { readonly reason: string };
  const ids = async (query: string): Promise<readonly string[]> => {
    const { html } = await somebody.get(`/dashboard/messages?${query}`);
    return [old.id, recent.id].filter((id) => html.includes(`id="m-${id}"`));
  };
  expect(await ids('status=failed')).toEqual([old.id, recent.id]);
  expect(await ids('since=hour')).toEqual([recent.id]);
  expect(await ids(`reason=${reason}`)).toEqual([old.id, recent.id]);
  expect(await ids('reason=another')).toEqual([]);
  const between = new Date(world.clock.now() - 60_000).toISOString().slice(0, 16);
  expect(await ids(`before=${between}`)).toEqual([old.id]);
  expect(await ids('before=yesterday')).toEqual([old.id, recent.id]);
  const { html } = await somebody.get('/dashboard/reasons?status=failed');
  expect(html).toContain(`<code>${reason}</code></a></td><td class="number">2</td>`);
  expect((await somebody.get('/dashboard/reasons?status=failed&since=hour')).html).toContain(
    `<code>${reason}</code></a></td><td class="number">1</td>`,
  );
  expect((await somebody.get('/dashboard/messages?status=failed&since=hour')).html).not.toContain(
    'redrive-all',
  );
});

test('a search says how far it looked, and goes on from there until it finds the message', async () => {
  const somebody = visitor();
  const { world } = somebody;
  const { id } = await settled(world, givenUp);
  const createdAt = new Date(world.clock.now()).toISOString();
  await world.clock.advance(1_000);
  const many = Array.from({ length: 1_000 }, () => ({ phoneNumber: PHONE, content: 'Hello' }));
  for (let index = 0; index < 3; index += 1) await world.messages.enqueueMany(many);
  const path = `/dashboard/messages?before=${createdAt.slice(0, 10)}T23:59&reason=http_400`;
  const first = await somebody.get(path);
  expect(first.html).toContain('No match so far.');
  expect(first.html).toContain('looked through 2,000 messages, back to');
  expect(first.html).toContain('With a status or a phone number');
  expect(first.html).toContain('data-live="fetched"');
  const next = /id="older"[^>]* href="([^"]+)">Go on looking</.exec(first.html)?.[1] ?? '';
  const second = await somebody.get(next.replaceAll('&amp;', '&'));
  expect(second.html).toContain(`id="m-${id}"`);
  expect(second.html).not.toContain('id="progress"');
  expect(second.html).not.toContain('data-live="fetched"');
  expect((await somebody.get(`${path}&status=failed`)).html).toContain(`id="m-${id}"`);
});

test('a start is offered where the breaker is open, since it tries one message at once', async () => {
  const somebody = visitor();
  onTestFinished(() => somebody.feed.close());
  somebody.world.dispatcher.says = {
    ...somebody.world.dispatcher.says,
    state: 'running',
    breaker: { state: 'open', reason: 'http_410', until: null },
  };
  const reader = new EventReader(await somebody.request('/dashboard/live'));
  expect(await reader.next()).toMatchObject({ data: { mayStart: true } });
});

describe('messages', () => {
  test('are listed by status, newest first, and escaped', async () => {
    const somebody = visitor();
    const failed = await settled(somebody.world, givenUp);
    await enqueued(somebody.world, { content: '<script>alert(1)</script>' });
    const all = (await somebody.get('/dashboard/messages')).html;
    expect(all).toContain('&lt;script&gt;alert(1)');
    expect(all).not.toContain('<script>alert');
    const { html } = await somebody.get('/dashboard/messages?status=failed');
    expect(html.match(/id="m-/g)).toHaveLength(1);
    expect(html).toContain('http 400');
    expect(html).toContain(failed.id);
    expect(html).toContain('href="/dashboard/redrive?status=failed"');
  });

  test('are listed with their whole content, which only the style sheet cuts', async () => {
    const somebody = visitor();
    const content = `${'x'.repeat(79)}👩‍👩‍👧‍👦 and more`;
    await enqueued(somebody.world, { content });
    const { html } = await somebody.get('/dashboard/messages');
    expect(html).toContain(`<td class="content"><div class="clamped">${content}</div></td>`);
    const css = await somebody.request('/dashboard/assets/dashboard.css');
    expect(await css.text()).toMatch(/\.clamped \{[^}]*-webkit-line-clamp: 2;/);
  });

  test('are found by phone number and by id', async () => {
    const somebody = visitor();
    await enqueued(somebody.world, { phoneNumber: '+15550100' });
    const { id } = await enqueued(somebody.world);
    const { html } = await somebody.get(`/dashboard/messages?search=${encodeURIComponent(PHONE)}`);
    expect(html.match(/id="m-/g)).toHaveLength(1);
    expect((await somebody.get(`/dashboard/messages?search=${id}`)).location).toBe(
      `/dashboard/messages/${id}`,
    );
    expect((await somebody.get('/dashboard/messages?search=nobody')).html).toContain('No message matches.');
  });

  test('come in pages', async () => {
    const somebody = visitor();
    for (let index = 0; index < 30; index += 1) await enqueued(somebody.world);
    const first = await somebody.get('/dashboard/messages');
    expect(first.html.match(/id="m-/g)).toHaveLength(25);
    const older = /id="older"[^>]* href="([^"]+)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = await somebody.get(older);
    expect(second.html.match(/id="m-/g)).toHaveLength(5);
    expect(second.html).toContain('id="newest"');
    expect((await somebody.get('/dashboard/messages?cursor=nonsense')).status).toBe(400);
  });
});

describe('a message', () => {
  test('shows its attempts', async () => {
    const somebody = visitor();
    const { id } = await settled(somebody.world, accepted('w-17'));
    const { html } = await somebody.get(`/dashboard/messages/${id}`);
    expect(html).toMatch(/accepted<\/span> attempt 1[\s\S]*took 250 ms/);
    expect(html).toContain('w-17');
    expect(html).not.toContain('id="cancel"');
    expect(html).not.toContain('id="redrive"');
    expect((await somebody.get('/dashboard/messages/none')).status).toBe(404);
  });

  test('shows what the receiver answered, and metadata, as text', async () => {
    const somebody = visitor();
    const response = {
      status: 400,
      headers: { 'x-request-id': '<i>' },
      body: '<script>alert(1)</script>\n&',
    };
    const { id } = await settled(
      somebody.world,
      (id, at) => {
        const settlement = givenUp(id, at);
        return settlement.attempt === null
          ? settlement
          : { ...settlement, attempt: { ...settlement.attempt, response } };
      },
      { metadata: { order: '<b>17</b>' } },
    );
    const { html } = await somebody.get(`/dashboard/messages/${id}`);
    expect(html).toContain('The receiver answered 400');
    expect(html).toContain('x-request-id: &lt;i&gt;\n\n&lt;script&gt;alert(1)&lt;/script&gt;\n&amp;');
    expect(html).toContain('<dt>metadata.order</dt><dd>&lt;b&gt;17&lt;/b&gt;</dd>');
    expect(html).not.toMatch(/<script>alert|<b>17|<i>/);
  });

  test('has a line between the attempts before a redrive and those after it', async () => {
    const somebody = visitor();
    const { world } = somebody;
    const { id } = await settled(world, givenUp);
    expect((await somebody.get(`/dashboard/messages/${id}`)).html).not.toContain('pill">redriven');
    await world.messages.redrive([id]);
    await leased(world);
    await world.repository.settle('token', [givenUp(id, world.clock.now())]);
    expect((await somebody.get(`/dashboard/messages/${id}`)).html).toMatch(
      /attempt 1\D[\s\S]*pill">redriven<[\s\S]*attempt 1\D/,
    );
  });

  test('says of an attempt whether it may have arrived and whether it counts', async () => {
    const somebody = visitor();
    const attempt = {
      attempt: 1,
      startedAt: 0,
      durationMs: 250,
      outcome: 'ambiguous',
      reason: 'http_504',
      uncounted: true,
    } as const;
    const { id } = await settled(somebody.world, (id, at) => ({
      kind: 'nack',
      id,
      availableAt: at + 1_000,
      inDoubt: true,
      reason: 'http_504',
      attempt,
    }));
    expect((await somebody.get(`/dashboard/messages/${id}`)).html).toContain(
      'attempt (not counted), nobody knows whether it arrived: http 504',
    );
    const { body } = await somebody.world.call(`/messages/${id}`);
    expect(body).toMatchObject({ attempts: 0, history: [{ ...attempt, startedAt: expect.any(String) }] });
  });

  test('is cancelled', async () => {
    const somebody = visitor();
    const { id } = await enqueued(somebody.world);
    expect((await somebody.get(`/dashboard/messages/${id}`)).html).toContain('next attempt');
    const { location } = await somebody.submit(`/dashboard/messages/${id}/cancel`);
    expect((await somebody.get(location ?? '')).html).toContain('The message is cancelled.');
    expect((await somebody.world.messages.find(id))?.status).toBe('cancelled');
    expect((await somebody.submit(`/dashboard/messages/${id}/cancel`)).status).toBe(409);
  });

  test('says that an interrupted attempt may have arrived, also when it is cancelled then', async () => {
    const somebody = visitor();
    const { world } = somebody;
    const { id } = await enqueued(world);
    await leased(world);
    await world.clock.advance(61_000);
    await leased(world);
    await world.repository.settle('token', [putOff(id, world.clock.now())]);
    const page = `/dashboard/messages/${id}`;
    const { html } = await somebody.get(page);
    expect(html).toContain('an earlier attempt was interrupted; it may have arrived');
    expect(html).not.toContain('id="cancelled-hint"');
    await somebody.submit(`${page}/cancel`);
    expect((await somebody.get(page)).html).toContain('An earlier attempt may have arrived.');
    const untouched = await enqueued(world);
    await somebody.submit(`/dashboard/messages/${untouched.id}/cancel`);
    expect((await somebody.get(`/dashboard/messages/${untouched.id}`)).html).not.toMatch(/interrupted|-hint/);
  });

  test('under way cannot be cancelled', async () => {
    const somebody = visitor();
    const { id } = await enqueued(somebody.world);
    await leased(somebody.world);
    expect((await somebody.get(`/dashboard/messages/${id}`)).html).not.toContain('id="cancel"');
    const { status, html } = await somebody.submit(`/dashboard/messages/${id}/cancel`);
    expect(status).toBe(409);
    expect(html).toContain('message_in_flight');
  });

  test.each([
    ['failed', givenUp],
    ['unknown', held],
  ])('that is %s is redriven', async (_, settlement) => {
    const somebody = visitor();
    const { id } = await settled(somebody.world, settlement);
    expect((await somebody.submit(`/dashboard/messages/${id}/redrive`)).location).toContain('done=redriven');
    expect((await somebody.world.messages.find(id))?.status).toBe('unsent');
  });
});

describe('cancelling a whole filter', () => {
  test('says how many, and drops those that are not under way', async () => {
    const somebody = visitor();
    const { world } = somebody;
    await enqueued(world);
    await leased(world);
    const { id } = await enqueued(world);
    expect((await somebody.get('/dashboard/messages?status=unsent')).html).toContain('id="cancel-all"');
    expect((await somebody.get('/dashboard/cancel')).html).toContain('Cancel 2 unsent messages?');
    const { location } = await somebody.submit('/dashboard/cancel', { phoneNumber: PHONE });
    expect((await somebody.get(location ?? '')).html).toContain('1 message is cancelled. Messages under way');
    expect((await world.messages.find(id))?.status).toBe('cancelled');
  });
});

describe('redriving a whole filter', () => {
  test('says how many, and takes them when that is confirmed', async () => {
    const somebody = visitor();
    await settled(somebody.world, givenUp);
    await settled(somebody.world, givenUp);
    await somebody.world.clock.advance(1);
    expect((await somebody.get('/dashboard/redrive?status=failed')).html).not.toContain(
      'ask the receiver first',
    );
    expect((await somebody.get('/dashboard/redrive?status=unknown')).html).toContain(
      'ask the receiver first',
    );
    expect((await somebody.get('/dashboard/redrive?status=failed')).html).toContain(
      'Redrive 2 failed messages?',
    );
    const { location } = await somebody.submit('/dashboard/redrive', { status: 'failed', count: '2' });
    expect((await somebody.get(location ?? '')).html).toContain(
      '2 messages are due again: the overview says whether delivery runs.',
    );
  });

  test('sends now what waits for a retry, one and all', async () => {
    const somebody = visitor();
    const { world } = somebody;
    const [one, other] = [await settled(world, putOff), await settled(world, putOff)];
    await world.clock.advance(1);
    expect((await somebody.get(`/dashboard/messages/${one.id}`)).html).toContain('Send now');
    await somebody.submit(`/dashboard/messages/${one.id}/redrive`);
    expect((await world.messages.find(one.id))?.availableAt).toBe(world.clock.now());
    expect((await somebody.get('/dashboard/messages?status=unsent')).html).toContain(
      'href="/dashboard/redrive?status=unsent"',
    );
    expect((await somebody.get('/dashboard/redrive?status=unsent')).html).toContain(
      'Send now what waits for a retry?',
    );
    await somebody.submit('/dashboard/redrive', { status: 'unsent' });
    expect((await world.messages.find(other.id))?.availableAt).toBe(world.clock.now());
  });

  test('asks again when there are more by now, and changes nothing', async () => {
    const somebody = visitor();
    const { id } = await settled(somebody.world, givenUp);
    await settled(somebody.world, givenUp);
    const { status, html } = await somebody.submit('/dashboard/redrive', { status: 'failed', count: '1' });
    expect(status).toBe(409);
    expect(html).toContain('There are 2 by now.');
    expect((await somebody.world.messages.find(id))?.status).toBe('failed');
    expect((await somebody.submit('/dashboard/redrive', { status: 'failed' })).status).toBe(409);
  });

  test('keeps to one phone number', async () => {
    const somebody = visitor();
    await settled(somebody.world, givenUp, { phoneNumber: '+15550100' });
    await settled(somebody.world, givenUp);
    const query = new URLSearchParams({ status: 'failed', phoneNumber: PHONE });
    const { html } = await somebody.get(`/dashboard/redrive?${query}`);
    expect(html).toContain('Redrive 1 failed message?');
    expect(html).toContain(`only those to ${PHONE}`);
    expect((await somebody.get('/dashboard/redrive?status=sent')).status).toBe(400);
  });
});

describe('sending', () => {
  test('stores what the form says', async () => {
    const somebody = visitor();
    const { location } = await somebody.submit('/dashboard/new', {
      phoneNumber: ` ${PHONE} `,
      content: 'one\r\ntwo',
      idempotencyKey: 'k',
      sendAt: '2040-01-01T12:00',
      expiresAt: '',
    });
    const id = /messages\/(\w+)\?done=enqueued/.exec(location ?? '')?.[1] ?? '';
    expect(await somebody.world.messages.find(id)).toMatchObject({
      phoneNumber: PHONE,
      content: 'one\ntwo',
      idempotencyKey: 'k',
      sendAt: Date.parse('2040-01-01T12:00:00Z'),
      expiresAt: null,
    });
  });

  test('says at each field what the API says of it, and keeps what was typed', async () => {
    const somebody = visitor();
    const form = { phoneNumber: '12"<b>', content: '', sendAt: 'soon' };
    const { status, html } = await somebody.submit('/dashboard/new', form);
    expect(status).toBe(400);
    const api = await somebody.world.post('/messages', form);
    const { details } = api.body as { details: readonly { field: string; problem: string }[] };
    expect(details.length).toBe(3);
    for (const { field } of details) expect(html).toContain(`id="${field}-problem"`);
    expect(html).toContain('value="12&quot;&lt;b&gt;"');
    expect(html).toContain('aria-invalid="true"');
  });

  test('leads to the stored one for a repeated key, and refuses it for another message', async () => {
    const somebody = visitor();
    const form = { phoneNumber: PHONE, content: 'Hello', idempotencyKey: 'k' };
    await somebody.submit('/dashboard/new', form);
    expect((await somebody.submit('/dashboard/new', form)).location).toContain('done=existing');
    const other = await somebody.submit('/dashboard/new', { ...form, content: 'Other' });
    expect(other.status).toBe(409);
    expect(other.html).toContain('belongs to another message');
  });
});

describe('the request of a new message', () => {
  const form = { phoneNumber: PHONE, content: '<b>Merhaba</b>', idempotencyKey: 'k' };

  function previewing(previewRequest?: DashboardOptions['previewRequest']): Visitor {
    const feed = new DashboardFeed({ clock: new ManualClock() });
    return visitor({ dashboard: { feed, ...(previewRequest && { previewRequest }) } });
  }

  test('is shown, escaped, below what was typed, and nothing is stored', async () => {
    const somebody = previewing(({ id, phoneNumber, content, idempotencyKey, expiresAt }) => ({
      kind: 'request',
      method: 'POST',
      url: 'https://example.com/hook',
      headers: { authorization: 'Basic •••', 'webhook-id': id },
      body: JSON.stringify({ phoneNumber, content, idempotencyKey, expiresAt }),
    }));
    expect((await somebody.get('/dashboard/new')).html).toContain('Show the request');
    const { status, html } = await somebody.submit('/dashboard/new/request', {
      ...form,
      expiresAt: '2040-01-01T12:00',
    });
    expect(status).toBe(200);
    expect(html).toMatch(
      /<pre tabindex="0">POST https:\/\/example\.com\/hook\nauthorization: Basic •••\nwebhook-id: [0-9a-f]{24}\n\n/,
    );
    const body = {
      phoneNumber: PHONE,
      content: '<b>Merhaba</b>',
      idempotencyKey: 'k',
      expiresAt: 2209032000000,
    };
    expect(html).toContain(
      JSON.stringify(body).replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    );
    expect(html).toContain('>&lt;b&gt;Merhaba&lt;/b&gt;</textarea>');
    expect(await somebody.world.messages.counts()).toMatchObject({ unsent: { count: 0 } });
  });

  test('is missing where the message would fail without one, and the reason is shown', async () => {
    const somebody = previewing(() => ({ kind: 'unbuildable', reason: 'content_not_json' }));
    const { html } = await somebody.submit('/dashboard/new/request', form);
    expect(html).toContain('the message would fail without a request. content not json');
    expect(await somebody.world.messages.counts()).toMatchObject({ unsent: { count: 0 } });
  });

  test('is not asked for a message that the API would refuse', async () => {
    const somebody = previewing(() => {
      throw new Error('asked');
    });
    const { status, html } = await somebody.submit('/dashboard/new/request', { ...form, content: '' });
    expect([status, html.includes('id="content-problem"')]).toEqual([400, true]);
  });

  test('has no button and no page where the app gives no preview', async () => {
    const somebody = previewing();
    expect((await somebody.get('/dashboard/new')).html).not.toContain('Show the request');
    expect((await somebody.submit('/dashboard/new/request', form)).status).toBe(404);
    expect(await somebody.world.messages.counts()).toMatchObject({ unsent: { count: 0 } });
  });
});

test('the sandbox shows what it received', async () => {
  const sandbox = new SandboxReceiver({ clock: createWorld().clock });
  const somebody = visitor({ sandbox });
  expect((await somebody.get('/dashboard/sandbox')).html).toContain('Nothing has arrived yet.');
  sandbox.accept(new Headers({ 'webhook-id': 'm-1', 'x-ins-auth-key': 'secret' }), '{"to":"<i>"}');
  const { html } = await somebody.get('/dashboard/sandbox');
  expect(html).toContain('&lt;i&gt;');
  expect(html).toContain('href="/dashboard/messages/m-1"');
  expect(html).not.toContain('secret');
  expect((await visitor().get('/dashboard/sandbox')).status).toBe(404);
});

describe('/docs', () => {
  test('is a reader of the document whose files all come from this server', async () => {
    const somebody = visitor();
    const { html } = await somebody.get('/docs');
    expect(html).toContain('data-url="/dashboard/openapi.json"');
    const files = [...html.matchAll(/(?:src|href)="(\/dashboard\/assets\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(files.map((path) => /assets\/([^?]+)/.exec(path)?.[1])).toContain('swagger-ui-bundle.js');
    for (const path of files) expect((await somebody.get(path)).status).toBe(200);
    expect(html).not.toMatch(/(?:src|href)="https?:/);
  });

  test.each(['/swagger', '/swagger/', '/swagger/index.html'])('is where %s leads', async (path) => {
    const { status, location } = await visitor().get(path);
    expect({ status, location }).toEqual({ status: 302, location: '/docs' });
  });
});

test('a fault of the store is a page, and is reported', async () => {
  const somebody = visitor();
  somebody.world.repository.list = () => Promise.reject(new StoreUnavailableError('mongodb://secret'));
  const { status, html } = await somebody.get('/dashboard/messages');
  expect(status).toBe(503);
  expect(html).toContain('store_unavailable');
  expect(html).not.toContain('secret');
  expect(somebody.world.faults).toMatchObject([{ code: 'store_unavailable', route: '/dashboard/messages' }]);
});
