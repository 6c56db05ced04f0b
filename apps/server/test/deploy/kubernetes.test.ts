import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_HTTP_LIMITS } from '@messaging-system/http-hono';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../../src/config/settings.ts';
import { loaded, problemsOf } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const FOLDER = join(ROOT, 'deploy/k8s');
// The time that serve.ts gives to close everything, and a little more.
const CLOSING_SECONDS = 10 + 5;

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly timeoutSeconds?: number;
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

interface Container {
  readonly envFrom: readonly Record<string, { readonly name: string }>[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly resources: { readonly limits: Readonly<Record<string, string>> };
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>;
}

interface Deployment {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas: number;
    readonly selector: Selector;
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: { readonly runAsNonRoot: boolean };
        readonly containers: readonly [Container];
      };
    };
  };
}

/** The caller names the shape that it expects; what it reads of it is checked. */
function manifest<Shape>(name: string): Shape {
  return parse(readFileSync(join(FOLDER, name), 'utf8')) as Shape;
}

/** The example's placeholders as somebody replaces them. */
function filledIn(example: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => [
      name,
      value.replace('replace-me', 'a-secret-of-our-own'),
    ]),
  );
}

const deployment = manifest<Deployment>('deployment.yaml');
const { template } = deployment.spec;
const [container] = template.spec.containers;
const { data } = manifest<{ readonly data: Readonly<Record<string, string>> }>('config-map.yaml');
interface Secret {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly stringData: Readonly<Record<string, string>>;
}

const secret = manifest<Secret>('secret.example.yaml');
const postgresSecret = manifest<Secret>('postgres/secret.example.yaml');

// The variables of the image (see the Dockerfile), the configuration map and the secret.
const environment = {
  SERVER_HOST: '0.0.0.0',
  CONFIG_DIR: join(ROOT, '.config'),
  ...data,
  ...filledIn(secret.stringData),
};

test('the settings are ones that the server starts with, on MongoDB and Redis', () => {
  const { config, warnings } = loaded(environment, temporaryHome());
  expect(warnings).toEqual([]);
  expect(config.client.url).toBe(data.CLIENT_URL);
  expect(config.mongo.uri).toBe(secret.stringData.MONGO_URI);
  expect(config.redis.uri).toContain('redis.redis.svc.cluster.local:6379');
  expect(config.server.port).toBe(container.ports[0]?.containerPort);
});

test('with the folder for PostgreSQL, the settings are ones that the server starts with on PostgreSQL alone', () => {
  interface Overlay {
    readonly resources: readonly string[];
    readonly patches: readonly {
      readonly target: { readonly kind: string; readonly name: string };
      readonly patch: string;
    }[];
  }
  const { resources, patches } = manifest<Overlay>('postgres/kustomization.yaml');
  expect(resources).toEqual(['..']);
  const left: Record<string, string> = { ...data };
  for (const { target, patch } of patches) {
    expect(target).toEqual({ kind: 'ConfigMap', name: 'messaging-system' });
    for (const { op, path } of parse(patch)) {
      const key = path.replace('/data/', '');
      expect([op, left[key]]).toEqual(['remove', expect.any(String)]);
      delete left[key];
    }
  }
  expect(postgresSecret.metadata).toEqual(secret.metadata);
  const { SERVER_HOST, CONFIG_DIR } = environment;
  const settings = { SERVER_HOST, CONFIG_DIR, ...left, ...filledIn(postgresSecret.stringData) };
  const { config, warnings } = loaded(settings, temporaryHome());
  expect(warnings).toEqual([]);
  expect(config.postgres.uri).toBe(postgresSecret.stringData.POSTGRES_URI);
  expect([config.mongo.uri, config.redis.uri]).toEqual([undefined, undefined]);
});

test('a secret that nobody filled in stops the start, by name', () => {
  const problems = problemsOf({ ...environment, ...secret.stringData }, temporaryHome());
  const placeholders = Object.keys(secret.stringData).filter((name) => name !== 'MONGO_URI');
  expect(
    problems.map(({ origin }) => origin).map((origin) => origin?.kind === 'environment' && origin.name),
  ).toEqual(expect.arrayContaining(placeholders));
});

test('each setting stands where it belongs: secrets in the secret, the others in the map', () => {
  const isSecret = (variable: string): boolean => {
    const [, section = '', rest = ''] = /^([A-Z]+)_(.*)$/.exec(variable) ?? [];
    const key = rest.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const group: unknown = Object.entries(SETTINGS).find(([name]) => name === section.toLowerCase())?.[1];
    const setting: unknown =
      typeof group === 'object' && group !== null
        ? Object.entries(group).find(([name]) => name === key)?.[1]
        : undefined;
    return typeof setting === 'object' && setting !== null && 'secret' in setting && setting.secret === true;
  };
  const secrets = Object.keys({ ...secret.stringData, ...postgresSecret.stringData });
  expect(secrets.filter((variable) => !isSecret(variable))).toEqual([]);
  // REDIS_URI may carry a password; here REDIS_PASSWORD does.
  expect(Object.keys(data).filter(isSecret)).toEqual(['REDIS_URI']);
});

test('a pod has time for preStop, the whole drain and its closing', () => {
  const { config } = loaded(environment, temporaryHome());
  const [command, preStopSeconds] = container.lifecycle.preStop.exec.command;
  expect(command).toBe('sleep');
  const needed = Number(preStopSeconds) + config.processor.drainDeadline / 1_000 + CLOSING_SECONDS;
  expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(needed);
  expect(config.processor.drainDeadline).toBeGreaterThan(config.client.timeout);
});

test('the probes ask the routes that are for them, and wait for the answer', () => {
  const { startupProbe, livenessProbe, readinessProbe } = container;
  expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual([
    { path: '/healthz', port: 'http' },
    { path: '/healthz', port: 'http' },
    { path: '/readyz', port: 'http' },
  ]);
  expect((readinessProbe.timeoutSeconds ?? 1) * 1_000).toBeGreaterThan(DEFAULT_HTTP_LIMITS.probeTimeoutMs);
});

test('service, disruption budget and network policy select the pods of the deployment', () => {
  const service = manifest<{ readonly spec: { readonly selector: unknown } }>('service.yaml');
  const budget = manifest<{
    readonly spec: { readonly selector: Selector; readonly maxUnavailable: number };
  }>('pod-disruption-budget.yaml');
  const policy = manifest<{ readonly spec: { readonly podSelector: Selector } }>('network-policy.yaml');
  const { labels } = template.metadata;
  expect(Object.keys(labels)).toHaveLength(1);
  expect([
    service.spec.selector,
    budget.spec.selector.matchLabels,
    policy.spec.podSelector.matchLabels,
    deployment.spec.selector.matchLabels,
  ]).toEqual(Array(4).fill(labels));
  expect(budget.spec.maxUnavailable).toBeLessThan(deployment.spec.replicas);
});

test('the network policy admits no namespace without a label, and lets out to what the map names', () => {
  interface Rule {
    readonly from?: readonly { readonly namespaceSelector?: Partial<Selector> }[];
    readonly ports: readonly { readonly port: number | string }[];
  }
  const { spec } = manifest<{
    readonly spec: {
      readonly policyTypes: readonly string[];
      readonly ingress: readonly Rule[];
      readonly egress: readonly Rule[];
    };
  }>('network-policy.yaml');
  expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
  for (const { namespaceSelector } of spec.ingress.flatMap(
    ({ from }) => from ?? [{ namespaceSelector: {} }],
  )) {
    if (namespaceSelector !== undefined) expect(namespaceSelector.matchLabels).toBeDefined();
  }
  const out = spec.egress.flatMap(({ ports }) => ports.map(({ port }) => port));
  const webhook = new URL(data.CLIENT_URL ?? '');
  expect(out).toContain(Number(webhook.port || 443));
  expect(out).toContain(Number(data.REDIS_URI?.split(':')[1]));
  expect(out).toEqual(
    expect.arrayContaining([53, 27017, Number(new URL(postgresSecret.stringData.POSTGRES_URI ?? '').port)]),
  );
});

test('the map and the secret are those that the deployment reads', () => {
  const map = manifest<{ readonly metadata: { readonly name: string } }>('config-map.yaml');
  expect(container.envFrom).toEqual([
    { configMapRef: { name: map.metadata.name } },
    { secretRef: { name: secret.metadata.name } },
  ]);
});

test('memory is limited above what Node may take, CPU is not', () => {
  const [, heapMebibytes] = /--max-old-space-size=(\d+)/.exec(container.env[0]?.value ?? '') ?? [];
  const { limits } = container.resources;
  expect(Object.keys(limits)).toEqual(['memory']);
  expect(Number.parseInt(limits.memory ?? '', 10)).toBeGreaterThan(Number(heapMebibytes) * 1.2);
});

test('the documented commands make the namespace before the secret in it', () => {
  const page = readFileSync(join(ROOT, 'docs/deployment.md'), 'utf8');
  const applied = [...page.matchAll(/^kubectl apply -\w (\S+)$/gm)].map(([, what]) => what);
  const namespace = manifest<{ readonly metadata: { readonly name: string } }>('namespace.yaml');
  expect(secret.metadata.namespace).toBe(namespace.metadata.name);
  expect(applied).toEqual(['deploy/k8s/namespace.yaml', 'secret.yaml', 'deploy/k8s', 'deploy/k8s/postgres']);
});

test('the kustomization names every manifest but the example of a secret', () => {
  const { resources } = manifest<{ readonly resources: readonly string[] }>('kustomization.yaml');
  const files = globSync('*.yaml', { cwd: FOLDER }).filter(
    (file) => file !== 'kustomization.yaml' && file !== 'secret.example.yaml',
  );
  expect([...resources].sort()).toEqual(files.sort());
});
