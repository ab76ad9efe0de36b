import type { Capabilities } from "@crm/core/kernel/capabilities.ts";
import type { Operation } from "./operation.ts";

/**
 * A function that answers requests: its operations and the ports that it uses. Two ports follow by themselves: the table from the
 * operations, and `secrets:requests`, the keys of cursors and of keyed requests. The code, environment, permissions and routes of the function are derived
 * from this value.
 */
export interface ApiFunction<O extends readonly Operation[] = readonly Operation[]> extends Capabilities {
  readonly operations: O;
  /** Memory in megabytes, if the function needs more than most. Computing power grows with it. */
  readonly memory?: number;
  /** Describes only the system itself, and authenticates no caller. */
  readonly isOpen?: true;
}

export const defineApiFunction = <const O extends readonly Operation[]>(
  operations: O,
  uses: Omit<ApiFunction, "operations" | "table"> = {},
): ApiFunction<O> => ({ ...uses, operations });
