/** Why a state failed: an error name of Step Functions, or the name that a step threw. */
export class FlowError extends Error {
  readonly error: string;
  constructor(error: string, cause: string) {
    super(cause);
    this.name = "FlowError";
    this.error = error;
  }
}

/** Errors that `States.ALL` does not match: a rule must name them. */
const EXPLICIT_ONLY_ERRORS: ReadonlySet<string> = new Set(["States.DataLimitExceeded", "States.Runtime"]);

/** Whether a rule with these names matches the error. */
export const matchesError = (names: readonly string[], error: string): boolean =>
  names.some((name) => {
    if (name === error) return true;
    if (EXPLICIT_ONLY_ERRORS.has(error)) return false;
    if (name === "States.ALL") return true;
    const isTimeout = error === "States.Timeout" || error === "States.HeartbeatTimeout";
    return name === "States.TaskFailed" ? !isTimeout : name === "States.Timeout" && isTimeout;
  });
