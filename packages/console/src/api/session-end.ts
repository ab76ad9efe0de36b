/** The end of the session while its user works. Calls wait until the user has signed in again over the page (frame/session/sign-in-dialog.tsx). */

let finish: ((isSignedIn: boolean) => void) | undefined;
const listeners = new Set<() => void>();

const notify = (): void => {
  for (const listener of listeners) listener();
};

/** Opens the sign-in dialog. Resolves to true when the user has signed in again. */
export function askToSignIn(): Promise<boolean> {
  return new Promise((resolve) => {
    finish = resolve;
    notify();
  });
}

/** Lets the calls that wait continue, or fail. */
export function finishSignIn(isSignedIn: boolean): void {
  finish?.(isSignedIn);
  finish = undefined;
  notify();
}

export const isSessionOver = (): boolean => finish !== undefined;

export function subscribeToSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
