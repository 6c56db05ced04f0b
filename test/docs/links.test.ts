import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const pages = [
  ...globSync('*.md'),
  ...globSync('docs/**/*.md'),
  ...globSync('{packages,apps,examples}/*/*.md'),
  ...globSync('packages/*/docs/*.md'),
];

interface Link {
  readonly page: string;
  /** The file or folder; the page itself where only a place is named. */
  readonly target: string;
  readonly place: string | undefined;
}

const links = pages.flatMap((page): readonly Link[] =>
  [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(
    ([, target = '', place]) => ({ page, target: target === '' ? page : join(dirname(page), target), place }),
  ),
);

/** The places of a page, as the hosts of repositories name them. */
function placesOf(page: string): readonly string[] {
  const headings = readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every link to a file of the repository leads to one', () => {
  expect(pages.length).toBeGreaterThan(10);
  const dead = links
    .filter(({ target }) => !existsSync(target))
    .map(({ page, target }) => `${page}: ${target}`);
  expect(dead).toEqual([]);
});

test('every link to a place in a page leads to a heading', () => {
  const named = links.filter(({ target, place }) => place !== undefined && existsSync(target));
  expect(named.length).toBeGreaterThan(10);
  const dead = named.filter(({ target, place = '' }) => {
    const page = statSync(target).isDirectory() ? join(target, 'README.md') : target;
    return page.endsWith('.md') && !placesOf(page).includes(place);
  });
  expect(dead.map(({ page, target, place }) => `${page}: ${target}#${place}`)).toEqual([]);
});

test('every page of docs is in its index', () => {
  const index = links.filter(({ page }) => page.startsWith('docs/') && page.endsWith('README.md'));
  const listed = new Set(index.map(({ target }) => target));
  const isListed = (page: string): boolean => listed.has(page) || listed.has(dirname(page));
  const missing = globSync('docs/**/*.md').filter((page) => !/README\.md$/.test(page) && !isListed(page));
  expect(missing).toEqual([]);
});

test('every page of docs is in the sidebar of the site', async () => {
  const file = join(import.meta.dirname, '../../site/.vitepress/sidebar.mjs');
  const { sidebar }: { readonly sidebar: () => unknown } = await import(file);
  const shown = JSON.stringify(sidebar());
  const pages = globSync('docs/**/*.md').filter((page) => page !== 'docs/README.md');
  expect(pages.filter((page) => !shown.includes(`"/${page.replace('.md', '')}"`))).toEqual([]);
});
