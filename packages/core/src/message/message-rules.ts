/** The rules that a message must follow to be sent. */
export interface MessageRules {
  readonly phonePattern: RegExp;
  /** In code points. */
  readonly maxContentLength: number;
  /** The content must be JSON: it is sent as it is. */
  readonly contentIsJson?: boolean;
}

/** E.164 numbers, 1 to 500 characters. */
export const DEFAULT_MESSAGE_RULES: MessageRules = {
  phonePattern: /^\+[1-9]\d{1,14}$/,
  maxContentLength: 500,
};

/** In UTF-16 units. A pattern is not asked about more: on a long text one that is not anchored may take for ever. */
const LONGEST_PHONE_NUMBER = 256;

export interface RuleProblem {
  readonly field: 'phoneNumber' | 'content';
  readonly problem: string;
}

/** Every rule that the two texts break; empty when they may be sent. */
export function brokenRules(
  message: { readonly phoneNumber: string; readonly content: string },
  rules: MessageRules,
): readonly RuleProblem[] {
  const problems: RuleProblem[] = [];
  // A sticky or global pattern keeps its place between tests; `search` does not look at it.
  if (message.phoneNumber.length > LONGEST_PHONE_NUMBER) {
    problems.push({ field: 'phoneNumber', problem: `must have at most ${LONGEST_PHONE_NUMBER} characters` });
  } else if (message.phoneNumber.search(rules.phonePattern) === -1) {
    problems.push({ field: 'phoneNumber', problem: phoneProblem(rules.phonePattern) });
  }
  const length = codePointLength(message.content);
  if (length < 1 || length > rules.maxContentLength) {
    problems.push({
      field: 'content',
      problem: `must have 1 to ${rules.maxContentLength} characters, has ${length}`,
    });
  }
  if (rules.contentIsJson === true && !isJson(message.content)) {
    problems.push({ field: 'content', problem: 'must be JSON' });
  }
  return problems;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function codePointLength(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

function phoneProblem({ source }: RegExp): string {
  return source === DEFAULT_MESSAGE_RULES.phonePattern.source
    ? 'must be an international number such as +905551234567'
    : `must match ${source}`;
}
