import { isPermitted, useContext } from "@crm/core/kernel/context.ts";
import type { Operation } from "./operation.ts";

/** Why the caller may not ask for an operation, whatever its input; undefined where they may. */
export function accessRejection({ access, method, onlyReads }: Operation): string | undefined {
  if (typeof access === "string") return undefined;
  const { actor, suspensionReason: suspended } = useContext();
  if (!isPermitted(actor, access)) return "Your role does not allow this";
  return suspended === undefined || method === "GET" || onlyReads ? undefined : `The tenant may not write: ${suspended}`;
}
