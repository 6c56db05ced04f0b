import { type MarkdownBlock, placeOf } from './markdown-block.ts';

/** A file made of one `ts` or `js` block and of those that continue it. */
export interface Program {
  readonly block: MarkdownBlock;
  readonly file: string;
  readonly code: string;
  /** The texts of its `console.log(…); // …` lines, in order. */
  readonly prints: readonly string[];
  /** False where another block imports it, or a shell block names it. */
  readonly isRun: boolean;
}

const PRINTS = /console\.log\(.*\);? +\/\/ (.+)$/gm;

export function programsOf(blocks: readonly MarkdownBlock[]): readonly Program[] {
  const parts: MarkdownBlock[][] = [];
  for (const block of blocks.filter(({ language }) => language === 'ts' || language === 'js')) {
    if (!block.marks.has('continues')) parts.push([block]);
    else if (parts.length === 0) throw new Error(`${placeOf(block)} continues nothing`);
    else parts.at(-1)?.push(block);
  }
  return parts.flatMap((all) => {
    const [block] = all;
    if (block === undefined) return [];
    const file = block.marks.get('file') ?? `line-${block.line}.${block.language}`;
    const shown = all.map(({ code }) => code).join('\n');
    const others = blocks.filter((other) => !all.includes(other));
    const isUsed =
      block.marks.has('file') &&
      others.some(({ code, language }) =>
        language === 'sh' ? code.includes(file) : code.includes(`'./${file}'`),
      );
    const prints = [...shown.matchAll(PRINTS)].map(([, text = '']) => text);
    return [{ block, file, code: `${all.map(sourceOf).join('\n')}\nexport {};\n`, prints, isRun: !isUsed }];
  });
}

function sourceOf({ code, marks }: MarkdownBlock): string {
  const until = marks.get('until');
  const waits = `while (!(${until})) await new Promise((resolve) => setTimeout(resolve, 20));\nprocess.exit(0);`;
  return [marks.get('setup'), code, marks.get('then'), until && waits].filter(Boolean).join('\n');
}
