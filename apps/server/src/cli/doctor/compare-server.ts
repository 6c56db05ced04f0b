import type { ServerDescription } from '../../composition/server-description.ts';
import { type Check, failed, ok, warning } from './check.ts';

const NAME = 'same server';
const ADVICE =
  'What was checked here is not what that server uses: export the same variables as it has and stand in the same folder, or give --url to check the server alone.';

/** Whether the server that answers runs with what was checked here. */
export function compareServer(here: ServerDescription, there: ServerDescription | null): readonly Check[] {
  if (there === null) {
    return [warning(NAME, 'the server does not say what it delivers from and to', ADVICE)];
  }
  const differences = [
    ...difference('delivers to', here.target, there.target),
    ...difference('keeps messages in', here.store, there.store),
  ];
  return differences.length > 0 ? differences : [ok(NAME, 'it has the store and the webhook of here')];
}

function difference(does: string, here: string, there: string): readonly Check[] {
  return here === there ? [] : [failed(NAME, `it ${does} ${there}, and here it would be ${here}`, ADVICE)];
}
