/** @see sysexits.h of BSD; of signals, what shells make of them */
export const ExitCode = {
  OK: 0,
  /** EX_USAGE: the command line. */
  USAGE: 64,
  /** EX_UNAVAILABLE: something that is needed can't be had. */
  UNAVAILABLE: 69,
  /** EX_SOFTWARE: an error of our own. */
  SOFTWARE: 70,
  /** EX_CONFIG */
  CONFIG: 78,
  SIGINT: 130,
  SIGTERM: 143,
} as const;
