import { Body, Controller, Inject, Module, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { confirmOrder, phoneNumberIn } from '../embed/confirm-order.ts';
import type { Messaging } from '../embed/open-messaging.ts';
import { MESSAGING, MessagingModule } from './messaging-module.ts';

class OrdersController {
  readonly #messaging: Messaging;

  constructor(messaging: Messaging) {
    this.#messaging = messaging;
  }

  async confirm(number: string, body: unknown, response: Response) {
    const order = { number, phoneNumber: phoneNumberIn(body) };
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
