import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailableError } from '@messaging-system/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasOpenssl, selfSignedCertificate } from '../../../tooling/self-signed-certificate.ts';
import { PostgresStore } from '../src/index.ts';
import { insertMany, openStore } from './support/open-store.ts';
import { describeWithPostgres } from './support/services.ts';
import { openTlsProxy, type TlsProxy } from './support/tls-proxy.ts';

const title = hasOpenssl ? 'over TLS' : 'over TLS [SKIPPED: openssl is not on the PATH]';

describe.skipIf(!hasOpenssl)(title, () => {
  describeWithPostgres('a store', (world) => {
    /** The server behind a certificate for `localhost` that nobody has signed but itself. */
    async function openWorld(offer?: 'N') {
      const certificate = selfSignedCertificate();
      const proxy: TlsProxy = await openTlsProxy(world().uri, certificate, offer);
      onTestFinished(() => proxy.close());
      const folder = await mkdtemp(join(tmpdir(), 'postgres-tls-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const root = join(folder, 'root.pem');
      await writeFile(root, certificate.cert);
      const address = (host: string, parameters: string): string => {
        const uri = new URL(world().uri);
        [uri.hostname, uri.port] = [host, String(proxy.port)];
        return `${uri.href}?${parameters.replace('ROOT', encodeURIComponent(root))}`;
      };
      return { proxy, address };
    }

    test.each([
      ['encrypts whatever the certificate is', 'localhost', 'sslmode=require'],
      [
        'encrypts whatever the certificate is, also by the name of the driver',
        'localhost',
        'sslmode=no-verify',
      ],
      ['trusts the authority of sslrootcert', 'localhost', 'sslmode=require&sslrootcert=ROOT'],
      ['trusts it whatever the name is', '127.0.0.1', 'sslmode=verify-ca&sslrootcert=ROOT'],
      ['trusts it and the name', 'localhost', 'sslmode=verify-full&sslrootcert=ROOT'],
    ])('%s: %s, %s', async (_what, host, parameters) => {
      const { proxy, address } = await openWorld();
      const uri = address(host, parameters);
      const store = await openStore({ uri, schema: world().freshName() });
      await insertMany(store, 1);
      expect(proxy.encrypted()).toBeGreaterThan(0);
      const before = proxy.encrypted();
      // The connection that listens is a connection of its own.
      expect(await store.notificationProblem()).toBeNull();
      expect(proxy.encrypted()).toBe(before + 1);
    });

    test.each([
      ['by an unknown authority', 'localhost', 'sslmode=verify-full', 'self-signed certificate'],
      ['of another name', '127.0.0.1', 'sslmode=verify-full&sslrootcert=ROOT', 'altnames'],
    ])('does not open with a certificate %s', async (_what, host, parameters, reason) => {
      const { proxy, address } = await openWorld();
      const opening = PostgresStore.open({ uri: address(host, parameters), schema: world().freshName() });
      await expect(opening).rejects.toBeInstanceOf(StoreUnavailableError);
      await expect(opening).rejects.toThrow(new RegExp(reason, 'i'));
      expect(proxy.encrypted()).toBeLessThanOrEqual(1);
    });

    test('does not open where the server has no TLS, rather than speak in the clear', async () => {
      const { address } = await openWorld('N');
      const uri = address('localhost', 'sslmode=require');
      const opening = PostgresStore.open({ uri, schema: world().freshName() });
      await expect(opening).rejects.toThrow('does not support SSL');
    });
  });
});
