// The dependency rule. Red as well when the tool saw fewer modules than there are sources, or does not find a forbidden import that is
// planted for it: it has been known to cruise nothing and to report that nothing is wrong.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const CONFIG = '.dependency-cruiser.mjs';

function cruise(cwd, folders) {
  const cli = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const run = spawnSync(process.execPath, [cli, ...folders, '--config', CONFIG, '--output-type', 'json'], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser said: ${run.stdout}${run.stderr}`);
  const { summary, modules } = JSON.parse(run.stdout);
  const seen = modules.filter(({ source }) => /^(packages|apps)\/[^/]+\/src\//.test(source)).length;
  return { violations: summary.violations, seen };
}

/** Copies core aside, plants an import in it and expects it to be found. */
function assertThatItBites() {
  const aside = mkdtempSync(join(tmpdir(), 'dependency-rule-'));
  try {
    for (const file of [CONFIG, 'tsconfig.base.json', 'package.json'])
      cpSync(join(root, file), join(aside, file));
    cpSync(join(root, 'packages/core/src'), join(aside, 'packages/core/src'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(aside, 'node_modules'), 'junction');
    writeFileSync(join(aside, 'packages/core/src/planted.ts'), "import 'node:fs';\n");
    const { violations } = cruise(aside, ['packages']);
    if (
      !violations.some(
        ({ from, rule }) => from.endsWith('planted.ts') && rule.name === 'core-imports-nothing',
      )
    ) {
      throw new Error(
        'a forbidden import was planted in a copy of core and not found: the rule checks nothing',
      );
    }
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

assertThatItBites();
const { violations, seen } = cruise(root, ['packages', 'apps']);
const isSource = (path) => !/(^|\/)(node_modules|dist|coverage)\//.test(path);
const expected = globSync('{packages,apps}/*/src/**/*.ts', { cwd: root }).filter(isSource).length;
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} -> ${to}`);
if (seen < expected) console.error(`only ${seen} of ${expected} source modules were seen`);
if (violations.length > 0 || seen < expected) process.exit(1);
console.log(`dependency rule: ${seen} source modules, a planted violation found, none else`);
