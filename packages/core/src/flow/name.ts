import { Failure } from "../kernel/error.ts";

/**
 * Executions are named by their tenant and a name of their own: `ten_…-qte_…`. So the tenant of a step comes from who started it,
 * and an address of another tenant's cannot be written.
 */
const NAME = /^(ten_[0-9a-z]+)-([A-Za-z0-9_-]+)$/;

/** As many letters as Step Functions takes. */
const LONGEST = 80;

export function nameOf(tenant: string, name: string): string {
  const full = `${tenant}-${name}`;
  if (!NAME.test(full) || full.length > LONGEST)
    throw new Error(`An execution is named by letters, digits, _ and -, at most ${LONGEST - tenant.length - 1} of them`);
  return full;
}

/** The tenant of an execution, and its own name. */
export function tenantOf(execution: string): { tenant: string; name: string } {
  const [, tenant, name] = NAME.exec(execution) ?? [];
  if (!tenant || !name) throw new Failure("INTERNAL", `No execution is named ${execution}`);
  return { tenant, name };
}
