import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');

interface LockEntry {
  readonly link?: true;
  readonly dev?: true;
  readonly optional?: true;
  readonly devOptional?: true;
}

interface Stage {
  readonly from: string;
  readonly lines: readonly string[];
}

/** The stages of the Dockerfile by name; the last one, which is the image, is ''. */
function stages(): ReadonlyMap<string, Stage> {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
  const parts = text.split(/^FROM /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [first = '', ...lines] = part.split('\n');
      const [from = '', , name = ''] = first.split(' ');
      return [name, { from, lines: lines.filter((line) => /^[A-Z]+ /.test(line)) }];
    }),
  );
}

// JSON's own type is any: what is read of it is asserted.
const lock: { readonly packages: Readonly<Record<string, LockEntry>> } = JSON.parse(
  readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
);
const locked = Object.entries(lock.packages);
const installs = (stage: string): readonly string[] =>
  stages()
    .get(stage)
    ?.lines.filter((line) => line.startsWith('RUN npm ci ')) ?? [];

test('what is installed depends on manifests alone, and on each of them', () => {
  const { lines = [] } = stages().get('manifests') ?? {};
  const workspaces = locked
    .map(([path]) => path)
    .filter((path) => path !== '' && !path.includes('node_modules/'));
  expect(workspaces.length).toBeGreaterThan(10);
  expect(lines.filter((line) => line.startsWith('COPY ')).sort()).toEqual(
    [
      'COPY package.json package-lock.json ./',
      ...workspaces.map((path) => `COPY ${path}/package.json ${path}/`),
    ].sort(),
  );
  for (const stage of ['production', 'build']) {
    expect(stages().get(stage)?.from).toBe('manifests');
    // A copy before it would be a reason to install again.
    expect(stages().get(stage)?.lines[0]).toMatch(/^RUN npm ci .*--ignore-scripts/);
  }
});

test('the image has no TypeScript compiler, and everything else that the server depends on', () => {
  expect(installs('production')).toEqual([
    expect.stringMatching(/--workspace apps\/server .*--omit=dev .*--omit=optional/),
  ]);
  const image =
    stages()
      .get('')
      ?.lines.filter((line) => /^(COPY|RUN npm|RUN npx)/.test(line)) ?? [];
  expect(image.filter((line) => line.includes('node_modules') || line.startsWith('RUN'))).toEqual([]);
  expect(image[0]).toBe('COPY --from=production /app ./');
  // Packages that are left out are `optional` for production, and code needs none of them.
  const leftOut = locked.filter(([, { optional, devOptional, dev }]) => !dev && (optional || devOptional));
  const names = leftOut.map(([path]) => path.split('node_modules/').at(-1));
  expect(
    names.filter((name) => name !== 'pg-cloudflare' && name !== 'typescript' && name !== '@typescript/old'),
  ).toEqual([]);
  const kept = locked.filter(([, entry]) => !entry.dev && !entry.optional && !entry.devOptional);
  expect(kept.filter(([path]) => /(^|\/)(typescript|@typescript)(\/|$)/.test(path))).toEqual([]);
  expect(dirname(kept.find(([path]) => path.endsWith('/hono'))?.[0] ?? '')).toBe('node_modules');
});

test('the code of the image belongs to root, and its process runs as another user', () => {
  const lines = stages().get('')?.lines ?? [];
  const user = lines.findIndex((line) => line.startsWith('USER '));
  expect(lines.slice(user).filter((line) => /^(USER|COPY|ADD|RUN)\b/.test(line))).toEqual(['USER node']);
  expect(lines.filter((line) => /^(COPY|ADD)\b.*--ch(own|mod)/.test(line))).toEqual([]);
  // Nothing else changes an owner or rights.
  expect(lines.filter((line) => line.startsWith('RUN '))).toEqual([
    'RUN mkdir -m 0700 data && chown node:node data',
  ]);
});
