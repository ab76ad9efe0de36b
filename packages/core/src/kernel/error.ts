/**
 * HTTP statuses of expected failures. A verb throws a `Failure`; the HTTP layer converts it to the error envelope in one place. Clients
 * depend on the codes: they do not change.
 */
export const httpStatusByCode = {
  VALIDATION_ERROR: 400,
  UNAUTHENTICATED: 401,
  SECOND_FACTOR_REQUIRED: 401,
  FORBIDDEN: 403,
  SECOND_FACTOR_SETUP_REQUIRED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  VERSION_CONFLICT: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_MISMATCH: 422,
  RULE_VIOLATION: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;

export type ErrorCode = keyof typeof httpStatusByCode;

/** An error of one field. `field` is its path in the request, joined by dots; empty for the whole request. */
export interface ErrorDetail {
  field: string;
  message: string;
}

export class Failure extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];
  /** Seconds after which the caller should try again. */
  readonly retryAfter: number | undefined;
  /** For NOT_FOUND: the id by which the record was read, if it was read by one. Answers do not show it. */
  readonly recordId: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: readonly ErrorDetail[]; retryAfter?: number; recordId?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "Failure";
    this.code = code;
    this.details = options.details ?? [];
    this.retryAfter = options.retryAfter;
    this.recordId = options.recordId;
  }
}

export const isFailure = (error: unknown, code?: ErrorCode): error is Failure =>
  error instanceof Failure && (code === undefined || error.code === code);

/** Returns the reason of a failure as one text: its details with their fields, or else its message. */
export const describeFailure = ({ message, details }: Failure): string =>
  details.map(({ field, message: detail }) => `${field}: ${detail}`).join("; ") || message;

export const invalid = (field: string, message: string): Failure =>
  new Failure("VALIDATION_ERROR", "Validation failed", { details: [{ field, message }] });

export const invalidAll = (details: readonly ErrorDetail[]): Failure =>
  new Failure("VALIDATION_ERROR", "Validation failed", { details });

/**
 * The same error for a record that does not exist, belongs to another tenant, or is hidden from the caller: a response must not reveal
 * which.
 */
export const notFound = (recordId?: string): Failure =>
  new Failure("NOT_FOUND", "No such record", recordId === undefined ? {} : { recordId });

/** Returns whether an error says that this very record does not exist, is deleted, or is hidden from the actor. */
export const isMissingRecord = (error: unknown, recordId: string): boolean =>
  isFailure(error, "NOT_FOUND") && error.recordId === recordId;

export const conflict = (message: string, details: readonly ErrorDetail[] = []): Failure =>
  new Failure("CONFLICT", message, { details });

export const forbidden = (message: string, details: readonly ErrorDetail[] = []): Failure =>
  new Failure("FORBIDDEN", message, { details });

export const unauthenticated = (message = "Sign in first"): Failure => new Failure("UNAUTHENTICATED", message);

/** The password is right, and a code of the second factor is required too. The caller sends it with the challenge. */
export class SecondFactorRequired extends Failure {
  readonly challenge: string;

  constructor(challenge: string) {
    super("SECOND_FACTOR_REQUIRED", "Send the challenge with a code of your authenticator app");
    this.challenge = challenge;
  }
}

export const ruleViolation = (message: string, details: readonly ErrorDetail[] = []): Failure =>
  new Failure("RULE_VIOLATION", message, { details });

export const rateLimited = (retryAfter: number, message = "Too many requests"): Failure =>
  new Failure("RATE_LIMITED", message, { retryAfter: Math.max(1, Math.ceil(retryAfter)) });

/**
 * The system has no capacity for the request at the moment. Not a `Failure`, because verbs must not take it for the rejection of a
 * record. The HTTP layer answers it with 503.
 */
export class Unavailable extends Error {
  override name = "Unavailable";
  /** Seconds after which the caller should try again. */
  readonly retryAfter: number;
  constructor(retryAfter: number, options: { cause?: unknown } = {}) {
    super("The system has no capacity for the request; repeat it after the seconds in Retry-After", options);
    this.retryAfter = retryAfter;
  }
}

/** Awaits work on an input in which fields have other names than the caller's: its failures then name the fields of the caller. */
export async function renameFields<R>(work: Promise<R>, rename: (field: string) => string): Promise<R> {
  try {
    return await work;
  } catch (error) {
    if (!isFailure(error) || error.details.length === 0) throw error;
    const details = error.details.map(({ field, message }) => ({ field: rename(field), message }));
    throw new Failure(error.code, error.message, { details, cause: error });
  }
}

/** Runs all checks and throws one VALIDATION_ERROR with the details of all that failed. */
export async function requireAll(...checks: readonly (() => unknown)[]): Promise<void> {
  const details: ErrorDetail[] = [];
  await Promise.all(checks.map((check) => collectDetails(details, (async () => check())(), undefined)));
  if (details.length > 0) throw invalidAll(details);
}

/** Returns the result of the work. If the work fails with VALIDATION_ERROR, adds its details to `details` and returns `otherwise`. */
export async function collectDetails<R>(details: ErrorDetail[], work: Promise<R>, otherwise: R): Promise<R> {
  try {
    return await work;
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    details.push(...error.details);
    return otherwise;
  }
}
