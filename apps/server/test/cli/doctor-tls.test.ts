import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

// Each starts processes, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

// Node can't make a certificate, and a private key has no place in a repository.
const OPENSSL = 'openssl';
const hasOpenssl = spawnSync(OPENSSL, ['version']).status === 0;
const skipped = hasOpenssl ? '' : ' [SKIPPED: no openssl to make a certificate with]';

interface Receiver {
  readonly url: string;
  /** The file of its certificate. */
  readonly cert: string;
}

function openssl(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(OPENSSL, args);
  expect(status, String(stderr)).toBe(0);
}

/** A server whose certificate nobody has signed but itself, valid for so many days. */
async function selfSigned(days = 1): Promise<Receiver> {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = join(folder, 'request.pem');
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-new', ...kind, '-subj', '/CN=localhost', '-keyout', key, '-out', request);
  openssl('x509', '-req', '-in', request, '-key', key, '-days', String(days), '-out', cert);
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return { url: `https://localhost:${typeof address === 'object' ? address?.port : 0}/hook`, cert };
}

test.skipIf(!hasOpenssl)(
  `warns about a certificate that is only accepted because none is verified${skipped}`,
  async () => {
    const settings = { CLIENT_URL: (await selfSigned()).url, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { stdout } = await runCli(temporaryHome(), ['doctor'], settings);
    expect(stdout).toMatch(/warning +webhook .*its certificate is not valid \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
    expect(stdout).toContain('unset NODE_TLS_REJECT_UNAUTHORIZED');
    expect(stdout).not.toContain('its certificate is valid');
  },
);

test.skipIf(!hasOpenssl)(`fails for a certificate that nobody vouches for${skipped}`, async () => {
  const settings = { CLIENT_URL: (await selfSigned()).url };
  const { exitCode, stdout } = await runCli(temporaryHome(), ['doctor'], settings);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/failed +webhook .*cannot be reached/);
});

test.skipIf(!hasOpenssl)(
  `says of an expired certificate that it has to be renewed, not that an authority is missing${skipped}`,
  async () => {
    const { url, cert } = await selfSigned(-1);
    const settings = { CLIENT_URL: url, NODE_EXTRA_CA_CERTS: cert };
    const { exitCode, stdout } = await runCli(temporaryHome(), ['doctor'], settings);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/failed +webhook .*certificate has expired\n.*has to renew its certificate/);
    expect(stdout).not.toContain('NODE_EXTRA_CA_CERTS');
  },
);

test.each([
  ['warning', '0.0.0.0'],
  ['ok', '127.0.0.1'],
])(
  'says %s of a key that goes to %s without TLS: only a connection to this machine passes nobody',
  async (says, host) => {
    const server = createPlainServer().listen(0, host);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const url = `http://${host}:${typeof address === 'object' ? address?.port : 0}/hook`;
    const { stdout } = await runCli(temporaryHome(), ['doctor'], {
      CLIENT_URL: url,
      CLIENT_API_KEY: 'a-key-0123456789abcdef',
    });
    expect(stdout).toMatch(new RegExp(`^ *${says} +webhook `, 'm'));
    expect(stdout.includes('without TLS')).toBe(says === 'warning');
  },
);
