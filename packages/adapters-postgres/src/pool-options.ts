import { Client, type ClientConfig } from 'pg';

const CONNECTION_TIMEOUT_MS = 5_000;

/** The values of `sslmode`. `prefer` and `allow` fall back to no encryption, which nobody would notice. */
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/**
 * How to connect to what the URI names, as libpq reads it: `sslmode=require` encrypts, and looks at the certificate
 * only where `sslrootcert` names one; `verify-full` always does. A password that is not in it comes from PGPASSWORD or
 * the file PGPASSFILE. Returns a text where the URI cannot be used, which repeats nothing of it.
 */
export function clientConfig(uri: string): ClientConfig | string {
  const address = addressOf(uri);
  if (address === null) {
    return 'must be postgres://user:password@host:port/database, with special characters of the password percent-encoded, and one host';
  }
  const mode = address.searchParams.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode))
    return `has an sslmode that is not one of ${SSL_MODES.join(', ')}`;
  if (mode !== null && mode !== 'no-verify' && !address.searchParams.has('uselibpqcompat')) {
    address.searchParams.set('uselibpqcompat', 'true');
  }
  const config: ClientConfig = {
    connectionString: address.href,
    fallback_application_name: 'messaging-system',
    keepAlive: true,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
  };
  try {
    // Reads the certificates that it names.
    new Client(config);
    return config;
  } catch (error) {
    const isFile = error instanceof Error && 'syscall' in error;
    if (isFile) return `names a certificate that cannot be read (${error.message})`;
    if (mode === 'verify-ca') return 'has sslmode=verify-ca, which needs sslrootcert';
    return 'cannot be read by the driver';
  }
}

function addressOf(uri: string): URL | null {
  if (!/^postgres(ql)?:\/\//.test(uri)) return null;
  const address = URL.parse(uri);
  return address?.host.includes(',') ? null : address;
}
