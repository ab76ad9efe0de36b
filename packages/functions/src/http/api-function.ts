import type { Capabilities } from "@crm/core/kernel/capabilities.ts";
import type { Operation } from "./operation.ts";

/**
 * A function that answers requests: its operations, and the ports that it uses beside the table, which its operations tell,
 * and `secrets`, which every sign-in needs. Its code, environment, rights and routes follow from here.
 */
export interface ApiFunction<O extends readonly Operation[] = readonly Operation[]> extends Capabilities {
  readonly operations: O;
  /** Megabytes, where it needs more than most; computing power grows with them. */
  readonly memory?: number;
  /** Tells of the system itself, and recognises nobody. */
  readonly isOpen?: true;
}

export const defineApiFunction = <const O extends readonly Operation[]>(
  operations: O,
  uses: Omit<ApiFunction, "operations" | "table"> = {},
): ApiFunction<O> => ({ ...uses, operations });
