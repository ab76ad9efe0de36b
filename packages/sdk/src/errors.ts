import type { Error as ErrorBody } from "./generated/schemas.ts";

/** The code of an error answer. Releases may add codes. */
export type ErrorCode = ErrorBody["error"]["code"];

export interface ErrorDetail {
  readonly field: string;
  readonly message: string;
}

/** Base of all errors of the client: of answers, of the network, of jobs and of webhooks. */
export class CrmError extends Error {
  override name = "CrmError";
}

/** An error answer of the API. */
export class ApiError extends CrmError {
  override name = "ApiError";
  readonly status: number;
  /** One of `ErrorCode`, or `UNKNOWN` if the answer does not come from the API. */
  readonly code: ErrorCode | "UNKNOWN";
  readonly details: readonly ErrorDetail[];
  readonly requestId: string | undefined;
  readonly headers: Headers;
  /** Seconds after which the API takes the call again. */
  readonly retryAfter: number | undefined;

  constructor({ status, headers }: Pick<Response, "status" | "headers">, body: unknown) {
    const { code, message, details = [], request_id }: Partial<ErrorBody["error"]> = readErrorBody(body);
    const reasons = details.map((detail) => `${detail.field}: ${detail.message}`);
    super([message ?? `The server answered with status ${status}`, ...reasons].join("\n  "));
    this.status = status;
    this.code = code ?? "UNKNOWN";
    this.details = details as readonly ErrorDetail[];
    this.requestId = request_id ?? headers.get("x-request-id") ?? undefined;
    this.headers = headers;
    this.retryAfter = parseRetryAfter(headers);
  }

  /** The first message for each field. */
  get fields(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.details].reverse().map(({ field, message }) => [field, message]));
  }
}

/** 400, 413 and 415: the input is wrong. `fields` has a message for each field. */
export class ValidationError extends ApiError {
  override name = "ValidationError";
}

/** 401: there is no session, or it has ended and could not be refreshed. The user must sign in. */
export class AuthenticationError extends ApiError {
  override name = "AuthenticationError";
}

/** 401: the password is right, and the user has a second factor. Call `signIn` with `challenge` and a code of it within 5 minutes. */
export class SecondFactorRequiredError extends AuthenticationError {
  override name = "SecondFactorRequiredError";
  readonly challenge: string;

  constructor(...[response, body]: ConstructorParameters<typeof ApiError>) {
    super(response, body);
    this.challenge = readErrorBody(body).challenge ?? "";
  }
}

/** 403 */
export class PermissionError extends ApiError {
  override name = "PermissionError";
}

/** 404: the record does not exist, or the caller may not see it. */
export class NotFoundError extends ApiError {
  override name = "NotFoundError";
}

/** 409 */
export class ConflictError extends ApiError {
  override name = "ConflictError";
}

/** 412: the record has another version than `ifMatch`. `fields` names each field of the request whose stored value differs. */
export class VersionConflictError extends ApiError {
  override name = "VersionConflictError";
}

/** 422: a rule of the business forbids it, or an idempotency key was used for another body. */
export class RuleViolationError extends ApiError {
  override name = "RuleViolationError";
}

/** 429, after all retries. `retryAfter` says how long to wait. */
export class RateLimitError extends ApiError {
  override name = "RateLimitError";
}

/** 5xx, after all retries. */
export class ServerError extends ApiError {
  override name = "ServerError";
}

/** No answer came, after all retries. It is unknown whether a write had its effect. */
export class ConnectionError extends CrmError {
  override name = "ConnectionError";
}

/** No answer came in time, after all retries. */
export class TimeoutError extends ConnectionError {
  override name = "TimeoutError";
}

type ApiErrorClass = new (...arguments_: ConstructorParameters<typeof ApiError>) => ApiError;

const classByStatus: Readonly<Record<number, ApiErrorClass>> = {
  400: ValidationError,
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
  409: ConflictError,
  412: VersionConflictError,
  413: ValidationError,
  415: ValidationError,
  422: RuleViolationError,
  429: RateLimitError,
};

export async function readApiError(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  const body = parseJson(text);
  if (readErrorBody(body).code === "SECOND_FACTOR_REQUIRED") return new SecondFactorRequiredError(response, body);
  const Class = classByStatus[response.status] ?? (response.status >= 500 ? ServerError : ApiError);
  return new Class(response, body);
}

export function parseRetryAfter(headers: Headers): number | undefined {
  const seconds = Number.parseInt(headers.get("retry-after") ?? "", 10);
  return Number.isNaN(seconds) ? undefined : seconds;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const readErrorBody = (body: unknown): Partial<ErrorBody["error"]> => {
  const { error } = (body ?? {}) as { error?: unknown };
  return typeof error === "object" && error !== null ? error : {};
};
