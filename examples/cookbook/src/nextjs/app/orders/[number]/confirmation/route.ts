import { confirmOrder, phoneNumberIn } from '../../../../../embed/confirm-order.ts';
import { messaging } from '../../../../messaging.ts';

export async function POST(
  request: Request,
  context: { readonly params: Promise<{ readonly number: string }> },
): Promise<Response> {
  const { number } = await context.params;
  const phoneNumber = phoneNumberIn(await request.json().catch(() => null));
  const { messages } = await messaging();
  const { status, body } = await confirmOrder(messages, { number, phoneNumber });
  return Response.json(body, { status });
}
