/** Hands something on to a listener, if there is one. Its errors are dropped: they must not change the answer. */
export function tell<Told>(listener: ((told: Told) => void) | undefined, told: () => Told): void {
  try {
    listener?.(told());
  } catch {
    // See above.
  }
}
