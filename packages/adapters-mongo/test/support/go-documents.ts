import { type Document, ObjectId } from 'mongodb';

export interface Texts {
  readonly phoneNumber: string;
  readonly content: string;
}

/** `time.Time{}`, the zero time of Go. */
export const GO_ZERO_TIME: Date = new Date('0001-01-01T00:00:00Z');

/** The document of the Go service's driver for a message whose `webhookMessageId` and `sentAt` have no `omitempty`. */
export function goUnsent({ phoneNumber, content }: Texts): Document {
  return {
    _id: new ObjectId(),
    phoneNumber,
    content,
    status: 'unsent',
    webhookMessageId: '',
    sentAt: GO_ZERO_TIME,
  };
}

/** The same with the two fields left out while they are empty. */
export function goUnsentBare({ phoneNumber, content }: Texts): Document {
  return { _id: new ObjectId(), phoneNumber, content, status: 'unsent' };
}

/** The document that the Go service leaves when it marks a message: it never stored when. */
export function goSent({ phoneNumber, content }: Texts): Document {
  return {
    _id: new ObjectId(),
    phoneNumber,
    content,
    status: 'sent',
    webhookMessageId: '67f2f8a8-ea58-4ed0-a6f9-ff217df4d849',
    sentAt: GO_ZERO_TIME,
  };
}
