import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastDocument, missingLine, shows } from './expectation.ts';
import type { MarkdownBlock } from './markdown-block.ts';
import type { PageWorld } from './page-world.ts';
import type { Program } from './program.ts';
import { type How, type Ran, run } from './run.ts';

const SPEAKS_TO_A_SERVER = /(?:localhost|127\.0\.0\.1):3000|messaging-system (?!serve|--)\w|npm run .*cli/;
const STARTS_A_SERVER =
  /^(?:[A-Z_]+=\S* )*(?:messaging-system(?: serve)?(?: #.*| --.*)?|npm start.*)(?: *#.*)?$/m;

/** Throws what is wrong with it. */
export async function runProgram(program: Program, world: PageWorld): Promise<void> {
  if (!program.isRun) return;
  const { block, file } = program;
  if (SPEAKS_TO_A_SERVER.test(block.code) || block.marks.has('server')) {
    await world.ensureServer(block.marks.get('server'));
  }
  // Data of its own, next to the page's files.
  const cwd = join(world.folder, `run-${block.line}`);
  await mkdir(cwd);
  await expectRun(block, program.prints, world, () =>
    run('node', [join(world.folder, file)], { cwd, env: world.environment, ...ending(block) }),
  );
}

export async function runShell(block: MarkdownBlock, world: PageWorld): Promise<void> {
  if (!STARTS_A_SERVER.test(block.code) && SPEAKS_TO_A_SERVER.test(block.code)) {
    await world.ensureServer(block.marks.get('server'));
  }
  const { code, marks } = block;
  // The signal is for what the shell runs, which it waits for.
  const trap = marks.has('stop after') ? 'trap : TERM' : undefined;
  const lines = [trap, marks.get('setup'), code, marks.get('then')].filter((part) => part !== undefined);
  const script = await world.here(lines.join('\n'));
  const prints = [...block.code.matchAll(/^ *# => (.*)$/gm)].map(([, text = '']) => text);
  await expectRun(block, prints, world, () =>
    run('/bin/sh', ['-euc', script], {
      cwd: world.folder,
      env: world.environment,
      ...ending(block),
      ...(/&$/m.test(script) ? { onStart: (pid) => world.endWithPage(pid) } : {}),
    }),
  );
}

/** A file of settings is checked as the server checks it; the others are the shell's or a program's. */
export async function runYaml(block: MarkdownBlock, world: PageWorld): Promise<void> {
  const [, name] = /^# \.config\/([\w-]+)\.yaml\n/.exec(block.code) ?? [];
  if (name === undefined) {
    const file = block.marks.get('file');
    if (file === undefined)
      throw new Error('begin it with `# .config/NAME.yaml`, or say above what becomes of it');
    await writeNamed(world, file, await world.here(block.code));
    return;
  }
  await writeNamed(world, `.config/${name}.yaml`, await world.here(block.code));
  const command = `APP_ENV=${name} messaging-system --check-config`;
  const checked = await run('/bin/sh', ['-c', command], { cwd: world.folder, env: world.environment });
  if (checked.exitCode !== 0) throw new Error(`${command}:\n${checked.output}${checked.complaints}`);
}

export async function writeNamed(world: PageWorld, file: string, code: string): Promise<void> {
  const path = join(world.folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, code);
}

function ending({ marks }: MarkdownBlock): Pick<How, 'untilOutput'> {
  const [cutOff, stopped] = [marks.get('until output'), marks.get('stop after')];
  if (cutOff !== undefined) return { untilOutput: { text: cutOff, signal: 'SIGKILL' } };
  return stopped === undefined ? {} : { untilOutput: { text: stopped, signal: 'SIGTERM' } };
}

async function expectRun(
  block: MarkdownBlock,
  prints: readonly string[],
  world: PageWorld,
  start: () => Promise<Ran>,
): Promise<void> {
  const deadline = performance.now() + (block.marks.has('eventually') ? 60_000 : 0);
  for (;;) {
    const ran = await start();
    const wrong = wrongWith(block, prints, { ...ran, output: world.asShown(ran.output) });
    if (wrong === null) return;
    if (performance.now() >= deadline) throw new Error(wrong);
    await sleep(100);
  }
}

function wrongWith(block: MarkdownBlock, prints: readonly string[], ran: Ran): string | null {
  const seen = `\nexit ${ran.exitCode}\n--- output\n${ran.output}\n--- errors\n${ran.complaints}`;
  const expected = block.marks.has('until output') ? null : Number(block.marks.get('exits') ?? 0);
  if (ran.exitCode !== expected) return `ends with ${ran.exitCode}, not with ${expected}${seen}`;
  const text = block.printed?.language === 'text' ? block.printed.code.trimEnd().split('\n') : [];
  const missing = missingLine(ran.output, prints) ?? missingLine(ran.output, text);
  if (missing !== null) return `does not print: ${missing}${seen}`;
  if (block.printed?.language !== 'json') return null;
  try {
    return shows(JSON.parse(block.printed.code), lastDocument(ran.output))
      ? null
      : `prints another document${seen}`;
  } catch (error) {
    return `${String(error)}${seen}`;
  }
}
