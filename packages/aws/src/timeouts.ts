/** Timeouts, in milliseconds, of calls for which a request waits. */
export const TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 5000 };
