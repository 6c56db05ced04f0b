import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { messagingOptions } from '../embed/messaging-options.ts';
import { type Messaging, openMessaging } from '../embed/open-messaging.ts';

export const MESSAGING: symbol = Symbol('messaging');

export class MessagingModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #messaging: Messaging;

  constructor(messaging: Messaging) {
    this.#messaging = messaging;
  }

  /** Before the HTTP server closes, which waits for live pages. */
  beforeApplicationShutdown(): void {
    this.#messaging.drain();
  }

  /** After it has closed: until then handlers enqueue. */
  onApplicationShutdown(): Promise<void> {
    return this.#messaging[Symbol.asyncDispose]();
  }
}

Inject(MESSAGING)(MessagingModule, undefined, 0);
Module({
  providers: [{ provide: MESSAGING, useFactory: () => openMessaging(messagingOptions(process.env)) }],
  exports: [MESSAGING],
})(MessagingModule);
