import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type MarkdownBlock, placeOf } from './markdown-block.ts';
import { PageWorld, type Services } from './page-world.ts';
import { type Program, programsOf } from './program.ts';
import { runProgram, runShell, runYaml, writeNamed } from './run-block.ts';

/** One page: its programs are written at once, so that they can be checked, and its blocks run in order. */
export class PageRun implements AsyncDisposable {
  readonly #world: PageWorld;
  readonly #blocks: readonly MarkdownBlock[];
  readonly #programs: readonly Program[];
  readonly #results: ReadonlyMap<MarkdownBlock, PromiseWithResolvers<string | null>>;

  private constructor(world: PageWorld, blocks: readonly MarkdownBlock[], programs: readonly Program[]) {
    this.#world = world;
    this.#blocks = blocks;
    this.#programs = programs;
    this.#results = new Map(blocks.map((block) => [block, Promise.withResolvers()]));
  }

  static async write(
    root: string,
    page: string,
    blocks: readonly MarkdownBlock[],
    files: readonly string[],
    services: Services,
  ): Promise<PageRun> {
    const world = await PageWorld.open(join(root, page.replaceAll(/\W+/g, '-')), services);
    for (const file of files)
      await copyFile(join(import.meta.dirname, '../../..', file), join(world.folder, basename(file)));
    const programs = programsOf(blocks);
    for (const { file, code } of programs) await writeNamed(world, file, await world.here(code));
    return new PageRun(world, blocks, programs);
  }

  /** Never rejects: each block's result says what is wrong with it. */
  async run(): Promise<void> {
    for (const block of this.#blocks) {
      const result = this.#results.get(block);
      try {
        await this.#runOne(block);
        result?.resolve(null);
      } catch (error) {
        result?.resolve(`${placeOf(block)}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  /** Null where it did what it shows. */
  resultOf(block: MarkdownBlock): Promise<string | null> {
    return this.#results.get(block)?.promise ?? Promise.resolve(`${placeOf(block)} was not run`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#world[Symbol.asyncDispose]();
  }

  async #runOne(block: MarkdownBlock): Promise<void> {
    const { language, marks } = block;
    if (language === 'sh') return runShell(block, this.#world);
    if (language === 'yaml') return runYaml(block, this.#world);
    if (language === 'ts' || language === 'js') {
      const program = this.#programs.find((one) => one.block === block);
      // A block that continues another one is a part of that one's program.
      return program === undefined ? undefined : runProgram(program, this.#world);
    }
    if (language === 'json') {
      JSON.parse(block.code);
      const file = marks.get('file');
      if (file === undefined)
        throw new Error('put it beneath the block that prints it, or say above which file it is');
      return writeNamed(this.#world, file, await this.#world.here(block.code));
    }
    throw new Error(`nothing here runs ${language}: say above why not, or which test does`);
  }
}
