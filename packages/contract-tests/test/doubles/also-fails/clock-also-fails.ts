/** Where the fault of a double rightly fails more cases than the one that it is meant for. */
export const clockAlsoFails: Readonly<Record<string, readonly string[]>> = {
  'a time in seconds': ['moves on by the time that passes', 'wakes a sleeper after its time, and not before'],
  'a clock that stands still': ['wakes a sleeper after its time, and not before'],
  'a sleep that does not look at its signal first': ['never rejects, however the signal aborts'],
  'a sleep that obeys no AbortSignal': ['never rejects, however the signal aborts'],
};
