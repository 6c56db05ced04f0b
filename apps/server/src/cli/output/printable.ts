import { stripVTControlCharacters } from 'node:util';

/**
 * Text of a message or a file as a terminal may be shown it: on one line and without control characters, since whoever wrote it must
 * not move the cursor or change colours.
 */
export function printable(text: string, longest: number = Number.POSITIVE_INFINITY): string {
  const clean = stripVTControlCharacters(text)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '�');
  const letters = [...clean];
  return letters.length <= longest ? clean : `${letters.slice(0, Math.max(0, longest - 1)).join('')}…`;
}

/** The same for text of several lines: every control character but the ends of lines is replaced. */
export function harmless(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, '�');
}
