import { hasPermission, hasSession, useContext } from "@crm/core/kernel/context.ts";
import { Failure } from "@crm/core/kernel/error.ts";
import type { Operation } from "./operation.ts";

/** Returns why the caller may not call an operation with any input, or undefined if the caller may. */
export function accessRejection(operation: Operation): string | undefined {
  const { access, method, onlyReads, sessionRule } = operation;
  const { suspensionReason, viewedRole } = useContext();
  if (viewedRole !== undefined && !isRead(operation))
    return "You view the data as another role, so you cannot change anything: stop viewing as this role";
  if (typeof access !== "string") {
    if (!hasPermission(access)) return "Your role does not allow this";
    if (suspensionReason !== undefined && method !== "GET" && !onlyReads) return `The tenant is read-only: ${suspensionReason}`;
  }
  return sessionRule && !sessionRule.cases && !hasSession() ? sessionRule.rejection : undefined;
}

/** Whether an operation only reads: a GET, or a list whose conditions are in the body. Others with `onlyReads` may send or store something. */
export const isRead = ({
  method,
  kind,
  onlyReads,
  checksParts,
}: Pick<Operation, "method" | "kind" | "onlyReads" | "checksParts">): boolean =>
  method === "GET" || (onlyReads && (kind === "list" || checksParts));

/** Refuses all operations but those of the set-up, if the tenant requires a second factor that the user has not set up. */
export function requireSetUp({ duringSetUp, checksParts }: Operation): void {
  if (useContext().mustSetUpSecondFactor && !duringSetUp && !checksParts)
    throw new Failure("SECOND_FACTOR_SETUP_REQUIRED", "Your organisation requires two-factor sign-in: set it up first");
}
