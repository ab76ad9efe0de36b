/**
 * The one source of time. Domains ask it, never `Date.now()`, so that tests and the local
 * `/_local/clock` can move it; token expiry, rate limits, schedules and ids all follow.
 */
let source: () => number = Date.now;

/** How long the pauses were that this process has skipped, in milliseconds; undefined where pauses are real. */
let skippedMs: number | undefined;

/** Milliseconds since the epoch. */
export const ms = (): number => source();

/** Milliseconds since the epoch as the machine has it, which nobody moves: for the age of what has its time from elsewhere. */
export const machineTime = (): number => Date.now();

/** The machine's time for work that paces itself by `pause`: skipped pauses have passed by it. */
export const machineTimeWithPauses = (): number => machineTime() + (skippedMs ?? 0);

/** Waits for some milliseconds of the machine's time. */
export async function pause(milliseconds: number): Promise<void> {
  if (skippedMs === undefined) await new Promise((resolve) => setTimeout(resolve, milliseconds));
  else skippedMs += Math.max(0, milliseconds);
}

/** Lets each pause of this process end at once, so that tests do not wait. */
export function skipPauses(): void {
  skippedMs ??= 0;
}

/** The present instant as RFC 3339 in UTC with milliseconds, the only form in which instants are stored. */
export const now = (): string => new Date(source()).toISOString();

/** Replaces the source of time for this process; without an argument the system's clock is back. */
export function set(next: () => number = Date.now): void {
  source = next;
}

/** An instant `seconds` after (or, negative, before) `from`, by default now. */
export const addSeconds = (seconds: number, from: number = source()): string => new Date(from + seconds * 1000).toISOString();

/** Seconds since the epoch, as DynamoDB's time-to-live wants it. */
export const toEpochSeconds = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/** Longest that the date of what has happened may lie ahead, in milliseconds: clocks differ, and a day has many zones. */
export const MAX_FUTURE_MS = 24 * 60 * 60 * 1000;

export * as Clock from "./clock.ts";
