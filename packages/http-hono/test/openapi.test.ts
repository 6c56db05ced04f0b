import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { DocumentedAnswers } from './support/documented-answers.ts';
import { everyRoute } from './support/every-route.ts';
import { createWorld, type WorldOptions } from './support/world.ts';

async function documentOf(options: Parameters<typeof createWorld>[0] = {}): Promise<Record<string, unknown>> {
  const world = createWorld(options);
  const { apiKeys = 'none' } = options;
  const [key] = apiKeys === 'none' ? [] : apiKeys;
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  // JSON's own type is any.
  return (await (await world.app.request('/openapi.json', { headers })).json()) as Record<string, unknown>;
}

function operationsOf(document: Record<string, unknown>): string[] {
  return Object.entries(document.paths as Record<string, object>).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

describe('GET /openapi.json', () => {
  test.each([
    ['without API keys', {}],
    ['with API keys and every route', { apiKeys: ['k'], ...everyRoute() }],
  ])('is valid OpenAPI 3.1 %s', async (_, options: WorldOptions) => {
    const document = await documentOf(options);
    const validator = new Validator();
    const result = await validator.validate(document);
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('names every route of the app, and no other', async () => {
    const everything = everyRoute();
    const world = createWorld(everything);
    const registered = world.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(operationsOf(await documentOf(everything)).sort()).toEqual(registered.sort());
    expect(registered).toHaveLength(21);
  });

  test('describes every parameter of every path', async () => {
    const { paths } = new DocumentedAnswers(await documentOf()).document;
    for (const [path, operations] of Object.entries(paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters } of Object.values(operations)) {
        expect(parameters.filter((item) => item.in === 'path').map(({ name }) => name)).toEqual(names);
      }
    }
  });

  test('does not name the sandbox when there is none', async () => {
    expect(operationsOf(await documentOf()).filter((operation) => operation.includes('sandbox'))).toEqual([]);
  });

  test('refers only to what it defines, and defines what it refers to', async () => {
    const document = await documentOf();
    const schemas = Object.keys((document.components as { schemas: object }).schemas);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    for (const [, name] of references) expect(schemas).toContain(name);
    expect(references.map(([, name]) => name)).toContain('NewMessage');
  });

  test('shows the rules and limits that validate', async () => {
    const document = await documentOf({
      rules: { phonePattern: /^0\d+$/, maxContentLength: 7 },
      limits: { maxBatch: 3 },
    });
    expect(document).toHaveProperty(
      'components.schemas.NewMessage.properties.phoneNumber.pattern',
      '^0\\d+$',
    );
    expect(document).toHaveProperty('components.schemas.NewMessage.properties.content.maxLength', 7);
    expect(document).toHaveProperty('components.schemas.NewMessage.additionalProperties', false);
    expect(JSON.stringify(document)).toContain('"maxItems":3');
  });

  test('asks for a key where the service does', async () => {
    const document = await documentOf({ apiKeys: ['k'] });
    expect(document).toHaveProperty('components.securitySchemes.apiKey.scheme', 'bearer');
    expect(document).toHaveProperty(['paths', '/messages', 'get', 'security'], [{ apiKey: ['read'] }]);
    expect(document).toHaveProperty(['paths', '/messages', 'post', 'security'], [{ apiKey: ['send'] }]);
    expect(document).toHaveProperty(['paths', '/messages', 'get', 'responses', '401']);
    expect(document).toHaveProperty(['paths', '/messages', 'get', 'responses', '403']);
    expect(document).toHaveProperty(['paths', '/healthz', 'get', 'security'], []);
    expect(document).not.toHaveProperty(['paths', '/healthz', 'get', 'responses', '401']);
    expect(document).not.toHaveProperty(['paths', '/healthz', 'get', 'responses', '403']);
  });

  test('documents what a query takes', async () => {
    const document = await documentOf();
    expect(document).toHaveProperty(
      ['paths', '/messages', 'get', 'parameters'],
      expect.arrayContaining([
        {
          in: 'query',
          name: 'limit',
          required: false,
          schema: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
        },
      ]),
    );
  });
});
