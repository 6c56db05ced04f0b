import type { ServerResponse } from 'node:http';
import type { ReceiverBehaviour } from '../harness/webhook-sender-harness.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
const HALF_A_BODY = '{"message":"Accepted","messageId":"half-a-';
const CHUNK = Buffer.alloc(64 * 1024, 'x');

// A reset overtakes what the peer has not read: it gets this long to read the status line.
const TIME_TO_READ_MS = 25;

/** The receiver's behaviour once it has read a request. */
export function playBehaviour(behaviour: ReceiverBehaviour, response: ServerResponse): void {
  switch (behaviour.kind) {
    case 'answer':
      response.writeHead(behaviour.status, { ...JSON_HEADERS, ...behaviour.headers }).end(behaviour.body);
      return;
    case 'hang_in_body':
      beginBody(response, behaviour.status);
      return;
    case 'endless_body':
      response.writeHead(behaviour.status, JSON_HEADERS);
      writeForEver(response);
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'reset_in_body':
      beginBody(response, behaviour.status, () => {
        setTimeout(() => response.socket?.resetAndDestroy(), TIME_TO_READ_MS);
      });
      return;
    case 'hang_up':
      response.socket?.end();
      return;
    case 'garbage':
      response.socket?.end('220 mail.example ESMTP, and no HTTP here\r\n\r\n');
      return;
    case 'held':
      behaviour.onRequest(() => response.writeHead(200, JSON_HEADERS).end('{"messageId":"held"}'));
      return;
    case 'hang':
    case 'refuse':
  }
}

function beginBody(response: ServerResponse, status: number, written: () => void = () => undefined): void {
  response.writeHead(status, { ...JSON_HEADERS, 'content-length': '4096' });
  response.write(HALF_A_BODY, written);
}

/** Fast enough that a sender reaches its limit soon, and slow enough to leave the processor to the other cases. */
function writeForEver(response: ServerResponse): void {
  if (response.destroyed) return;
  response.write(CHUNK, () => setTimeout(writeForEver, 1, response));
}
