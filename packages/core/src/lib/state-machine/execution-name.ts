import { Failure } from "../../kernel/error.ts";

/**
 * Full names of executions consist of the tenant and a name: `ten_…-qte_…`. The tenant of a step therefore comes from the start of its execution, and
 * no caller can name an execution of another tenant.
 */
const EXECUTION_NAME = /^(ten_[0-9a-z]+)-([A-Za-z0-9_-]+)$/;

/** The maximum length in Step Functions. */
const MAX_NAME_LENGTH = 80;

export function buildExecutionName(tenant: string, name: string): string {
  const full = `${tenant}-${name}`;
  if (!EXECUTION_NAME.test(full) || full.length > MAX_NAME_LENGTH)
    throw new Error(
      `Execution name must have at most ${MAX_NAME_LENGTH - tenant.length - 1} characters: letters, digits, _ and -`,
    );
  return full;
}

/** Returns the tenant of an execution, and its own name. */
export function parseExecutionName(execution: string): { tenant: string; name: string } {
  const [, tenant, name] = EXECUTION_NAME.exec(execution) ?? [];
  if (!tenant || !name) throw new Failure("INTERNAL", `Invalid execution name: ${execution}`);
  return { tenant, name };
}
