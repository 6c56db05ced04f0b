// Stands in for Next's server, which is too large to be installed for a test: it calls `register`, and each route handler with a plain Request.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import * as api from '../../src/nextjs/app/messaging/[[...path]]/route.ts';
import * as confirmation from '../../src/nextjs/app/orders/[number]/confirmation/route.ts';
import { register } from '../../src/nextjs/instrumentation.ts';

process.env.NEXT_RUNTIME = 'nodejs';
await register();

async function route(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const isApi = /^\/messaging(\/|$)/.test(pathname);
  if (isApi && request.method === 'GET') return api.GET(request);
  if (isApi && request.method === 'POST') return api.POST(request);
  const number = /^\/orders\/(\w+)\/confirmation$/.exec(pathname)?.[1];
  if (number === undefined) return new Response(null, { status: 404 });
  return confirmation.POST(request, { params: Promise.resolve({ number }) });
}

const server = createServer(getRequestListener(route)).listen(Number(process.env.PORT), '127.0.0.1');
await once(server, 'listening');
console.log('listening', server.address());
