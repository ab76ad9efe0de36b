import { isPermitted, useContext } from "@crm/core/kernel/context.ts";
import type { Operation } from "./operation.ts";

/** Returns why the caller may not call an operation with any input, or undefined if the caller may. */
export function accessRejection({ access, method, onlyReads }: Operation): string | undefined {
  if (typeof access === "string") return undefined;
  const { actor, suspensionReason: suspended } = useContext();
  if (!isPermitted(actor, access)) return "Your role does not allow this";
  return suspended === undefined || method === "GET" || onlyReads ? undefined : `The tenant is read-only: ${suspended}`;
}
