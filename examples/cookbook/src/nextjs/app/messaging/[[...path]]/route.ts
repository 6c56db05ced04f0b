import { messaging } from '../../../messaging.ts';

async function answer(request: Request): Promise<Response> {
  const { fetch } = await messaging();
  return fetch(request);
}

export { answer as GET, answer as POST };
