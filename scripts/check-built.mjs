// `prepack` of every package: a tarball without the files that its manifest names installs well and then cannot be imported.
import { existsSync, readFileSync } from 'node:fs';

const { name, bin = {}, exports = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
const targets = Object.values(exports).flatMap((target) =>
  typeof target === 'string' ? [target] : [target.types, target.default],
);
const missing = [...Object.values(bin), ...targets].find((file) => !existsSync(file));
if (missing !== undefined) {
  console.error(
    `${name} is not built: there is no ${missing}. Run "npm run build" in the root of the repository, then pack again.`,
  );
  process.exit(1);
}
