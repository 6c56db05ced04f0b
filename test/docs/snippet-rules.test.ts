import { describe, expect, test } from 'vitest';
import { missingLine, shows } from './support/expectation.ts';
import { blocksOf } from './support/markdown-block.ts';
import { programsOf } from './support/program.ts';

const FENCE = '```';
const ofPage = (...lines: readonly string[]) => blocksOf('page.md', lines.join('\n'));

describe('a block', () => {
  test('has the marks of the comments directly above it', () => {
    const [block] = ofPage(
      'Text.',
      '',
      '<!-- exits: 78 -->',
      '<!-- setup',
      'a=1',
      'b=2 -->',
      '',
      `${FENCE}sh`,
      'run',
      FENCE,
    );
    expect(block?.marks).toEqual(
      new Map([
        ['exits', '78'],
        ['setup', 'a=1\nb=2'],
      ]),
    );
  });

  test('has no marks of a comment that text stands behind', () => {
    const [block] = ofPage('<!-- not executed: on another page -->', 'Text.', `${FENCE}sh`, 'run', FENCE);
    expect(block?.marks).toEqual(new Map());
  });

  test('is refused with a mark that does not exist', () => {
    expect(() => ofPage('<!-- not run: I say so -->', `${FENCE}sh`, 'run', FENCE)).toThrow(
      'not run: I say so',
    );
  });

  test('has what it prints in the block beneath, and its own line', () => {
    const blocks = ofPage(
      'Text.',
      `${FENCE}sh`,
      'run',
      FENCE,
      '',
      `${FENCE}json`,
      '{}',
      FENCE,
      'More.',
      `${FENCE}json`,
      '[]',
      FENCE,
    );
    expect(blocks.map(({ line, language, printed }) => ({ line, language, printed: printed?.code }))).toEqual(
      [
        { line: 2, language: 'sh', printed: '{}\n' },
        { line: 10, language: 'json', printed: undefined },
      ],
    );
  });

  test('in a list loses the list’s indentation', () => {
    const [block] = ofPage('1. Do', '', `   ${FENCE}sh`, '   if a', '     b', `   ${FENCE}`);
    expect(block?.code).toBe('if a\n  b\n');
  });
});

describe('a program', () => {
  test('is run unless another block imports or names it', () => {
    const code = (name: string, text: string) => [`<!-- file: ${name} -->`, `${FENCE}ts`, text, FENCE];
    const blocks = ofPage(
      ...code('a.ts', "import './b.ts';"),
      ...code('b.ts', 'b();'),
      ...code('c.ts', 'c();'),
      `${FENCE}sh`,
      'node c.ts',
      FENCE,
    );
    expect(programsOf(blocks).map(({ file, isRun }) => [file, isRun])).toEqual([
      ['a.ts', true],
      ['b.ts', false],
      ['c.ts', false],
    ]);
  });

  test('goes on in the blocks that continue it, and tells what they print', () => {
    const more = [`${FENCE}ts`, 'console.log(a); // 1', FENCE];
    const [program, ...others] = programsOf(
      ofPage(`${FENCE}ts`, 'const a = 1;', FENCE, '<!-- continues -->', ...more),
    );
    expect(others).toEqual([]);
    expect(program?.code).toBe('const a = 1;\n\nconsole.log(a); // 1\n\nexport {};\n');
    expect(program?.prints).toEqual(['1']);
  });
});

describe('what is printed', () => {
  test.each([
    ['one\ntwo', ['one', 'two'], null],
    ['one\ntwo', ['two', 'one'], 'one'],
    ['one two three', ['one … three'], null],
    ['one two', ['one … three'], 'one … three'],
    ['1', ['1: eight attempts'], null],
    ['12', ['1'], '1'],
    ['1', ['12'], '12'],
    ['', ['anything'], 'anything'],
    ['a+b', ['a.b'], 'a.b'],
  ])('of %j, %j misses %j', (output, expected, missing) => {
    expect(missingLine(output, expected)).toBe(missing);
  });

  test.each([
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [{ a: [{ b: '…' }] }, { a: [{ b: 'x', c: 1 }] }, true],
    [[], [1], false],
    [{ a: null }, { a: undefined }, false],
    [{ a: 'x…z' }, { a: 'xyz' }, true],
    [{ a: 'x…z' }, { a: 'xy' }, false],
  ])('%j in %j is %j', (shown, actual, isShown) => {
    expect(shows(shown, actual)).toBe(isShown);
  });
});
