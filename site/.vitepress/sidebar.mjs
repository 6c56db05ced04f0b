import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const page = (text, link) => ({ text, link });
const group = (text, items, collapsed = true) => ({ text, items, collapsed });

/** All pages, by the reader's purpose. */
export function sidebar() {
  return [
    group(
      'Start',
      [
        page('Tutorial', '/docs/tutorial'),
        page('Promises', '/docs/promises'),
        page('Questions', '/docs/faq'),
        page('Comparison', '/docs/comparison'),
      ],
      false,
    ),
    group(
      'Guides',
      [
        page('Embed it', '/docs/guides/embed'),
        page('Run the server', '/docs/guides/serve'),
        page('Choose a provider', '/docs/providers'),
        page('Receive', '/docs/guides/receive'),
        page('Write an adapter', '/docs/guides/write-an-adapter'),
        page('Deploy', '/docs/deployment'),
        page('Run it on PostgreSQL', '/docs/postgresql'),
        page('When things fail', '/docs/when-things-fail'),
        page('Metadata and responses', '/docs/metadata-and-responses'),
        page('Trace', '/docs/tracing'),
        page('Migrate from the Go service', '/docs/migrating-from-the-go-service'),
      ],
      false,
    ),
    group('Recipes', [
      page('All recipes', '/docs/cookbook/README'),
      ...[
        'embed',
        'express',
        'fastify',
        'nestjs',
        'nextjs',
        'outbox',
        'outbox-postgres',
        'scheduled',
        'tenants',
        'alerting',
        'testing',
      ].map((name) => page(name.charAt(0).toUpperCase() + name.slice(1), `/docs/cookbook/${name}`)),
    ]),
    group(
      'Reference',
      [
        page('Packages', '/docs/packages'),
        page('Server: settings, command line', '/apps/server/README'),
        page('HTTP API', '/packages/http-hono/README'),
        page('Core', '/packages/core/README'),
        page('SQLite', '/packages/adapters-sqlite/README'),
        page('PostgreSQL', '/packages/adapters-postgres/README'),
        page('MongoDB', '/packages/adapters-mongo/README'),
        page('Redis', '/packages/adapters-redis/README'),
        page('Webhook', '/packages/adapters-webhook/README'),
        page('OpenTelemetry', '/packages/adapters-opentelemetry/README'),
        page('Receiver', '/packages/receiver/README'),
        page('Contract tests', '/packages/contract-tests/README'),
        page('Simulator', '/packages/simulator/README'),
        page('Errors', '/docs/errors'),
        page('Glossary', '/docs/glossary'),
        page('TypeScript API', '/api/'),
      ],
      false,
    ),
    group('Explanation', [
      page('Architecture', '/docs/architecture'),
      page('Security', '/docs/security'),
      page('Simulation', '/docs/simulation'),
      page('Reliability', '/docs/reliability'),
      page('Performance', '/docs/performance'),
      page('Scaling', '/docs/scaling'),
      page('Soak', '/docs/soak'),
    ]),
    group(
      'Decisions',
      readdirSync(join(import.meta.dirname, '../../docs/adr'))
        .sort()
        .map((file) => file.replace('.md', ''))
        .map((name) => page(name.slice(5).replaceAll('-', ' '), `/docs/adr/${name}`)),
    ),
  ];
}
