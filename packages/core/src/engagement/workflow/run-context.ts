import { type Context, useContext } from "../../kernel/context.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import type { EnrollmentRecord } from "./enrollment.entity.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";

/**
 * Builds the context in which the steps of an enrollment run: with the rights that the owner has at this moment, or as the system. Changes carry the
 * id of the enrollment as their request, by which a later trigger finds the chain that led to it. Undefined if the owner may not sign in any more.
 */
export async function buildRunContext(
  { owner_id, run_as, name }: Pick<WorkflowRecord, "owner_id" | "run_as" | "name">,
  { id, workflow_version }: Pick<EnrollmentRecord, "id" | "workflow_version">,
): Promise<Context | undefined> {
  const request = { id, reason: `Workflow ${name}, version ${workflow_version}`.slice(0, 500) };
  if (run_as === "owner") {
    const context = owner_id ? await buildActorContext(owner_id, { request: id }) : undefined;
    return context && { ...context, request };
  }
  return { ...useContext(), request };
}
