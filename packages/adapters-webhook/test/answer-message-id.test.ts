import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerMessageId } from '../src/answer-message-id.ts';

describe('answerMessageId', () => {
  test.each([
    ['{"messageId":"67f2f8a8"}', '67f2f8a8'],
    ['\ufeff{"messageId":"a"}', 'a'],
    ['\ufeff{"messageId":42,"more":[]}', '42'],
    ['{"messageId":42}', '42'],
    ['{"messageId":-1.5}', '-1.5'],
    ['{"messageId":12345678901234567890}', '12345678901234567890'],
    ['{"inner":{"messageId":1},"messageId":98765432109876543210}', '98765432109876543210'],
    ['{"messageId":"a","messageId":"b"}', 'b'],
    ['{"messageId":"\\u0041"}', 'A'],
    ['{"message":"\\"","messageId":"a"}', 'a'],
    ['{"message": "Accepted", "messageId": "a"}\n', 'a'],
  ])('finds the id in %s', (body, id) => {
    expect(answerMessageId(Buffer.from(body))).toBe(id);
  });

  // Seldom, or else hardly an answer is one that a parser takes.
  const space = fc.oneof(
    { weight: 30, arbitrary: fc.constant('') },
    { weight: 5, arbitrary: fc.constantFrom(' ', '\n', '\t', '\r') },
    { weight: 1, arbitrary: fc.constantFrom('\u00a0', '\ufeff', '\v') },
  );
  const text = fc.oneof(
    fc.constantFrom('Accepted', '42', '', '\\u0041', '\\"', 'a\\', 'a\tb', 'a\u007fb', 'a"b'),
    fc.string({ unit: 'binary' }),
  );

  test('finds what a parser finds, whatever stands where in an answer as the documents have it', () => {
    const answers = fc
      .tuple(
        fc.array(space, { minLength: 9, maxLength: 9 }),
        text,
        text,
        fc.constantFrom('message', 'messageId', 'other'),
      )
      .map(
        ([[a, b, c, d, e, f, g, h, i], message, id, name]) =>
          `${a}{${b}"${name}"${c}:${d}"${message}"${e},${f}"messageId"${g}:${h}"${id}"${i}}`,
      );
    fc.assert(
      fc.property(answers, (answer) => {
        expect(answerMessageId(Buffer.from(answer))).toBe(parsedId(Buffer.from(answer).toString()));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    '',
    'Accepted',
    'null',
    '[]',
    '"messageId"',
    '{}',
    '{"messageId":""}',
    '{"messageId":null}',
    '{"messageId":true}',
    '{"messageId":{"value":"a"}}',
    '{"messageId":["a"]}',
    '{"messageid":"a"}',
    '{"messageId":"a"',
    '{"messageId":"a\tb"}',
    '{"message":"a\tb","messageId":"a"}',
    '{"messageId":"a"}\u00a0',
  ])('finds none in %s', (body) => {
    expect(answerMessageId(Buffer.from(body))).toBeUndefined();
  });

  test('takes what is longer than 1024 characters for no id', () => {
    for (const id of ['a', '9']) {
      const quote = id === 'a' ? '"' : '';
      const bodyOf = (length: number) => Buffer.from(`{"messageId":${quote}${id.repeat(length)}${quote}}`);
      expect(answerMessageId(bodyOf(1024))).toBe(id.repeat(1024));
      expect(answerMessageId(bodyOf(1025))).toBeUndefined();
    }
  });

  test('finds none in bytes that are no text', () => {
    expect(answerMessageId(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))).toBeUndefined();
  });
});

function parsedId(answer: string): string | undefined {
  try {
    const { messageId } = JSON.parse(answer.replace(/^\ufeff/, ''));
    return messageId === '' ? undefined : messageId;
  } catch {
    return undefined;
  }
}
