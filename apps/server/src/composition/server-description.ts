import type { ServerDescription } from '@messaging-system/cli';
import type { Config } from '../config/config.ts';
import { shownTarget, webhookTarget } from '../config/webhook-target.ts';
import { storeName } from './stores.ts';

// The sandbox is called so wherever the server answers.
const SOMEWHERE = 'http://127.0.0.1';

/** The description that a server with this configuration gives of itself. */
export async function expectedDescription(config: Config): Promise<ServerDescription> {
  return { target: shownTarget(webhookTarget(config, SOMEWHERE)), store: await storeName(config) };
}
