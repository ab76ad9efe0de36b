import { Failure, Unavailable } from "@crm/core/kernel/error.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";

/** Returns an error as the failure that the caller is told. The cause of an unexpected error is only logged. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Unavailable)
    return new Failure("UNAVAILABLE", error.message, { retryAfter: error.retryAfter, cause: error });
  return new Failure("INTERNAL", "An internal error occurred", { cause: error });
}

export const logInternalError = (log: Ports["log"], requestId: string, error: unknown): void =>
  log.write("error", "A request failed", {
    request_id: requestId,
    error: error instanceof Error ? (error.stack ?? error.message) : "unknown",
  });
