import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = join(import.meta.dirname, '../pages');

/**
 * Links between pages are links of the repository. A folder leads to its README, a file that has no page leads to the
 * repository, and a link to nothing fails the build.
 */
export function repositoryLinks(markdown, repository) {
  markdown.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href === null || /^(?:[a-z]+:|#|\/)/.test(href)) continue;
      token.attrSet('href', siteLink(href, env.path, repository));
    }
  });
}

function siteLink(href, page, repository) {
  const [target, place] = href.split('#', 2);
  const path = normalize(join(ROOT, relative(PAGES, dirname(page)), decodeURI(target)));
  if (!path.startsWith(ROOT) || !existsSync(path)) return href;
  const hash = place === undefined ? '' : `#${place}`;
  const name = path.slice(ROOT.length);
  if (name === '/README.md') return `/${hash}`;
  if (name.endsWith('.md')) return `${name}${hash}`;
  if (!statSync(path).isDirectory()) return `${repository}/blob/main${name}${hash}`;
  const readme = `${name.replace(/\/$/, '')}/README.md`;
  return existsSync(join(ROOT, readme)) ? `${readme}${hash}` : `${repository}/tree/main${name}`;
}
