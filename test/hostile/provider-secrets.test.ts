import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ServerProcess } from '../../evidence/support/server-process.ts';
import { TemporaryFolder } from '../../evidence/support/temporary-folder.ts';
import { until } from '../../evidence/support/until.ts';

/** Cannot be in any text by chance, and looks different in each encoding. */
function planted(name: string): string {
  return `planted ${name}/+&"${randomBytes(6).toString('hex')}`;
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const encoded = encodeURIComponent(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encoded,
    encoded.toLowerCase(),
    new URLSearchParams({ '': secret }).toString().slice(1),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
}

/** Refuses every message, and repeats all that it was sent, in several forms; gives a token where it is asked for one. */
async function repeatingProvider(token: string): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    void textOf(incoming).then((body) => {
      if (incoming.url === '/token')
        return outgoing.end(JSON.stringify({ access_token: token, expires_in: 600 }));
      const credentials = String(incoming.headers.authorization).split(' ')[1] ?? '';
      const decoded = Buffer.from(credentials, 'base64').toString();
      const seen = [
        JSON.stringify(incoming.headers),
        incoming.url,
        body,
        ...formsOf(decoded),
        ...formsOf(credentials),
      ];
      outgoing.writeHead(400, {
        'content-type': 'application/json',
        'x-request-id': encodeURIComponent(credentials),
      });
      return outgoing.end(JSON.stringify({ error: 'the provider said no', seen }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server is bound to no port');
  return `http://127.0.0.1:${address.port}`;
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return text;
}

test.each(['basic', 'bearer', 'header', 'oauth2'] as const)(
  'the secret of %s is in no store file, log line, answer of the API or page, though the provider repeats it',
  async (kind) => {
    const secret =
      kind === 'bearer' || kind === 'oauth2' ? planted(kind).replaceAll(/[^\w+/]/g, '-') : planted(kind);
    const own = planted('in the body');
    const token = `token-${randomBytes(12).toString('hex')}`;
    const url = await repeatingProvider(token);
    const auth = {
      basic: { kind, user: 'ann', password: '{env.PROVIDER_SECRET}' },
      bearer: { kind, token: '{env.PROVIDER_SECRET}' },
      header: { kind, name: 'authorization', value: 'App {env.PROVIDER_SECRET}' },
      oauth2: { kind, tokenUrl: `${url}/token`, clientId: 'ann', clientSecret: '{env.PROVIDER_SECRET}' },
    }[kind];
    await using folder = await TemporaryFolder.make();
    await using server = await ServerProcess.start(
      {
        CLIENT_URL: url,
        CLIENT_AUTH: JSON.stringify(auth),
        CLIENT_BODY: JSON.stringify({ to: '{phoneNumber}', text: '{content}', own: '{env.OWN_SECRET}' }),
        PROVIDER_SECRET: secret,
        OWN_SECRET: own,
        LOG_LEVEL: 'trace',
      },
      folder.path,
    );
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ phoneNumber: '+905551234567', content: 'Hello' });
    const stored = await (await fetch(`${server.url}/messages`, { method: 'POST', headers, body })).text();
    const { id } = JSON.parse(stored) as { readonly id: string };
    await until('the message is given up', () => server.output.includes('http_400'));
    const answers = [];
    for (const path of [
      `/messages/${id}`,
      '/messages',
      '/metrics',
      '/processor',
      '/',
      `/dashboard/messages/${id}`,
    ])
      answers.push(await (await fetch(server.url + path)).text());
    expect(answers[0]).toContain('the provider said no');
    await server.stop();
    const files = readdirSync(folder.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString('latin1'));
    expect(files.length).toBeGreaterThan(0);
    const everything = [server.output, ...answers, ...files].join('\n');
    for (const form of [...formsOf(secret), ...formsOf(own), ...formsOf(token), ...formsOf(`ann:${secret}`)])
      expect(everything).not.toContain(form);
  },
  60_000,
);
