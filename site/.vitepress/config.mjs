import { join } from 'node:path';
import { repositoryLinks } from './repository-links.mjs';
import { sidebar } from './sidebar.mjs';

const REPOSITORY = 'https://github.com/messaging-system/messaging-system';

/** The pages stay where they are in the repository, so that they can be read there too. */
export default {
  title: 'Messaging System',
  description:
    'Reliable delivery of messages to webhooks and SMS providers, for Node.js, on the database that you already have.',
  srcDir: '..',
  outDir: './dist',
  cacheDir: './cache',
  srcExclude: ['README.md', '**/node_modules/**', '.*/**', 'evidence/**', 'test/**', 'site/README.md'],
  rewrites: { 'site/index.md': 'index.md' },
  cleanUrls: true,
  lastUpdated: false,
  markdown: { config: (markdown) => repositoryLinks(markdown, REPOSITORY) },
  vite: { publicDir: false, plugins: [modulesOfSite()] },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Tutorial', link: '/docs/tutorial' },
      { text: 'Guides', link: '/docs/guides/embed' },
      { text: 'Reference', link: '/docs/packages' },
      { text: 'API', link: '/site/api/' },
    ],
    sidebar: sidebar(),
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
  },
};

/** The pages are outside of this folder, where its modules would not be found. */
function modulesOfSite() {
  const inside = join(import.meta.dirname, 'config.mjs');
  return {
    name: 'modules-of-site',
    enforce: 'pre',
    resolveId(id, importer, options) {
      if (!/^vue(?:\/|$)/.test(id) || !importer?.endsWith('.md')) return null;
      if (options.ssr) return { id, external: true };
      return this.resolve(id, inside, { ...options, skipSelf: true });
    },
  };
}
