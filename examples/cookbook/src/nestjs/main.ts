import 'reflect-metadata';
import { getRequestListener } from '@hono/node-server';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express } from 'express';
import type { Messaging } from '../embed/open-messaging.ts';
import { MESSAGING } from './messaging-module.ts';
import { OrdersModule } from './orders-module.ts';

const app = await NestFactory.create<NestExpressApplication>(OrdersModule, { logger: ['error', 'warn'] });
const messaging = app.get<Messaging>(MESSAGING);
const express: Express = app.getHttpAdapter().getInstance();
// Before `listen`, which adds Nest's body parsers: the API reads its bodies itself.
express.all('/messaging{/*path}', getRequestListener(messaging.fetch));

app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
try {
  await app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
} catch (error) {
  // It delivers already.
  await app.close();
  throw error;
}
console.log('listening', app.getHttpServer().address());
