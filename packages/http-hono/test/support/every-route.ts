import { InMemoryMessageRepository, ManualClock, SeededRandom } from '@messaging-system/core/in-memory';
import { deliverySwitchOf, LiveEvents, SandboxReceiver } from '../../src/index.ts';
import { START, type WorldOptions } from './world.ts';

/** Options that add every route that an app may have. */
export function everyRoute(): WorldOptions {
  const clock = new ManualClock(START);
  return {
    sandbox: new SandboxReceiver({ clock }),
    deliverySwitch: deliverySwitchOf(new InMemoryMessageRepository(new SeededRandom(1))),
    events: new LiveEvents({ clock }),
    metrics: { contentType: 'text/plain', metrics: async () => 'up 1' },
  };
}
