import ky from 'ky';
import { type Agent, request } from 'undici';
import type { OpenContender } from '../suites/throughput/contender.ts';
import { bareLoop } from './bare-client.ts';
import { agentOf, requestOf } from './post-job.ts';

/** ky as it is used when it should be fast: its `fetch` is `undici.request`, and the body goes past the Request. */
export const bareKy: OpenContender = async ({ receiverUrl, concurrency }) => {
  const agent = agentOf(concurrency);
  const client = ky.create({ retry: 0, timeout: false, fetch: viaRequest(agent) });
  return bareLoop(
    concurrency,
    async (job) => {
      const { headers, body } = requestOf(job);
      await client.post(receiverUrl, { headers, ...{ raw: body } }).json();
    },
    () => agent.close(),
  );
};

function viaRequest(agent: Agent): typeof fetch {
  const post = async (asked: Request, { raw }: { raw: string }): Promise<Response> => {
    const answer = await request(asked.url, {
      method: 'POST',
      headers: Object.fromEntries(asked.headers),
      body: raw,
      dispatcher: agent,
    });
    const headers = { 'content-type': String(answer.headers['content-type']) };
    return new Response(await answer.body.text(), { status: answer.statusCode, headers });
  };
  // ky calls it with a Request and with the options that it does not know itself, never in the other ways of `fetch`.
  return post as typeof fetch;
}
