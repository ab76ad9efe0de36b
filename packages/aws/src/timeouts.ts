/** Milliseconds of what a request waits for at most. */
export const TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 5000 };
