/** Next calls this once in each server process, before it answers. */
export async function register(): Promise<void> {
  // It is compiled for the edge runtime too, which has no dispatcher.
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { startMessaging } = await import('./messaging.ts');
  await startMessaging();
}
