/** A fenced block of a page, with what the comments directly above it say. */
export interface MarkdownBlock {
  readonly page: string;
  /** Of the fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  readonly marks: ReadonlyMap<string, string>;
  /** The `text` or `json` block that follows with nothing but blank lines between: what it prints. */
  readonly printed: { readonly language: string; readonly code: string } | null;
}

const FENCE = /^(?<indent> *)```(?<language>\w*)[^\n]*\n(?<code>.*?)^\k<indent>```$/gms;
const COMMENTS = /(?:(?<=^|\n) *<!--(?:(?!-->)[\s\S])*-->\s*\n)+$/;
const PAGE_MARK = /^<!-- (\w+) executed by (\S+) -->$/gm;
const FILES_MARK = /^<!-- files: (\S+) -->$/gm;

export const MARKS = [
  'not executed',
  'executed by',
  'file',
  'continues',
  'setup',
  'then',
  'until',
  'until output',
  'stop after',
  'exits',
  'eventually',
  'server',
  'needs',
] as const;

/** The blocks of a page in order. A `text` or `json` block that shows what the one before it prints is part of that one. */
export function blocksOf(page: string, text: string): readonly MarkdownBlock[] {
  const byPage = new Map([...text.matchAll(PAGE_MARK)].map(([, language, test]) => [language, test]));
  const blocks: MarkdownBlock[] = [];
  let end = 0;
  for (const { 0: whole, index, groups } of text.matchAll(FENCE)) {
    const { indent = '', language = '', code: indented = '' } = groups ?? {};
    const code = indented.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    const before = text.slice(end, index);
    const marks = marksIn(COMMENTS.exec(before)?.[0] ?? '', byPage.get(language));
    const last = blocks.at(-1);
    const shows = last !== undefined && ['text', 'json'].includes(language) && before.trim() === '';
    if (shows) blocks[blocks.length - 1] = { ...last, printed: { language, code } };
    else {
      const line = text.slice(0, index).split('\n').length;
      blocks.push({ page, line, language, code, marks, printed: null });
    }
    end = index + whole.length;
  }
  return blocks;
}

function marksIn(comments: string, byPage: string | undefined): ReadonlyMap<string, string> {
  const own = comments.replaceAll(PAGE_MARK, '').replaceAll(FILES_MARK, '');
  const marks = [...own.matchAll(/<!--\s*([\s\S]*?)\s*-->/g)].map(([, text = '']) => {
    const name = MARKS.toSorted((one, other) => other.length - one.length).find((mark) =>
      new RegExp(`^${mark}(:|\\s|$)`).test(text),
    );
    if (name === undefined) throw new Error(`no such mark above a code block: ${text}`);
    return [name, text.slice(name.length).replace(/^:?\s*/, '')] as const;
  });
  return new Map(byPage === undefined ? marks : [['executed by', byPage] as const, ...marks]);
}

/** The globs of the files that a page needs next to its blocks. */
export function filesOf(text: string): readonly string[] {
  return [...text.matchAll(FILES_MARK)].map(([, glob = '']) => glob);
}

export const placeOf = ({ page, line }: MarkdownBlock): string => `${page}:${line}`;
