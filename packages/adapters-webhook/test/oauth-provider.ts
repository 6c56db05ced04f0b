import type { WebhookSenderOptions } from '../src/index.ts';
import { json, provider, type SeenRequest } from './contract-sender.ts';

export interface OAuthProvider {
  readonly options: WebhookSenderOptions;
  /** Requests of tokens. */
  readonly asked: SeenRequest[];
  /** The bearer tokens of deliveries, in order. */
  readonly used: string[];
  /** The present token is not taken any more. */
  revoke(): void;
  /** From now on the token endpoint answers with this status. */
  fail(status: number): void;
}

/** A provider whose token endpoint gives `token-1`, `token-2` …, and which takes only the last one given. */
export async function oauthProvider({
  expiresIn = 100,
  takesAny = false,
}: {
  readonly expiresIn?: unknown;
  readonly takesAny?: boolean;
} = {}): Promise<OAuthProvider> {
  const asked: SeenRequest[] = [];
  const used: string[] = [];
  let valid = '';
  let status = 200;
  const { url } = await provider((request) => {
    if (request.url === '/token') {
      asked.push(request);
      if (status !== 200) return { status, body: 'no' };
      valid = `token-${asked.length}`;
      return json(200, { access_token: valid, token_type: 'Bearer', expires_in: expiresIn });
    }
    const token = String(request.headers.authorization).replace('Bearer ', '');
    used.push(token);
    return token === valid || takesAny ? json(202, { messageId: 'm' }) : json(401, { error: token });
  });
  return {
    options: {
      url: `${url}/send`,
      auth: {
        kind: 'oauth2',
        tokenUrl: `${url}/token`,
        clientId: 'a client',
        clientSecret: 's:cret/1',
        scope: 'sms',
        audience: 'x',
      },
      keepResponses: 'failures',
    },
    asked,
    used,
    revoke: () => {
      valid = 'nothing';
    },
    fail: (to) => {
      status = to;
    },
  };
}
