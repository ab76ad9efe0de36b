/** Timeouts, in milliseconds, of calls for which a request waits. */
export const TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 5000 };

/** Credentials are valid for at least this long when a command begins: longer than a request, so that no command outlives them. */
export const SESSION_MARGIN_MS = 60_000;
