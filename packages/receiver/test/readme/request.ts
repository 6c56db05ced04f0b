import { MemorySeenStore, receiveRequest, WebhookReceiver } from '@messaging-system/receiver';

const receiver = new WebhookReceiver({
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  seenStore: new MemorySeenStore(),
});

export function POST(request: Request): Promise<Response> {
  return receiveRequest(receiver, request, async (delivery) => {
    console.log('seen once:', delivery.id, delivery.json());
  });
}
