import { aMessage } from '@messaging-system/contract-tests';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ContractChoice } from '../src/index.ts';
import { UnbuildableMessageError } from '../src/index.ts';
import { webhookSettings } from '../src/webhook-settings.ts';

const RUNS = 10_000;
// On a machine that does much else at the same time.
const PATIENCE = { timeout: 120_000 };

// Texts that break out of encodings, in addition to random ones.
const NASTY = [
  '{content}',
  '{{',
  '}}',
  '{env.KEY}',
  '{with.from}',
  '"',
  "'",
  '\\',
  '&',
  '=',
  '%',
  '+',
  ';',
  '<![CDATA[',
  ']]>',
  '-->',
  '<',
  '>',
  '\r\n',
  '\n',
  '\0',
  '/',
  '..',
  '.',
  '%2e%2e',
  '?',
  '#',
  '\ud800',
  '\u2028',
  '😀',
  'ş',
  ',',
  ']',
  '}',
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 4 })), { maxLength: 8 })
    .map((parts) => parts.join('')),
);

const message = fc.record({ content: text, phoneNumber: text, entry: text });

interface Built {
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Builds the request of each generated message and hands it on; what cannot be built is counted. */
function eachRequest(
  contract: ContractChoice,
  see: (
    built: Built,
    given: { readonly content: string; readonly phoneNumber: string; readonly entry: string },
  ) => void,
): number {
  const options = {
    url: 'http://provider.example/send/{phoneNumber}/to?text={content}&ref={metadata.entry}',
    contract,
  };
  const settings = webhookSettings(options);
  let unbuildable = 0;
  fc.assert(
    fc.property(message, (given) => {
      const { content, phoneNumber, entry } = given;
      try {
        const filled = aMessage({ content, phoneNumber, metadata: { entry } });
        const { path = '', headers, body } = settings.plan.build(filled, { attempt: 1 }, settings);
        const pairs = Array.from(
          { length: headers.length / 2 },
          (_, at) => [headers[at * 2] ?? '', headers[at * 2 + 1] ?? ''] as const,
        );
        expect(pairs).toHaveLength(new Map(pairs).size);
        see({ path, headers: new Map(pairs), body }, given);
      } catch (error) {
        if (!(error instanceof UnbuildableMessageError)) throw error;
        unbuildable += 1;
        const isPathFault = /^(?:\.|%2e){0,2}$/i.test(phoneNumber);
        const isHeaderFault = /[^\t\x20-\x7e\x80-\xff]/.test(entry);
        expect([error.reason, isPathFault || isHeaderFault]).toEqual([error.reason, true]);
      }
    }),
    { numRuns: RUNS },
  );
  return unbuildable;
}

function expectUrl(
  path: string,
  {
    phoneNumber,
    content,
    entry,
  }: { readonly phoneNumber: string; readonly content: string; readonly entry: string },
): void {
  const url = new URL(path, 'http://provider.example');
  expect(url.pathname.split('/').map(decodeURIComponent)).toEqual([
    '',
    'send',
    phoneNumber.toWellFormed(),
    'to',
  ]);
  expect([...url.searchParams]).toEqual([
    ['text', content.toWellFormed()],
    ['ref', entry.toWellFormed()],
  ]);
}

test('10,000 generated messages are what a receiver parses from URL and JSON', PATIENCE, () => {
  const contract: ContractChoice = {
    body: { to: '{phoneNumber}', nested: { list: ['{content}', 'to {metadata.entry}!'] } },
  };
  eachRequest(contract, ({ path, body }, given) => {
    expectUrl(path, given);
    expect(JSON.parse(body)).toEqual({
      to: given.phoneNumber,
      nested: { list: [given.content, `to ${given.entry}!`] },
    });
  });
});

test('10,000 generated messages are what a receiver parses from URL and form', PATIENCE, () => {
  const contract: ContractChoice = {
    encoding: 'form',
    body: { to: '{phoneNumber}', text: ['{content}', 'a {metadata.entry}'] },
  };
  eachRequest(contract, ({ path, body }, given) => {
    expectUrl(path, given);
    expect([...new URLSearchParams(body)]).toEqual([
      ['to', given.phoneNumber.toWellFormed()],
      ['text', given.content.toWellFormed()],
      ['text', `a ${given.entry.toWellFormed()}`],
    ]);
  });
});

test('10,000 generated messages are what a receiver parses from XML', PATIENCE, () => {
  const contract: ContractChoice = {
    encoding: 'xml',
    body: '<sms ref="{metadata.entry}"><to>{phoneNumber}</to><text>{content}</text></sms>',
  };
  eachRequest(contract, ({ body }, given) => {
    const [, entry, to, content] =
      /^<sms ref="([^"<>]*)"><to>([^<>]*)<\/to><text>([^<>]*)<\/text><\/sms>$/s.exec(body) ?? [];
    expect([entry, to, content].map((one) => unescaped(one ?? 'none'))).toEqual(
      [given.entry, given.phoneNumber, given.content].map(possibleInXml),
    );
  });
});

test(
  '10,000 generated messages are what a receiver reads from a text and a header, or are not sent',
  PATIENCE,
  () => {
    const contract: ContractChoice = {
      encoding: 'text',
      headers: { 'x-ref': '{metadata.entry}' },
      body: '{content}',
    };
    eachRequest(contract, ({ headers, body }, given) => {
      expect(body).toBe(given.content);
      expect(headers.get('x-ref')).toBe(given.entry);
    });
  },
);

/** As a parser reads it: each reference once. */
function unescaped(xml: string): string {
  expect(xml).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos|#9|#10|#13);)/);
  const names: Readonly<Record<string, string>> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    '#9': '\t',
    '#10': '\n',
    '#13': '\r',
  };
  return xml.replaceAll(/&([^;]+);/g, (_, name: string) => names[name] ?? '');
}

function possibleInXml(value: string): string {
  return [...value]
    .filter((character) => /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]$/u.test(character))
    .join('');
}
