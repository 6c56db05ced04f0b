import { literalBraces } from './literal-braces.mjs';
import { repositoryLinks } from './repository-links.mjs';
import { sidebar } from './sidebar.mjs';

const REPOSITORY = 'https://github.com/messaging-system/messaging-system';

export default {
  title: 'Messaging System',
  description:
    'Reliable delivery of messages to webhooks and SMS providers, for Node.js, on the database that you already have.',
  srcDir: 'pages',
  outDir: './dist',
  cacheDir: './cache',
  cleanUrls: true,
  lastUpdated: false,
  head: [['link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }]],
  markdown: {
    config: (markdown) => {
      repositoryLinks(markdown, REPOSITORY);
      literalBraces(markdown);
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      // A guide says more about a word than the hundred declarations that have it in their names.
      options: {
        miniSearch: { searchOptions: { boostDocument: (id) => (id.startsWith('/api/') ? 0.2 : 1) } },
      },
    },
    outline: [2, 3],
    nav: [
      { text: 'Tutorial', link: '/docs/tutorial' },
      { text: 'Guides', link: '/docs/guides/embed' },
      { text: 'Reference', link: '/docs/packages' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: sidebar(),
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
  },
};
