// Every package is publishable in the same way: what one of them lacks nobody would notice before the release.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const problems = [];
const folders = globSync('{packages,apps}/*').sort();
const manifests = folders.map((folder) => [
  folder,
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
]);

for (const [folder, manifest] of manifests) {
  const expect = (ok, what) => ok || problems.push(`${folder}: ${what}`);
  expect(manifest.name === `@messaging-system/${folder.split('/')[1]}`, 'name is not that of its folder');
  expect(manifest.license === 'MIT', 'licence is not MIT');
  expect(typeof manifest.description === 'string' && manifest.description.length > 20, 'no description');
  expect(manifest.type === 'module', 'is not an ES module');
  expect(existsSync(join(folder, 'README.md')), 'has no README.md');
  expect(existsSync(join(folder, 'LICENSE')), 'has no LICENSE');
  expect(manifest.repository?.directory === folder, 'repository.directory is not its folder');
  expect(manifest.publishConfig?.access === 'public', 'is not published publicly');
  expect(
    /publint --strict/.test(manifest.scripts?.['pack:check'] ?? ''),
    'pack:check does not run publint --strict',
  );
  expect(
    manifest.scripts?.prepack === 'node ../../scripts/check-built.mjs',
    'prepack does not run check-built.mjs',
  );
  if (!folder.startsWith('packages/')) continue;
  expect(/attw/.test(manifest.scripts['pack:check']), 'pack:check does not run attw');
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') continue;
    const order = Object.keys(target).join(' ');
    expect(
      order === '@messaging-system/source types default',
      `exports "${subpath}" has the conditions: ${order}`,
    );
    expect(
      existsSync(join(folder, target['@messaging-system/source'])),
      `exports "${subpath}" has no source`,
    );
  }
}

if (manifests.length < 8) problems.push(`only ${manifests.length} packages were seen`);
const versions = new Set(manifests.map(([, { version }]) => version));
if (versions.size > 1) problems.push(`packages have different versions: ${[...versions].join(', ')}`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`packages: ${manifests.length} alike`);
