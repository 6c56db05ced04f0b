import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { TemporaryFolder } from '../evidence/support/temporary-folder.ts';

interface Manifest {
  readonly name: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly scripts: Readonly<Record<string, string>>;
}

// JSON's own type is any: what is read of it is asserted.
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const { scripts } = manifestOf('.');
const folders = globSync('{packages,apps}/*').sort();

interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

function run(command: string, args: readonly string[], cwd: string, env = process.env): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env, shell: process.platform === 'win32' }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

/** Every package as a fresh clone has it: its manifest, and nothing built. */
async function unbuilt(): Promise<TemporaryFolder> {
  const folder = await TemporaryFolder.make();
  const root = folder.path;
  for (const folder of folders) {
    mkdirSync(join(root, folder), { recursive: true });
    cpSync(join(folder, 'package.json'), join(root, folder, 'package.json'));
  }
  cpSync('scripts', join(root, 'scripts'), { recursive: true });
  return folder;
}

test('every script that somebody runs in a fresh clone sets it up first', () => {
  const SETUP = 'node scripts/setup.mjs';
  // npm runs it itself; these two are only run by other scripts, and this one by whoever releases.
  const others = ['postinstall', 'build:server', 'typecheck:root', 'release:version'];
  const names = Object.keys(scripts).filter(
    (name) => !others.includes(name) && scripts[name.slice(3)] === undefined,
  );
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => scripts[`pre${name}`]?.startsWith(SETUP) !== true)).toEqual([]);
});

test('a build without turbo says so', async () => {
  const { exitCode, output } = await run(process.execPath, ['scripts/turbo.mjs', 'run', 'build'], '.', {
    PATH: '',
  });
  expect({ exitCode, output }).toEqual({
    exitCode: 1,
    output: expect.stringMatching(/^turbo cannot be started .*Run "node scripts\/setup\.mjs"/),
  });
});

test('each package refuses to be packed before it is built, with a sentence, and is packed afterwards', async () => {
  await using clone = await unbuilt();
  const root = clone.path;
  for (const folder of folders) {
    const { name, bin = {}, exports = {}, scripts: own } = manifestOf(folder);
    expect(own.prepack, name).toBe('node ../../scripts/check-built.mjs');
    const prepack = (): Promise<Outcome> =>
      run(process.execPath, ['../../scripts/check-built.mjs'], join(root, folder));
    const refused = await prepack();
    expect(refused).toEqual({
      exitCode: 1,
      output: expect.stringContaining(`${name} is not built: there is no `),
    });
    expect(refused.output).toContain('Run "npm run build"');
    const built = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? [] : [target.types ?? '', target.default ?? ''],
    );
    for (const file of [...Object.values(bin), ...built]) {
      mkdirSync(dirname(join(root, folder, file)), { recursive: true });
      writeFileSync(join(root, folder, file), '');
    }
    expect(await prepack()).toEqual({ exitCode: 0, output: '' });
  }
});

test('npm pack makes no tarball of a package that is not built', async () => {
  await using clone = await unbuilt();
  const folder = join(clone.path, 'packages/core');
  const { exitCode, output } = await run('npm', ['pack'], folder);
  expect(exitCode).not.toBe(0);
  expect(output).toContain('@messaging-system/core is not built');
  expect(globSync('*.tgz', { cwd: folder })).toEqual([]);
});
