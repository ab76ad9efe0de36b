import { Failure } from "../../kernel/error.ts";

/**
 * Executions are named by their tenant and a name of their own: `ten_…-qte_…`. So the tenant of a step comes from who started it,
 * and an address of another tenant's cannot be written.
 */
const EXECUTION_NAME = /^(ten_[0-9a-z]+)-([A-Za-z0-9_-]+)$/;

/** As many letters as Step Functions takes. */
const MAX_NAME_LENGTH = 80;

export function buildExecutionName(tenant: string, name: string): string {
  const full = `${tenant}-${name}`;
  if (!EXECUTION_NAME.test(full) || full.length > MAX_NAME_LENGTH)
    throw new Error(`An execution is named by letters, digits, _ and -, at most ${MAX_NAME_LENGTH - tenant.length - 1} of them`);
  return full;
}

/** The tenant of an execution, and its own name. */
export function parseExecutionName(execution: string): { tenant: string; name: string } {
  const [, tenant, name] = EXECUTION_NAME.exec(execution) ?? [];
  if (!tenant || !name) throw new Failure("INTERNAL", `No execution is named ${execution}`);
  return { tenant, name };
}
