/** Hands something on to a listener, if there is one. What it throws is dropped: it must not change what is answered. */
export function tell<Told>(listener: ((told: Told) => void) | undefined, told: () => Told): void {
  try {
    listener?.(told());
  } catch {
    // See above.
  }
}
