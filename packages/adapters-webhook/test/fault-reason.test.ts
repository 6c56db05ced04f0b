import { describe, expect, test } from 'vitest';
import { reasonAfterWriting, reasonBeforeWriting } from '../src/fault-reason.ts';

function fault(code: string): Error {
  return Object.assign(new Error('a fault'), { code });
}

describe('reasonBeforeWriting', () => {
  test.each([
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'connection_refused'],
    ['ETIMEDOUT', 'connect_timeout'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['ADDRESS_REFUSED', 'address_refused'],
    ['EPROTO', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['ECONNRESET', 'connect_failed'],
    ['EMFILE', 'connect_failed'],
  ])('calls %s %s', (code, reason) => {
    expect(reasonBeforeWriting(fault(code))).toBe(reason);
  });

  test('has a word for a thrown value that is not an error', () => {
    for (const thrown of [undefined, null, 'ENOTFOUND', {}, new Error('no code')]) {
      expect(reasonBeforeWriting(thrown)).toBe('connect_failed');
    }
  });
});

describe('reasonAfterWriting', () => {
  test('calls what is not known to be an answer a reset', () => {
    for (const thrown of [undefined, fault('ECONNRESET'), fault('EPIPE'), fault('ENOTFOUND')]) {
      expect(reasonAfterWriting(thrown)).toBe('connection_reset');
    }
  });
});
