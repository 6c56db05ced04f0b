import { createHmac } from 'node:crypto';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const OTHER_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
/** The second that the tests are in. */
export const NOW: number = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A signed request, made by hand from the scheme's text. */
export function signed(
  body: string,
  { id = 'msg_1', at = NOW, secret = SECRET }: { id?: string; at?: number; secret?: string } = {},
): { readonly headers: Record<string, string>; readonly rawBody: Uint8Array } {
  const timestamp = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
    rawBody: Buffer.from(body),
  };
}
