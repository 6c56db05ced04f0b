import { describe, expect, test } from 'vitest';
import { type ContractChoice, UnbuildableMessageError, UndiciWebhookSender } from '../src/index.ts';
import { deliver, json, provider, senderOf } from './contract-sender.ts';

const BODY = { to: '{phoneNumber}', text: '{content}' };

function problemsOf(contract: ContractChoice, url = 'http://provider.example'): readonly string[] {
  try {
    new UndiciWebhookSender({ url, contract });
    return [];
  } catch (error) {
    return error instanceof Error && 'problems' in error
      ? (error.problems as readonly string[])
      : [String(error)];
  }
}

describe('a request', () => {
  test('keeps the type of a value that is one hole, and leaves it out where it has none', async () => {
    const { url, seen } = await provider(() => ({ status: 200 }));
    const body = {
      n: '{attempt}',
      left: '{secondsLeft}',
      key: '{idempotencyKey}',
      ref: '{metadata.ref}',
      list: ['{metadata.ref}', 'x'],
      deep: { a: null, b: true, c: 1.5 },
    };
    await deliver(senderOf({ url, contract: { body } }), { idempotencyKey: null, expiresAt: null });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      n: 1,
      list: ['x'],
      deep: { a: null, b: true, c: 1.5 },
    });
  });

  test('sends a content that looks like a template as it is', async () => {
    const { url, seen } = await provider(() => ({ status: 200 }));
    const content = '{env.KEY} {phoneNumber} {{x}} {with.from}';
    await deliver(senderOf({ url, contract: { body: { ...BODY, literal: '{{content}}' } } }), { content });
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ text: content, literal: '{content}' });
  });

  test('has the method, the path, the query and the headers of the contract', async () => {
    const { url, seen } = await provider(() => ({ status: 200 }));
    const contract: ContractChoice = {
      method: 'GET',
      headers: { Accept: 'application/json', 'X-To': '{phoneNumber.digits}', 'x-none': '{metadata.none}' },
    };
    await deliver(
      senderOf({ url: `${url}/send/{id}?to={phoneNumber}&none={metadata.none}&c=a%20b`, contract }),
      { id: 'a/b' },
    );
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/send/a%2Fb?to=%2B905551111111&c=a%20b', body: '' });
    expect(seen[0]?.headers).toMatchObject({ accept: 'application/json', 'x-to': '905551111111' });
    expect(seen[0]?.headers).not.toHaveProperty('x-none');
    expect(seen[0]?.headers).not.toHaveProperty('webhook-id');
  });

  test('without a body of its own is the usual one, with the headers of Standard Webhooks', async () => {
    const { url, seen } = await provider(() => ({ status: 200 }));
    await deliver(senderOf({ url, contract: { accept: { status: 200 } } }), { content: 'Hello' });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ to: '+905551111111', content: 'Hello' });
    expect(seen[0]?.headers['webhook-id']).toBeDefined();
  });
});

describe('a message that cannot be built', () => {
  test.each([
    [
      'a hole in a longer text has no value',
      { body: { ...BODY, ref: 'order {metadata.order}' } },
      {},
      'no_value_of_metadata.order',
    ],
    [
      'a header would get a line break',
      { body: BODY, headers: { 'x-text': '{content}' } },
      { content: 'a\r\nx: y' },
      'invalid_header_value',
    ],
    [
      'a header would get what Latin-1 has not',
      { body: BODY, headers: { 'x-text': '{content}' } },
      { content: 'ş' },
      'invalid_header_value',
    ],
    ['the body is one hole without a value', { body: '{metadata.event}' }, {}, 'no_value_of_body'],
    [
      'the preset sends JSON and the content is none',
      { preset: 'standard-webhooks' },
      { content: '{' },
      'content_not_json',
    ],
  ] as const)('fails without a request: %s', async (_, contract, message, reason) => {
    const { url, seen } = await provider(() => ({ status: 200 }));
    expect(await deliver(senderOf({ url, contract }), message)).toEqual({
      kind: 'permanent',
      reason,
      noRequest: true,
    });
    expect(seen).toEqual([]);
  });

  test.each(['.', '..', '%2e', '%2E.', ''])(
    'fails without a request: a segment of the path would be %j',
    async (phoneNumber) => {
      const { url, seen } = await provider(() => ({ status: 200 }));
      const outcome = await deliver(senderOf({ url: `${url}/{phoneNumber}/x`, contract: { body: BODY } }), {
        phoneNumber,
      });
      // A percent sign is encoded once more, so those spellings are a segment as any other.
      if (phoneNumber.startsWith('%')) expect(outcome).toEqual({ kind: 'accepted' });
      else expect(outcome).toEqual({ kind: 'permanent', reason: 'invalid_path_segment', noRequest: true });
      expect(seen).toHaveLength(phoneNumber.startsWith('%') ? 1 : 0);
    },
  );
});

describe('the response rules', () => {
  const outcomeOf = async (contract: ContractChoice, status: number, body: unknown, headers = {}) => {
    const { url } = await provider(() => json(status, body, headers));
    return await deliver(senderOf({ url, contract: { body: BODY, ...contract }, keepResponses: 'none' }));
  };

  test('are tried in order, before accept', async () => {
    const reject = [
      { status: 200, when: { path: 'code', in: ['5'] }, as: 'permanent' },
      { when: { path: 'code', in: ['5', '6'] }, as: 'refusing' },
    ] as const;
    expect(await outcomeOf({ reject }, 200, { code: 5 })).toEqual({
      kind: 'permanent',
      reason: 'http_200_5',
    });
    expect(await outcomeOf({ reject }, 200, { code: '6' })).toMatchObject({
      endpoint: 'refusing',
      reason: 'http_200_6',
    });
    expect(await outcomeOf({ reject }, 200, { code: 7, messageId: 8 })).toEqual({
      kind: 'accepted',
      webhookMessageId: '8',
    });
  });

  test('take every entry for accept and any entry for reject', async () => {
    const accept = { when: { path: 'm.*.s', in: ['0'] } };
    const reject = [{ when: { path: 'm.*.s', in: ['1'] }, as: 'permanent' }] as const;
    expect(await outcomeOf({ accept }, 200, { m: [{ s: 0 }, { s: '0' }] })).toEqual({ kind: 'accepted' });
    for (const m of [[{ s: 0 }, { s: 2 }], [{ s: 0 }, {}], [], 'text', null])
      expect(await outcomeOf({ accept }, 200, { m })).toEqual({
        kind: 'ambiguous',
        reason: 'unexpected_response',
      });
    expect(await outcomeOf({ accept, reject }, 200, { m: [{ s: 0 }, { s: 1 }] })).toMatchObject({
      kind: 'permanent',
    });
  });

  test('need all clauses of a list', async () => {
    const reject = [
      {
        when: [
          { path: 'a', in: ['1'] },
          { path: 'b', in: ['2'] },
        ],
        as: 'permanent',
      },
    ] as const;
    expect(await outcomeOf({ reject }, 200, { a: 1, b: 2 })).toMatchObject({ kind: 'permanent' });
    expect(await outcomeOf({ reject }, 200, { a: 1, b: 3 })).toEqual({ kind: 'accepted' });
  });

  test('compare large numbers by their digits', async () => {
    const { url } = await provider(() => ({ status: 200, body: '{"id":12345678901234567890,"code":1.50}' }));
    const contract: ContractChoice = {
      body: BODY,
      accept: { when: { path: 'code', in: ['1.50'] } },
      messageId: 'id',
    };
    expect(await deliver(senderOf({ url, contract }))).toEqual({
      kind: 'accepted',
      webhookMessageId: '12345678901234567890',
    });
  });

  test('let Retry-After win over after, and pause deliveries', async () => {
    const reject = [{ status: 420, as: 'retryable', after: '10s' }] as const;
    const busy = { kind: 'retryable', reason: 'http_420', busy: true };
    expect(await outcomeOf({ reject }, 420, {})).toEqual({ ...busy, retryAfterMs: 10_000 });
    expect(await outcomeOf({ reject }, 420, {}, { 'retry-after': '3' })).toEqual({
      ...busy,
      retryAfterMs: 3_000,
    });
  });

  test('leave a status that nothing is said of to the usual table', async () => {
    const contract = { accept: { status: 201 } };
    expect(await outcomeOf(contract, 200, {})).toEqual({ kind: 'ambiguous', reason: 'http_200' });
    expect(await outcomeOf(contract, 400, {})).toEqual({ kind: 'permanent', reason: 'http_400' });
    expect(await outcomeOf(contract, 500, {})).toEqual({ kind: 'retryable', reason: 'http_500' });
  });
});

describe('what is kept of a response', () => {
  test('are status, a few headers and the body, of failures only', async () => {
    const headers = { 'retry-after': '1', 'x-request-id': 'r-1', 'set-cookie': 'secret' };
    const { url } = await provider(({ body }) =>
      json(body.includes('fail') ? 400 : 200, { why: 'no' }, headers),
    );
    const sender = senderOf({ url, contract: { body: BODY, reject: [{ status: 400, as: 'permanent' }] } });
    expect(await deliver(sender, { content: 'fail' })).toMatchObject({
      response: {
        status: 400,
        headers: { 'content-type': 'application/json', 'retry-after': '1', 'x-request-id': 'r-1' },
        body: '{"why":"no"}',
      },
    });
    expect(await deliver(sender, { content: 'Hello' })).toEqual({ kind: 'accepted' });
  });

  test('has no secret in any of its forms, also where it would be cut', async () => {
    const password = 'p&ss wörd/"+secret';
    const basic = Buffer.from(`ann:${password}`).toString('base64');
    const forms = [
      password,
      encodeURIComponent(password),
      encodeURIComponent(password).toLowerCase(),
      new URLSearchParams({ p: password }).toString().slice(2),
      Buffer.from(password).toString('base64'),
      basic,
      JSON.stringify(password),
    ];
    const { url } = await provider(() => ({
      status: 400,
      headers: { 'x-request-id': password.replace('ö', 'o') },
      body: `${'x'.repeat(1_000)}${forms.join(' ')}`,
    }));
    const auth = { kind: 'basic', user: 'ann', password } as const;
    const outcome = await deliver(senderOf({ url, contract: { body: BODY }, auth }));
    const shown = JSON.stringify(outcome);
    for (const form of [...forms, 'secret', basic])
      expect(shown.replace(/x-request-id[^,}]*/, '')).not.toContain(form);
  });
});

describe('the hooks', () => {
  test('make headers, sign the whole request and read the response', async () => {
    const { url, seen } = await provider(() => ({ status: 299, body: 'DONE 42' }));
    const signed: unknown[] = [];
    const sender = senderOf({
      url: `${url}/x?y=1`,
      buildBody: ({ content }) => ({ content }),
      contract: { encoding: 'form' },
      headers: async ({ id }) => ({ 'X-Own': id }),
      signRequest: (request) => {
        signed.push(request);
        return { authorization: `Sig ${request.method} ${request.body.length}` };
      },
      readResponse: ({ status, body, isWhole }) =>
        isWhole && body.toString().startsWith('DONE')
          ? { kind: 'accepted', webhookMessageId: `${status}-${body.toString().slice(5)}` }
          : null,
    });
    expect(await deliver(sender, { id: 'm-1', content: 'a&b' })).toEqual({
      kind: 'accepted',
      webhookMessageId: '299-42',
    });
    expect(seen[0]).toMatchObject({
      body: 'content=a%26b',
      headers: { 'x-own': 'm-1', authorization: 'Sig POST 13' },
    });
    expect(signed).toMatchObject([
      { method: 'POST', url: `${url}/x?y=1`, headers: { 'x-own': 'm-1' }, body: 'content=a%26b' },
    ]);
  });

  test('send nothing when they throw, and say so', async () => {
    const { url, seen } = await provider(() => ({ status: 200 }));
    const error = new Error('mine');
    const throwing = () => {
      throw error;
    };
    expect(await deliver(senderOf({ url, headers: throwing }))).toEqual({
      kind: 'retryable',
      reason: 'hook_failed',
      error,
    });
    expect(await deliver(senderOf({ url, signRequest: throwing }))).toEqual({
      kind: 'retryable',
      reason: 'hook_failed',
      error,
    });
    const unbuildable = () => {
      throw new UnbuildableMessageError('no_such_template');
    };
    expect(await deliver(senderOf({ url, buildBody: unbuildable }))).toEqual({
      kind: 'permanent',
      reason: 'no_such_template',
      noRequest: true,
    });
    expect(seen).toEqual([]);
  });

  test('leave the outcome unknown when the one that reads the response throws', async () => {
    const { url } = await provider(() => ({ status: 200 }));
    const readResponse = () => {
      throw new Error('mine');
    };
    expect(await deliver(senderOf({ url, readResponse }))).toEqual({
      kind: 'ambiguous',
      reason: 'response_hook_failed',
    });
  });
});

describe('a contract is refused', () => {
  test.each<[ContractChoice, RegExp]>([
    [{ body: { a: 'x {y' } }, /^contract\.body\.a has a single \{/],
    [{ body: { a: '{with.x}' } }, /with has no x/],
    [{ encoding: 'text', body: 'to {content}' }, /exactly one hole/],
    [{ encoding: 'form', body: ['a'] }, /must be a map/],
    [{ encoding: 'xml', body: '<{content}/>' }, /has \{content\} where XML/],
    [{ encoding: 'xml', body: '<![CDATA[{content}]]>' }, /where XML/],
    [{ encoding: 'xml', body: '<a b={content}/>' }, /where XML/],
    [{ method: 'GET', body: BODY }, /not sent with the method GET/],
    [{ body: BODY, headers: { host: 'x' } }, /headers\.host is set with each request/],
    [{ body: BODY, messageId: 'a.*.b' }, /must not have \*/],
    [{ body: BODY, reject: [{ as: 'permanent' }] }, /neither status nor when/],
    [{ body: BODY, reject: [{ status: 99, as: 'permanent' }] }, /from 200 to 599/],
    [
      { body: BODY, reject: [{ status: 400, as: 'permanent', after: '1s' }] },
      /only for rules with as: retryable/,
    ],
    [{ body: BODY, reject: [{ status: 400, as: 'retryable', after: '1 day' }] }, /must be a duration/],
    [{ preset: 'slack', with: { x: 'y' } }, /contract\.with\.x is unknown/],
  ])('%j', (contract, problem) => {
    expect(problemsOf(contract)).toEqual([expect.stringMatching(problem)]);
  });

  test.each([
    ['http://{phoneNumber}.example/', /scheme, user, host or port/],
    ['http://x/{content}#f', /fragment/],
    ['http://x/?{content}=1', /name of a query field/],
    ['ftp://x/{content}', /must begin with http/],
    ['http://user:secret@x/{content}', /must not carry a user name/],
  ])('with the URL %s', (url, problem) => {
    expect(problemsOf({ body: BODY }, url)).toEqual([expect.stringMatching(problem)]);
  });
});
