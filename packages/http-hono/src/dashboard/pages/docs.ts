import { html } from 'hono/html';
import * as v from 'valibot';
import type { DashboardSite } from '../dashboard-site.ts';
import { each, type Markup, NOTHING } from '../markup.ts';
import { layout, type PageContext } from './layout.ts';

const anySchema = v.record(v.string(), v.unknown());
const contentSchema = v.record(v.string(), v.object({ schema: anySchema }));
const operationSchema = v.object({
  operationId: v.string(),
  tags: v.array(v.string()),
  summary: v.string(),
  description: v.optional(v.string()),
  security: v.optional(v.array(v.object({ apiKey: v.array(v.string()) }))),
  parameters: v.array(
    v.object({
      in: v.string(),
      name: v.string(),
      required: v.boolean(),
      description: v.optional(v.string()),
      schema: anySchema,
    }),
  ),
  requestBody: v.optional(v.object({ content: contentSchema })),
  responses: v.record(v.string(), v.object({ description: v.string(), content: v.optional(contentSchema) })),
});
const documentSchema = v.object({
  info: v.object({ title: v.string(), description: v.string() }),
  tags: v.array(v.object({ name: v.string(), description: v.string() })),
  paths: v.record(v.string(), v.record(v.string(), operationSchema)),
  components: v.object({ schemas: v.record(v.string(), anySchema) }),
});

type Operation = v.InferOutput<typeof operationSchema>;

/** A reader of the app's own OpenAPI document. */
export function docsHandlers(site: DashboardSite): void {
  const { openApi } = site.dependencies;
  if (openApi === undefined) return;
  site.page('/docs', 'read', (page) => docsPage(page, openApi(page.base)));
  // The same document as /openapi.json, which asks for the key in a header: a link in a browser has only the session.
  site.page('/dashboard/openapi.json', 'read', ({ base }, c) =>
    c.json(openApi(base) ?? null, 200, { 'cache-control': 'no-store' }),
  );
  // The last two are the Go service's.
  for (const path of ['/swagger', '/swagger/', '/swagger/index.html']) {
    site.app.get(path, (c) => c.redirect(`${site.baseOf(c)}/docs`, 302));
  }
}

function docsPage(context: PageContext, openApi: unknown): Markup {
  const { info, tags, paths, components } = v.parse(documentSchema, openApi);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = tags
    .map((tag) => ({ ...tag, of: operations.filter(({ operation }) => operation.tags.includes(tag.name)) }))
    .filter((group) => group.of.length > 0);
  return layout(context, {
    title: 'API',
    section: 'docs',
    main: html`<h1>${info.title}: the API</h1>
      <p>${info.description.replaceAll('`', '')} <a href="${context.base}/dashboard/openapi.json">OpenAPI 3.1 document</a></p>
      <nav aria-label="Operations" class="contents">
        <ul>${each(operations, ({ path, method, operation }) => html`<li><a href="#${operation.operationId}"><code>${method.toUpperCase()} ${path}</code></a></li>`)}</ul>
      </nav>
      ${each(
        groups,
        (group) => html`<section>
          <h2>${group.name}</h2>
          <p>${group.description}</p>
          ${each(group.of, ({ path, method, operation }) => operationArticle(path, method, operation))}
        </section>`,
      )}
      <section>
        <h2>Schemas</h2>
        ${each(
          Object.entries(components.schemas),
          ([name, schema]) => html`<details class="schema" id="schema-${name}">
            <summary><code>${name}</code></summary>
            ${json(schema, `Schema ${name}`)}
          </details>`,
        )}
      </section>`,
  });
}

function operationArticle(path: string, method: string, operation: Operation): Markup {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const scopes = (operation.security ?? []).flatMap(({ apiKey }) => apiKey);
  return html`<article id="${operationId}" class="operation">
    <h3><code><span class="method ${method}">${method.toUpperCase()}</span> ${path}</code></h3>
    <p>${summary}.${description === undefined ? NOTHING : html` ${description.replaceAll('`', '')}`}</p>
    ${each(scopes, (scope) => html`<p class="small">Requires the scope <code>${scope}</code>.</p>`)}
    ${
      parameters.length === 0
        ? NOTHING
        : html`<h4>Parameters</h4>
          <ul>${each(parameters, (one) => html`<li><code>${one.name}</code> <span class="small">${one.in}${one.required ? ', required' : ''}</span> ${(one.description ?? '').replaceAll('`', '')} <code class="type">${typeOf(one.schema)}</code></li>`)}</ul>`
    }
    ${requestBody === undefined ? NOTHING : html`<h4>Body</h4>${contents(requestBody.content, `Body of ${operationId}`)}`}
    <h4>Answers</h4>
    <ul class="answers">
      ${each(
        Object.entries(responses),
        ([status, answer]) => html`<li>
          <details id="${operationId}-${status}">
            <summary><span class="pill ${status.startsWith('2') ? 'ok' : 'warn'}">${status}</span> ${answer.description.replaceAll('`', '')}</summary>
            ${answer.content === undefined ? NOTHING : contents(answer.content, `Answer ${status} of ${operationId}`)}
          </details>
        </li>`,
      )}
    </ul>
  </article>`;
}

function contents(content: v.InferOutput<typeof contentSchema>, label: string): Markup {
  return each(
    Object.entries(content),
    ([
      mediaType,
      { schema },
    ]) => html`<p class="small">${mediaType}${each(references(schema), (name) => html` · <a href="#schema-${name}">${name}</a>`)}</p>
      ${json(schema, label)}`,
  );
}

function json(schema: unknown, label: string): Markup {
  return html`<pre tabindex="0" role="region" aria-label="${label}">${JSON.stringify(schema, null, 2)}</pre>`;
}

function typeOf(schema: Readonly<Record<string, unknown>>): string {
  const { type, enum: values, minimum, maximum, default: byDefault } = schema;
  if (Array.isArray(values)) return values.join(' | ');
  const range = minimum === undefined && maximum === undefined ? '' : ` ${minimum ?? ''}…${maximum ?? ''}`;
  return `${type ?? 'any'}${range}${byDefault === undefined ? '' : `, ${byDefault} if not given`}`;
}

function references(schema: unknown): readonly string[] {
  const found = JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  return [...new Set([...found].map(([, name = '']) => name))];
}
