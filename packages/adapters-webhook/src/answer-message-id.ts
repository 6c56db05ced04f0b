// An id has to fit a store's field and a log line; a longer text does not count as an id.
const LONGEST_ID = 1024;

/**
 * The answer as the documents of the webhook have it, `{"message": "Accepted", "messageId": "…"}`, or with the id alone. Found without a parser, which costs
 * more than all else that is done with an answer; what differs from it in anything is parsed.
 */
const USUAL_ANSWER =
  /^\{[ \t\r\n]*(?:"message"[ \t\r\n]*:[ \t\r\n]*"[^"\\\p{Cc}]*"[ \t\r\n]*,[ \t\r\n]*)?"messageId"[ \t\r\n]*:[ \t\r\n]*"([^"\\\p{Cc}]+)"[ \t\r\n]*\}[ \t\r\n]*$/u;

/**
 * The `messageId` of a JSON answer as text: a string or a number, whose digits are kept where they exceed what a JavaScript
 * number can hold. Undefined when there is none; a broken answer has none.
 */
export function answerMessageId(body: Buffer): string | undefined {
  if (body.length === 0) return undefined;
  const text = withoutMark(body.toString('utf8'));
  const id = USUAL_ANSWER.exec(text)?.[1] ?? idOf(parsed(text));
  if (typeof id === 'string') return id !== '' && id.length <= LONGEST_ID ? id : undefined;
  if (typeof id !== 'number') return undefined;
  return Math.abs(id) > Number.MAX_SAFE_INTEGER ? digitsOf(text) : String(id);
}

/** RFC 8259 §8.1 lets a parser ignore a byte order mark, and some servers send one. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function idOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'messageId' in answer
    ? answer.messageId
    : undefined;
}

function parsed(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}

type Reviver = (
  this: unknown,
  key: string,
  value: unknown,
  context?: { readonly source?: string },
) => unknown;

function digitsOf(text: string): string | undefined {
  const id = idOf(
    parsed(text, (key, value, context) => (key === 'messageId' ? (context?.source ?? value) : value)),
  );
  return typeof id === 'string' && id.length <= LONGEST_ID ? id : undefined;
}
