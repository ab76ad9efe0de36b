import type { Log } from "@crm/core/kernel/ports.ts";

/** A log that keeps the failures of listeners, steps, the stream and requests, for tests that expect none. */
export interface FailureLog {
  readonly log: Log;
  readonly failures: string[];
}

/** The local system retries a failed step, so it only warns of it. */
const STEP_FAILURE = "A step failed";

export function createFailureLog(): FailureLog {
  const failures: string[] = [];
  const write: Log["write"] = (level, message, fields) => {
    if (level === "error" || message === STEP_FAILURE) failures.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { log: { write }, failures };
}
