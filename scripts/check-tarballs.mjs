// Packs every package, installs the tarballs into an empty project outside the workspace, imports each entry, type-checks the imports, and runs
// the example of an outside adapter against the packed contract tests.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = process.cwd();
const project = mkdtempSync(join(tmpdir(), 'tarballs-'));
const npm = (args, cwd) =>
  execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

try {
  const folders = globSync('{packages,apps}/*').sort();
  const manifests = folders.map((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const flags = folders.flatMap((folder) => ['-w', folder]);
  const packed = JSON.parse(
    npm(['pack', '--json', '--silent', '--pack-destination', project, ...flags], root),
  );
  const entries = Array.isArray(packed) ? packed : Object.values(packed);
  const tarballs = entries.map(({ filename }) => join(project, filename.replace('@', '').replace('/', '-')));
  if (tarballs.length !== folders.length)
    throw new Error(`${tarballs.length} tarballs of ${folders.length} packages`);

  const { vitest } = JSON.parse(readFileSync('package.json', 'utf8')).devDependencies;
  const peers = Object.assign({}, ...manifests.map(({ peerDependencies }) => peerDependencies ?? {}));
  const drivers = Object.entries(peers).filter(([name]) => !name.startsWith('@messaging-system/'));
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  npm(
    [
      'install',
      '--silent',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--ignore-scripts',
      ...tarballs,
      ...drivers.map(([name, range]) => `${name}@${range}`),
      '@types/node@24',
      `vitest@${vitest}`,
    ],
    project,
  );

  const specifiers = manifests
    .filter(({ exports }) => exports !== undefined)
    .flatMap(({ name, exports }) =>
      Object.entries(exports)
        .filter(([, target]) => typeof target === 'object')
        .map(([subpath]) => name + subpath.slice(1)),
    );
  const lines = specifiers.map((specifier, n) => `import * as m${n} from '${specifier}';`);
  const use = specifiers.map(
    (specifier, n) => `if (Object.keys(m${n}).length === 0) throw new Error('${specifier} exports nothing');`,
  );
  writeFileSync(join(project, 'use.ts'), [...lines, ...use, ''].join('\n'));
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: true,
    verbatimModuleSyntax: true,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['use.ts'] }));
  execFileSync(process.execPath, [join(root, 'node_modules/@typescript/native/bin/tsc'), '-p', project], {
    stdio: 'inherit',
  });
  execFileSync(process.execPath, ['use.ts'], { cwd: project, stdio: 'inherit' });
  for (const folder of ['src', 'test']) {
    cpSync(join(root, 'examples/own-adapter', folder), join(project, 'own-adapter', folder), {
      recursive: true,
    });
  }
  execFileSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--root', 'own-adapter', '--reporter=dot'],
    {
      cwd: project,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  console.log('tarballs: examples/own-adapter passes the packed contract tests');
  console.log(`tarballs: ${specifiers.length} entries of ${tarballs.length} packages import and type-check`);
} finally {
  rmSync(project, { recursive: true, force: true });
}
