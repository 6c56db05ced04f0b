// The dependency rules. Red as well when the tool saw fewer modules than there are sources, or does not find forbidden imports that are
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

/** Rules that count imports of types: theirs are planted as such. */
const CIRCLES = ['no-circular', 'no-circle-of-folders'];

/** Imports that are forbidden, and the rule that must find each. */
const PLANTED = [
  ['packages/core/src/planted.ts', 'node:fs', 'core-imports-nothing'],
  ['packages/core/src/message/planted.ts', '../policy/retry-policy.ts', 'core-floor-message'],
  ['packages/core/src/policy/planted.ts', '../ports/sent-cache.ts', 'core-floor-policy'],
  ['packages/core/src/events/planted.ts', '../ports/clock.ts', 'core-floor-events'],
  ['packages/core/src/ports/planted.ts', '../dispatch/store-guard.ts', 'core-floor-ports'],
  ['packages/core/src/dispatch/planted.ts', '../messages/messages.ts', 'core-floor-dispatch'],
  ['packages/core/src/messages/planted.ts', '../in-memory/index.ts', 'core-floor-messages'],
  ['packages/core/src/in-memory/planted.ts', '../system-clock/index.ts', 'core-floor-in-memory'],
  ['packages/receiver/src/planted-here.ts', './planted-there.ts', 'no-circular'],
  ['packages/receiver/src/planted-there.ts', './planted-here.ts', 'no-circular'],
  ['packages/cli/src/output/planted.ts', '../commands/confirm.ts', 'no-circle-of-folders'],
  ['packages/http-hono/src/planted.ts', './dashboard/session.ts', 'closed-folders'],
  ['packages/http-hono/src/prometheus/planted.ts', '../client/index.ts', 'closed-folders-apart'],
  ['packages/http-hono/src/dashboard/planted.ts', '../all-routes.ts', 'dashboard-beside-the-routes'],
  ['packages/http-hono/src/client/planted.ts', '../within.ts', 'client-runs-in-browsers'],
  ['apps/server/src/composition/planted.ts', '../workers/worker-pool.ts', 'closed-workers'],
  ['apps/server/src/workers/planted.ts', '../composition/stores.ts', 'workers-open-nothing'],
  ['packages/cli/src/planted.ts', '../../receiver/src/index.ts', 'commands-over-the-api'],
  ['packages/receiver/src/planted.ts', '../../cli/src/index.ts', 'only-the-server-has-commands'],
  ['apps/server/src/config/planted.ts', '../../../../packages/cli/src/index.ts', 'workers-load-no-commands'],
];

/** Copies sources aside, plants imports in them and expects each to be found. */
function assertThatItBites() {
  const aside = mkdtempSync(join(tmpdir(), 'dependency-rule-'));
  try {
    for (const file of [CONFIG, 'tsconfig.base.json', 'package.json'])
      cpSync(join(root, file), join(aside, file));
    for (const folder of [
      'packages/cli',
      'packages/core',
      'packages/http-hono',
      'packages/receiver',
      'apps/server',
    ])
      cpSync(join(root, folder, 'src'), join(aside, folder, 'src'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(aside, 'node_modules'), 'junction');
    for (const [file, imported, name] of PLANTED) {
      const what = CIRCLES.includes(name) ? 'type {} from ' : '';
      writeFileSync(join(aside, file), `import ${what}'${imported}';\n`);
    }
    const { violations } = cruise(aside, ['packages', 'apps']);
    for (const [file, imported, name] of PLANTED) {
      // A circle is reported once, from one of its files or folders.
      const places = [file, dirname(file)];
      if (
        violations.some(
          ({ from, to, rule }) => rule.name === name && [from, to].some((at) => places.includes(at)),
        )
      )
        continue;
      throw new Error(
        `${file} imports ${imported} in a copy and ${name} does not find it: it checks nothing`,
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
console.log(`dependency rule: ${seen} source modules, ${PLANTED.length} planted violations found, none else`);
