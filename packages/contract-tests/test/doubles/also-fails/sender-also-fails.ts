/** Where the fault of a double rightly fails more cases than the one that it is meant for. */
export const senderAlsoFails: Readonly<Record<string, readonly string[]>> = {
  'a sender that gives up at 425': ['does not call a receiver busy for the Retry-After of another status'],
  'a sender that takes a long answer for a failure': ['reads no more of an endless body than a small cap'],
  'a swallowed time-out in the body': [
    'goes by the status line of a refusal too, whatever its body does',
    'is ready for the next call after every fault',
    'names the same reason, a short word, for the same fault',
  ],
  'a receiver that refuses until the test changes it': [
    'calls a connection that is refused to a pool in use retryable too',
    'the harness opens a world of its own each time, and closing one leaves the others',
  ],
  'a time-out that counts as not sent': ['makes twenty calls at the same time'],
  'a refusal that counts as sent': ['calls a connection that is refused to a pool in use retryable too'],
  'a sender that a hang-up in the body poisons': ['names the same reason, a short word, for the same fault'],
};
