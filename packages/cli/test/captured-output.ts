import { PassThrough } from 'node:stream';
import { Output } from '../src/output/output.ts';

/** Output whose streams say that they are terminals, and what they were given. */
export function capturedOutput(
  isJson = false,
  isTTY = true,
): { readonly output: Output; readonly written: { readonly out: string; readonly err: string } } {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err'): NodeJS.WriteStream => {
    const through = new PassThrough().setEncoding('utf8');
    through.on('data', (text: string) => {
      written[name] += text;
    });
    // Of a terminal only these are asked for.
    return Object.assign(through, { isTTY, columns: 200 }) as unknown as NodeJS.WriteStream;
  };
  return { output: new Output(isJson, stream('out'), stream('err')), written };
}

/** Characters that a terminal acts upon, but the ends of lines. */
export const CONTROLS: RegExp = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** Clears the screen, sets the title, hides text, the same by C1 controls, and turns the direction around. */
export const HOSTILE: readonly string[] = [
  '\x1b[2J',
  '\x1b]0;title\x07',
  '\x1b[8m',
  '\x9b2J',
  '\u202e',
  '\r',
  '\x1b7',
];
