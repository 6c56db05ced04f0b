import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CATALOGUE } from '../src/errors/error-catalogue.ts';
import { DEFAULT_HTTP_LIMITS } from '../src/index.ts';
import { host } from './readme/mount.ts';
import { everyRoute } from './support/every-route.ts';
import { createWorld } from './support/world.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The routes that no table of routes has; `POST /a/b`, `/c` is a short form of `POST /a/b` and `POST /a/c`. */
function unnamedIn(page: string): readonly string[] {
  const named = [...page.matchAll(/^\| (`(?:GET|POST) .*?) \|/gm)].flatMap(([, cell = '']) => {
    const [[, method = '', first = ''] = []] = cell.matchAll(/`(\w+) ([^`?]*)/g);
    const folder = first.slice(0, first.lastIndexOf('/'));
    const others = [...cell.matchAll(/`(?:(\w+) )?(\/[^`?]*)/g)];
    return others.flatMap(([, ownMethod = method, path]) => [
      `${ownMethod} ${path}`,
      `${ownMethod} ${folder}${path}`,
    ]);
  });
  const { app } = createWorld(everyRoute());
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  return routes.flatMap(({ method, path }) => {
    // The Go service's one route for two actions.
    const paths = path.endsWith('/:action')
      ? ['start', 'stop'].map((to) => path.replace(':action', to))
      : [path];
    const isNamed =
      named.includes(`${method} ${path}`) || paths.every((one) => named.includes(`${method} ${one}`));
    return isNamed ? [] : [`${method} ${path}`];
  });
}

describe('the README', () => {
  test('shows the snippet that is run here', () => {
    const snippet = readFileSync(new URL('./readme/mount.ts', import.meta.url), 'utf8');
    expect(README).toContain(`\`\`\`ts\n${snippet}\`\`\``);
  });

  test('has a snippet that delivers', async () => {
    const authorization = 'Bearer change-me';
    const enqueued = await host.request('/messaging/messages', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ phoneNumber: '+905551234567', content: 'Hello' }),
    });
    expect(enqueued.status).toBe(201);
    const dispatched = await host.request('/messaging/processor/dispatch', {
      method: 'POST',
      headers: { authorization },
    });
    expect(await dispatched.json()).toMatchObject({ claimed: 1, sent: 1 });
    const message = await host.request(enqueued.headers.get('location') ?? '', {
      headers: { authorization },
    });
    expect(await message.json()).toMatchObject({ status: 'sent', attempts: 1 });
    expect((await host.request('/messaging/readyz')).status).toBe(200);
  });

  test('names every route of the app', () => {
    expect(unnamedIn(README)).toEqual([]);
  });

  test.each(Object.entries(ERROR_CATALOGUE))('names the error %s with its status', (code, { status }) => {
    expect(README).toMatch(new RegExp(`^\\| \`${code}\` \\| ${status} \\|`, 'm'));
  });

  test.each(Object.entries(DEFAULT_HTTP_LIMITS))('names the limit %s with its default', (name, value) => {
    expect(README).toContain(`| \`limits.${name}\` | ${value} |`);
  });
});
