import { Body, Controller, Inject, Module, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { confirmOrder } from '../embed/confirm-order.ts';
import type { Messaging } from '../embed/open-messaging.ts';
import { MESSAGING, MessagingModule } from './messaging-module.ts';

class OrdersController {
  readonly #messaging: Messaging;

  constructor(messaging: Messaging) {
    this.#messaging = messaging;
  }

  async confirm(number: string, body: { phoneNumber?: unknown } | undefined, response: Response) {
    const order = { number, phoneNumber: String(body?.phoneNumber) };
    const answer = await confirmOrder(this.#messaging.messages, order);
    response.status(answer.status);
    return answer.body;
  }
}

const { prototype } = OrdersController;
const confirm = Object.getOwnPropertyDescriptor(prototype, 'confirm') ?? {};
Controller('orders')(OrdersController);
Inject(MESSAGING)(OrdersController, undefined, 0);
Post(':number/confirmation')(prototype, 'confirm', confirm);
Param('number')(prototype, 'confirm', 0);
Body()(prototype, 'confirm', 1);
Res({ passthrough: true })(prototype, 'confirm', 2);

export class OrdersModule {}
Module({ imports: [MessagingModule], controllers: [OrdersController] })(OrdersModule);
