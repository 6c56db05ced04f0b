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
  vite: { publicDir: 'site/public' },
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
