const WORKERS = '^apps/server/src/workers/';
const CLOSED = 'packages/http-hono/src/(client|dashboard|prometheus)/';

/** Core's folders, from the ground up: each knows only those before it, types included. */
const CORE_FLOORS = [
  'message',
  'policy',
  'events',
  'ports',
  'dispatch',
  'messages',
  'in-memory',
  'system-clock',
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'core-imports-nothing',
      comment: 'core is pure: npm packages and node: included, it imports nothing',
      severity: 'error',
      from: { path: '^packages/core/src' },
      to: { pathNot: '^packages/core/src' },
    },
    ...CORE_FLOORS.map((folder, floor) => ({
      name: `core-floor-${folder}`,
      comment: 'a folder of core knows only those below it: so no circle of folders, of types included',
      severity: 'error',
      from: { path: `^packages/core/src/${folder}/` },
      to: {
        path: '^packages/core/src/[^/]+/',
        pathNot: `^packages/core/src/(${CORE_FLOORS.slice(0, Math.min(floor, 6)).concat(folder).join('|')})/`,
      },
    })),
    {
      name: 'core-floors-are-all',
      comment: 'a new folder of core gets its place among the floors',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: {
        path: '^packages/core/src/[^/]+/',
        pathNot: `^packages/core/src/(${CORE_FLOORS.join('|')})/`,
      },
    },
    {
      name: 'core-is-layered',
      comment: 'nothing in core depends on the in-memory adapters or on the runtime clock',
      severity: 'error',
      from: { path: '^packages/core/src', pathNot: '^packages/core/src/(in-memory|system-clock)/' },
      to: { path: '^packages/core/src/(in-memory|system-clock)/' },
    },
    {
      name: 'packages-not-apps',
      severity: 'error',
      from: { path: '^(packages|examples|evidence)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'adapters-only-core',
      comment: 'an adapter knows core and its own driver, never another adapter',
      severity: 'error',
      from: { path: '^packages/((?:adapters-[^/]+)|http-hono|receiver|contract-tests|simulator)/src' },
      to: { path: '^packages/', pathNot: ['^packages/core/', '^packages/$1/'] },
    },
    {
      name: 'closed-folders',
      comment:
        'a folder of http-hono that has an index.ts is closed: others import that file of it and nothing else',
      severity: 'error',
      from: { path: '^packages/http-hono/src/', pathNot: `^${CLOSED}` },
      to: { path: `^${CLOSED}`, pathNot: '/index\\.ts$' },
    },
    {
      name: 'closed-folders-apart',
      comment: 'no closed folder of http-hono knows another one',
      severity: 'error',
      from: { path: `^${CLOSED}` },
      to: { path: `^${CLOSED}`, pathNot: '^packages/http-hono/src/$1/' },
    },
    {
      name: 'dashboard-beside-the-routes',
      comment: 'the dashboard shares what the routes do, and knows no route',
      severity: 'error',
      from: { path: '^packages/http-hono/src/dashboard/' },
      to: { path: '^packages/http-hono/src/(openapi/|.*-routes?\\.ts$|create-http-app\\.ts$)' },
    },
    {
      name: 'client-runs-in-browsers',
      comment: 'the client takes the list of scopes and types of the API: neither Node nor a package',
      severity: 'error',
      from: { path: '^packages/http-hono/src/client/' },
      to: {
        pathNot: '^packages/http-hono/src/(client/|scope\\.ts$)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'closed-workers',
      comment: 'the workers of the server are closed: others import index.ts, and deliver by its Processor',
      severity: 'error',
      from: { path: '^apps/server/src/', pathNot: WORKERS },
      to: { path: WORKERS, pathNot: '/index\\.ts$' },
    },
    {
      name: 'workers-open-nothing',
      comment: 'what a worker consists of is handed to it',
      severity: 'error',
      from: { path: WORKERS },
      to: { path: '^apps/server/src/composition/' },
    },
    {
      name: 'commands-over-the-api',
      comment: 'the command line knows the HTTP API and core; all else it is given as a Host',
      severity: 'error',
      from: { path: '^packages/cli/src/' },
      to: { path: '^packages/', pathNot: '^packages/(cli|core|http-hono)/' },
    },
    {
      name: 'only-the-server-has-commands',
      comment: 'the command line belongs to the server alone',
      severity: 'error',
      from: { path: '^(packages|apps|examples|evidence)/', pathNot: '^(packages/cli|apps/server)/' },
      to: { path: '^packages/cli/' },
    },
    {
      name: 'workers-load-no-commands',
      comment:
        'what a worker is made of takes types, texts and exit codes from the command line, and no command',
      severity: 'error',
      from: { path: '^apps/server/src/(config|life-cycle|log|workers)/' },
      to: { path: '^packages/cli/src/index\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circle-of-folders',
      comment: 'folders stand on each other: none needs one that needs it, types included',
      scope: 'folder',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'tsyringe-only-in-server',
      severity: 'error',
      from: { pathNot: '^apps/server/' },
      to: { path: '(^|/)node_modules/(tsyringe|reflect-metadata)/' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@messaging-system/source', 'import', 'types', 'node', 'default'],
    },
  },
};
