import { request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ServerProcess } from '../../evidence/support/server-process.ts';
import { onEachStore } from '../../evidence/support/store-matrix.ts';
import { type Asked, anyRequest } from '../../packages/http-hono/test/support/any-request.ts';
import { DocumentedAnswers } from '../../packages/http-hono/test/support/documented-answers.ts';
import { cases, FUZZ_TIMEOUT_MS } from './support/fuzz.ts';

interface Answered {
  readonly status: number;
  readonly text: string;
}

const AT_ONCE = 10;
// Streams for as long as its reader stays.
const ENDLESS = '/events';

onEachStore('the server process', (openStore) => {
  test(
    'answers whatever is asked as its own document says, and no 5xx but that it is not ready while it drains',
    async () => {
      await using store = await openStore();
      await using server = await ServerProcess.start(
        { ...store.environment, PROCESSOR_INTERVAL: '50ms' },
        store.folder,
      );
      const documented = new DocumentedAnswers((await server.get('/openapi.json')).body);
      const seen = new Set<number>();
      const first = await server.post<{ readonly id: string }>('/messages', {
        phoneNumber: '+905551234567',
        content: 'Hello',
      });
      const ids = [
        first.body.id,
        '0'.repeat(24),
        hostileId({ $gt: '' }),
        hostileId({ $regularExpression: { pattern: '.', options: '' } }),
      ];
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyRequest(documented.document, ids), { minLength: AT_ONCE, maxLength: AT_ONCE }),
          async (batch) => {
            const asked = batch.filter(({ path }) => !path.startsWith(ENDLESS));
            const answers = await Promise.all(asked.map((one) => ask(server.url, one)));
            asked.forEach((one, index) => {
              const answer = answers[index];
              if (answer === undefined) throw new Error('there is an answer for each');
              seen.add(answer.status);
              const text = `${one.method} ${one.path}: ${answer.text}`;
              if (!saysThatItDrains(one, answer)) expect(answer.status, text).toBeLessThan(500);
              expect(problemOf(documented, one, answer)).toBeUndefined();
            });
          },
        ),
        cases(12),
      );
      expect(server.hasExited).toBe(false);
      expect(server.output).not.toContain('"level":60');
      expect([...seen]).toEqual(expect.arrayContaining([200, 201, 400, 404, 405]));
    },
    FUZZ_TIMEOUT_MS,
  );

  test('an id that is a filter finds, cancels and redrives nothing', async () => {
    await using store = await openStore();
    await using server = await ServerProcess.start(
      { ...store.environment, PROCESSOR_AUTO_START: 'false' },
      store.folder,
    );
    await server.post('/messages', { phoneNumber: '+905551234567', content: 'Hello' });
    for (const operator of [
      { $gt: '' },
      { $ne: null },
      { $exists: true },
      { $regex: '.' },
      { $where: '1' },
    ]) {
      const id = hostileId(operator);
      expect((await server.get(`/messages/${id}`)).status).toBe(404);
      expect((await server.post(`/messages/${id}/cancel`)).status).toBe(404);
      expect((await server.post(`/messages/${id}/redrive`)).status).toBe(404);
    }
    expect(Object.values(await store.storedStates())).toMatchObject([{ status: 'unsent' }]);
  });
});

/** As the MongoDB adapter writes an id that is not an ObjectId. */
function hostileId(id: object): string {
  return `bson-${Buffer.from(JSON.stringify({ id })).toString('base64url')}`;
}

/** One of the others may have been to stop the processor: until what is under way has ended no load balancer is to send it more. */
function saysThatItDrains({ method, path }: Asked, { status, text }: Answered): boolean {
  if (status !== 503 || !/^\/readyz\/?(?:\?|$)/.test(sendable(path))) return false;
  if (method === 'HEAD') return true;
  const { code, details } = JSON.parse(text);
  return code === 'not_ready' && details.state === 'draining' && details.checks.store.ok;
}

function problemOf(
  documented: DocumentedAnswers,
  { method, path }: Asked,
  { status, text }: Answered,
): string | undefined {
  if (method === 'HEAD') return text === '' ? undefined : 'HEAD has a body';
  if (text === '') return `${method} ${path} ${status} has no body`;
  const { pathname } = new URL(`http://localhost${sendable(path)}`);
  // Not every answer of the page and the metrics is JSON; their own tests look at them.
  if (!/^[[{]/.test(text)) return undefined;
  // A method that node:http knows and Hono has no route for, or a target that no URL can be made of.
  if (status === 400 && text.includes('the target of the request')) return undefined;
  return documented.problemOf(method, pathname, status, JSON.parse(text));
}

function ask(url: string, { method, path, headers, body }: Asked): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  // How a body is framed is the business of the tests on sockets; node:http does not know the method BREW.
  const bytes = Buffer.from(method === 'GET' || method === 'HEAD' ? '' : (body ?? ''));
  const given = { ...headers, 'content-length': String(bytes.length) };
  const request = httpRequest(
    url,
    {
      method: method === 'BREW' ? 'PURGE' : method,
      path: sendable(path),
      headers: given,
      timeout: 30_000,
    },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
      response.on('error', reject);
    },
  );
  request.on('error', reject);
  request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${path}`)));
  request.end(bytes);
  return promise;
}

// node:http sends no target with spaces or beyond Latin-1; what is escaped already stays as it is.
function sendable(path: string): string {
  const target = encodeURI(path).replaceAll('%25', '%');
  return target.startsWith('/') ? target : `/${target}`;
}
