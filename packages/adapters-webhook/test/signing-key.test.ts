import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigningKey, signingKey } from '../src/signing-key.ts';

const hmac = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64');

const keys = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const texts = fc.string({ unit: 'binary', maxLength: 3_000 });

describe('SigningKey', () => {
  it('signs as createHmac does, whatever the key and the text', () => {
    fc.assert(
      fc.property(keys, texts, (key, text) => {
        expect(new SigningKey(key).sign(text)).toBe(hmac(key, text));
      }),
    );
  });

  it('signs one text after the other, a short one after a long one too', () => {
    fc.assert(
      fc.property(keys, fc.array(texts, { maxLength: 10 }), (key, all) => {
        const signing = new SigningKey(key);
        expect(all.map((text) => signing.sign(text))).toEqual(all.map((text) => hmac(key, text)));
      }),
    );
  });

  it.each([1_364, 1_365, 1_366, 4_096, 100_000])('signs a text of %i three-byte characters', (length) => {
    const key = Buffer.from('a key');
    const text = '€'.repeat(length);
    expect(new SigningKey(key).sign(text)).toBe(hmac(key, text));
  });

  it.each([63, 64, 65, 128])('takes a key of %i bytes', (length) => {
    const key = Buffer.alloc(length, 'k');
    expect(new SigningKey(key).sign('text')).toBe(hmac(key, 'text'));
  });

  it('gives the second answer of RFC 4231', () => {
    const signature = new SigningKey(Buffer.from('Jefe')).sign('what do ya want for nothing?');
    expect(Buffer.from(signature, 'base64').toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('shows nothing of the secret when it is printed', () => {
    const key = signingKey('very secret');
    expect(inspect(key, { showHidden: true, depth: 9 })).not.toMatch(/very|secret|76 65 72/);
    expect(JSON.stringify(key)).toBe('{}');
  });
});

// The example of the Standard Webhooks specification, and the private key with which its reference implementations sign it.
const PRIVATE_KEY =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const SIGNED = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}';
const SIGNATURE = 'hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';

describe('an ed25519 key', () => {
  it('signs the example of Standard Webhooks as it is given there', () => {
    expect(signingKey(PRIVATE_KEY)?.sign(SIGNED)).toBe(SIGNATURE);
    expect(signingKey(PRIVATE_KEY)?.version).toBe('v1a');
  });

  it('is the same without its public key behind it', () => {
    const seed = Buffer.from(PRIVATE_KEY.slice('whsk_'.length), 'base64').subarray(0, 32).toString('base64');
    expect(signingKey(`whsk_${seed}`)?.sign(SIGNED)).toBe(SIGNATURE);
  });

  it.each(['whsk_', 'whsk_AAAA', 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='])(
    'is not %s',
    (secret) => {
      expect(signingKey(secret)).toBeNull();
    },
  );

  it('shows nothing of the secret when it is printed', () => {
    expect(inspect(signingKey(PRIVATE_KEY), { showHidden: true, depth: 9 })).not.toContain('6Xb/');
  });
});
