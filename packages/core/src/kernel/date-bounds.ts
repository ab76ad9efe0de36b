/**
 * The dates and instants that inputs may contain. Days reach back to the birth of any customer; instants begin with the epoch. A value that
 * is computed from them (the end of a day, a date plus a term) is clamped to the days, so that it is never invalid.
 */
export const [MIN_DATE, MAX_DATE] = ["1800-01-01", "9999-12-31"] as const;
export const [MIN_INSTANT, MAX_INSTANT] = ["1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"] as const;

const [MIN_MS, MAX_MS] = [Date.parse(MIN_DATE), Date.parse(MAX_INSTANT)] as const;

/** Clamps a computed time, in milliseconds since the epoch, to the bounds. `margin` narrows them on both sides. */
export const clampTime = (ms: number, margin = 0): number => Math.min(Math.max(ms, MIN_MS + margin), MAX_MS - margin);

/** Formats a computed time, in milliseconds since the epoch, as an instant within the bounds. */
export const formatInstant = (ms: number): string => new Date(clampTime(ms)).toISOString();
