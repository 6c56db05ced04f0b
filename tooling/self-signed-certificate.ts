import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Node cannot make a certificate, and a private key has no place in a repository.
const OPENSSL = 'openssl';
export const hasOpenssl: boolean = spawnSync(OPENSSL, ['version']).status === 0;

/** A key and a certificate for localhost that nobody has signed but itself, valid for two days. */
export function selfSignedCertificate(): { readonly key: Buffer; readonly cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'self-signed-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const asked =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
    const { status, stderr } = spawnSync(OPENSSL, [...asked.split(' '), '-keyout', key, '-out', cert]);
    if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
