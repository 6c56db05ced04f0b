import type { ContractProblem } from './contract/problems.ts';
import { requestPlan } from './request-plan.ts';
import type { WebhookSenderOptions } from './webhook-sender-options.ts';

/** Every problem of the contract and the authentication of a sender, without making one; each with its place, such as `body.To`. */
export function contractProblems(options: WebhookSenderOptions): readonly ContractProblem[] {
  const problems: string[] = [];
  const usual = { isAccepted: () => true, isAmbiguous: () => false, clock: NO_CLOCK };
  requestPlan(problems, options, usual);
  return problems.map((text) => {
    const [, path = '', problem = text] = /^(?:contract\.)?(\S+) (.*)$/s.exec(text) ?? [];
    return { path, problem };
  });
}

/** Nothing is built, so nobody asks for the time. */
const NO_CLOCK = { now: () => 0, sleep: () => Promise.resolve() };
