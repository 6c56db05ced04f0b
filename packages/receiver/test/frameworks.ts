import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { receiveWebhooks as receiveInExpress } from '../src/express.ts';
import { keepRawBodies, receiveWebhooks as receiveInFastify } from '../src/fastify.ts';
import { receiveWebhooks as receiveInHono } from '../src/hono.ts';
import type { Handler, WebhookReceiver } from '../src/index.ts';

export interface Running extends AsyncDisposable {
  readonly url: string;
  readonly errors: readonly unknown[];
}

type Start = (receiver: WebhookReceiver, handle: Handler) => Promise<Running>;

/** A server on loopback of each framework, with the route `/hook` and what reached its error handler. */
export const FRAMEWORKS: Readonly<Record<string, Start>> = {
  Hono: async (receiver, handle) => {
    const errors: unknown[] = [];
    const app = new Hono();
    app.post('/hook', receiveInHono(receiver, handle));
    app.onError((error, context) => {
      errors.push(error);
      return context.text('failed', 500);
    });
    const server = await new Promise<Server>((resolve) => {
      // Without options of HTTP/2 this is Node's plain server.
      const made = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(made as Server));
    });
    return running(server, errors);
  },

  Express: async (receiver, handle) => {
    const errors: unknown[] = [];
    const app = express();
    app.post('/hook', receiveInExpress(receiver, handle));
    app.use(express.json());
    app.use(expressErrors(errors));
    return await listening(createServer(app), errors);
  },

  'Express with express.raw': async (receiver, handle) => {
    const errors: unknown[] = [];
    const app = express();
    app.use(express.raw({ type: () => true }));
    app.post('/hook', receiveInExpress(receiver, handle));
    app.use(expressErrors(errors));
    return await listening(createServer(app), errors);
  },

  'Express with rawBody kept next to the parsed one': async (receiver, handle) => {
    const errors: unknown[] = [];
    const app = express();
    const keep = (request: object, _response: unknown, buffer: Buffer): void => {
      Object.assign(request, { rawBody: buffer });
    };
    app.use(express.text({ type: () => true, verify: keep }));
    app.post('/hook', receiveInExpress(receiver, handle));
    app.use(expressErrors(errors));
    return await listening(createServer(app), errors);
  },

  Fastify: async (receiver, handle) => {
    const errors: unknown[] = [];
    const app = Fastify();
    app.setErrorHandler(async (error, _request, reply) => {
      errors.push(error);
      await reply.code(500).send('failed');
    });
    app.register((scope, _options, done) => {
      keepRawBodies(scope);
      scope.post('/hook', receiveInFastify(receiver, handle));
      done();
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { url: `${url}/hook`, errors, [Symbol.asyncDispose]: () => app.close() };
  },

  'node:http': async (receiver, handle) => {
    const errors: unknown[] = [];
    const receive = receiveInExpress(receiver, handle);
    const server = createServer((request, response) => {
      receive(request, response, (error) => {
        errors.push(error);
        response.writeHead(500).end();
      });
    });
    return await listening(server, errors);
  },
};

function expressErrors(errors: unknown[]): express.ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error, _request, response, _next) => {
    errors.push(error);
    response.status(500).send('failed');
  };
}

export async function listening(server: Server, errors: readonly unknown[]): Promise<Running> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return running(server, errors);
}

function running(server: Server, errors: readonly unknown[]): Running {
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    errors,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
