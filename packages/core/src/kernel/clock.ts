import { formatInstant } from "./date-bounds.ts";

/**
 * The only source of time. Domains call it instead of `Date.now()`, so that tests and the local `/_local/clock` can move the time of token
 * expiry, rate limits, schedules and ids.
 */
let source: () => number = Date.now;

/** Milliseconds of the pauses that this process skipped; undefined if pauses are real. */
let skippedMs: number | undefined;

/** Returns the time at which the running work pretends to run; undefined for the usual time. */
let pretended: () => number | undefined = () => undefined;

/** Milliseconds since the epoch. */
export const ms = (): number => pretended() ?? source();

/**
 * Returns the machine's time in milliseconds since the epoch. `set` does not change it: it measures the age of timestamps that other
 * systems made.
 */
export const machineTime = (): number => Date.now();

/** Returns the machine's time plus the skipped pauses, for work that paces itself by `pause`. */
export const machineTimeWithPauses = (): number => machineTime() + (skippedMs ?? 0);

/** Waits in the machine's time. */
export async function pause(milliseconds: number): Promise<void> {
  if (skippedMs === undefined) await new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
  else skippedMs += Math.max(0, milliseconds);
}

/** Makes every pause of this process end at once, so that tests do not wait. */
export function skipPauses(): void {
  skippedMs ??= 0;
}

/** Returns the current instant as RFC 3339 in UTC with milliseconds. All instants are stored in this form. */
export const now = (): string => new Date(ms()).toISOString();

/** Replaces the source of time for this process. Without an argument, restores the system clock. */
export function set(next: () => number = Date.now): void {
  source = next;
}

/** Lets some work run at another time (trial-time.ts). */
export function pretend(next: () => number | undefined): void {
  pretended = next;
}

/** Returns the instant `seconds` after `from` (before it, if negative). `from` is now by default. */
export const addSeconds = (seconds: number, from: number = ms()): string => formatInstant(from + seconds * 1000);

/** Converts an instant to seconds since the epoch, the unit of DynamoDB's time-to-live. */
export const toEpochSeconds = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/** Milliseconds that a date of the past may lie in the future: clocks differ, and a day begins at different instants in different zones. */
export const MAX_FUTURE_MS = 24 * 60 * 60 * 1000;

export * as Clock from "./clock.ts";
