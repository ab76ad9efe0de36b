import { actAsSystem, type Context } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { runsAsSystem } from "./run-rights.ts";
import type { VersionRecord, WorkflowRecord } from "./workflow.entity.ts";

type RunningWorkflow = Pick<WorkflowRecord, "owner_id" | "run_as" | "published_run_as" | "name">;

/**
 * Builds the context in which the steps of an enrollment run: with the rights that the owner has at this moment, or as the system if the version
 * was published so. Changes carry the id of the enrollment as their request, by which a later trigger finds the chain that led to it, and the
 * audit trail names the user who published the version. Undefined if the owner may not sign in any more.
 */
export async function buildRunContext(
  workflow: RunningWorkflow,
  { number, definition, published_by, pins }: Pick<VersionRecord, "number" | "definition" | "published_by" | "pins">,
  enrollment: string,
): Promise<Context | undefined> {
  const { owner_id, name } = workflow;
  const publisher = isId(published_by, USER) ? (await Directory.loadNames([published_by])).get(published_by) : undefined;
  const reason = `Workflow ${name}, version ${number}, published by ${publisher ?? published_by}`.slice(0, 500);
  const run = { request: { id: enrollment, reason }, pins: pins ?? undefined };
  if (runsAsSystem(workflow, definition)) return actAsSystem("workflows", run);
  const context = owner_id ? await buildActorContext(owner_id, { authority: "workflow", request: enrollment }) : undefined;
  return context && { ...context, ...run };
}
