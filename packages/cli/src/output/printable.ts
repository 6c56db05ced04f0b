import { stripVTControlCharacters } from 'node:util';
import { shortened } from '../text.ts';

// Characters that a terminal acts upon: control characters, and those that turn or isolate the direction of writing. Joiners, marks and tags stay:
// without them an emoji or a word of some languages is another one.
const STEERING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
const STEERING_WITHIN_LINES = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text of a message or a file as a terminal may be shown it: on one line and without control characters, since whoever wrote it must
 * not move the cursor or change colours.
 */
export function printable(text: string, longest: number = Number.POSITIVE_INFINITY): string {
  const clean = stripVTControlCharacters(text).replace(/\s+/g, ' ').replace(STEERING, '�');
  return shortened(clean, longest);
}

/** The same for text of several lines: every such character but the ends of lines is replaced. */
export function harmless(text: string): string {
  return text.replace(STEERING_WITHIN_LINES, '�');
}

// Bold, dim and the colours of the foreground, and their ends: all that `Output.style` is asked for.
const ESCAPE = '\x1b';
const OWN_STYLE = new RegExp(`(${ESCAPE}\\[(?:1|2|22|3[1-69])m)`);

/** The same for text that has styles of ours in it. */
export function harmlessStyled(text: string): string {
  return text
    .split(OWN_STYLE)
    .map((part, index) => (index % 2 === 1 ? part : harmless(part)))
    .join('');
}

/** The same JSON, with escapes in place of characters that would steer a terminal. */
export function harmlessJson(json: string): string {
  return json.replace(STEERING, (found) =>
    found.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
