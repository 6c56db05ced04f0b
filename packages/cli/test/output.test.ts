import { styleText } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CommandError } from '../src/command-error.ts';
import { ExitCode } from '../src/exit-code.ts';
import { ImportProgress } from '../src/import/import-report.ts';
import { messageLine } from '../src/output/message-text.ts';
import { printable } from '../src/output/printable.ts';
import { CONTROLS, capturedOutput, HOSTILE } from './captured-output.ts';

/** A family, a flag of tags, a skin colour, a Persian word with a non-joiner, and a Hebrew word with a mark of direction. */
const JOINED = ['👩‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👍🏽', 'می\u200cخواهم', 'שלום\u200f!'];

function graphemes(text: string): readonly string[] {
  return [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);
}

test.each(HOSTILE)('no result, note, style or error carries %j to the terminal', async (text) => {
  const { output, written } = capturedOutput();
  output.line(`id ${text}`);
  output.note(`note ${text}`);
  output.fail(new CommandError(ExitCode.REFUSED, 'refused', `a server says ${text}`));
  expect(written.out + written.err).toContain('a server says');
  expect(written.out + written.err.replaceAll('\x1b[31m', '').replaceAll('\x1b[39m', '')).not.toMatch(
    CONTROLS,
  );
});

test.each(HOSTILE)('the progress of an import carries no %j to the terminal', (text) => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { output, written } = capturedOutput();
  using progress = new ImportProgress(output, 100);
  progress.waiting(`a server says ${text}`);
  vi.advanceTimersToNextTimer();
  expect(written.err).toContain('a server says');
  // The characters with which it draws over itself.
  expect(written.err.replaceAll('\x1b[2K', '').replaceAll('\x1b[1G', '')).not.toMatch(CONTROLS);
});

test.each(HOSTILE)('JSON on a terminal carries no %j, and still says it', (text) => {
  const { output, written } = capturedOutput(true);
  output.json({ text });
  expect(written.out).not.toMatch(CONTROLS);
  expect(JSON.parse(written.out)).toEqual({ text });
});

test.each(JOINED)('%s is written as it is, as text and as JSON', (text) => {
  const { output, written } = capturedOutput();
  output.line(printable(text));
  output.note(text);
  output.json({ text });
  expect(written).toEqual({ out: `${text}\n{"text":"${text}"}\n`, err: `${text}\n` });
});

test('a line of a list is cut between two characters as somebody sees them, and says so', () => {
  const whole = JOINED.join('').repeat(20);
  for (let before = 0; before < 12; before += 1) {
    const text = 'x'.repeat(before) + whole;
    const cutOff = printable(text, 30);
    expect(cutOff.endsWith('…')).toBe(true);
    expect(graphemes(text).join('\n')).toContain(`${graphemes(cutOff.slice(0, -1)).join('\n')}\n`);
  }
  expect(printable('👍🏽'.repeat(30), 30)).not.toContain('…');
});

test('JSON for a program is as it was', () => {
  const { output, written } = capturedOutput(true, false);
  output.json({ text: '\u200d' });
  expect(written.out).toBe('{"text":"\u200d"}\n');
});

test('colours stay, and lines end', () => {
  const { output, written } = capturedOutput();
  output.line(`${styleText('red', 'failed', { validateStream: false })}\nnext`);
  expect(written.out).toBe('\x1b[31mfailed\x1b[39m\nnext\n');
});

test('an id and a reason that a message brings cannot colour its line', () => {
  const message = { id: '\x1b[31mid', status: 'failed', createdAt: '2030-01-31T12:00:00.000Z' } as const;
  const { output } = capturedOutput(false, false);
  // Of the message only these are looked at.
  const shown = messageLine(
    { ...message, phoneNumber: '+9', content: 'x', reason: '\x1b[31mwhy' } as never,
    output,
  );
  expect(shown).not.toMatch(CONTROLS);
});

test.each(['store_unavailable', 'store_rejected', 'sent_cache_unavailable'])(
  'a command that is refused with %s says where the cause stands, and as JSON stays one line',
  (code) => {
    const refusal = new CommandError(ExitCode.UNAVAILABLE, code, 'refused');
    const asText = capturedOutput();
    asText.output.fail(refusal);
    expect(asText.written.err).toContain('The log of the server says why; "messaging-system doctor" looks');
    const asJson = capturedOutput(true);
    asJson.output.fail(refusal);
    expect(JSON.parse(asJson.written.err)).toEqual({ error: 'refused', code });
  },
);
