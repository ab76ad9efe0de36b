/**
 * The header that pages send with their session cookie. Pages of other sites cannot send it: a browser asks first whether they may (CORS), and
 * they may not.
 */
export const CSRF_HEADER = "x-crm-csrf";

/** The only value that counts, as the documentation says. */
export const CSRF_VALUE = "1";
