import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActorId } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import type { Definition } from "./definition.ts";
import { loadVersion } from "./version.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";

/**
 * Whose rights the steps of a workflow have. The published version decides: a draft, which other users may change, gives no rights
 * (docs/engagement/workflows.md, Rights).
 */

type RunRights = Pick<WorkflowRecord, "run_as" | "published_run_as">;

/**
 * Whether the steps of a version run as the system. An ADMIN published it so, and the system was not withdrawn since. A workflow that an earlier
 * release stored, and that is not migrated yet, must say so in its draft too, because that release read it there.
 */
export const runsAsSystem = ({ published_run_as, run_as }: RunRights, definition: Pick<Definition, "run_as">): boolean =>
  definition.run_as === "system" && (published_run_as ?? run_as) === "system";

/** What only those do who may decide about the rights of a workflow, with the messages for others. */
const refusals = {
  publish: {
    system: "Only an ADMIN can publish a workflow that runs as the system",
    owner: "Only the owner and an ADMIN can publish a workflow: become its owner first",
  },
  resume: {
    system: "Only an ADMIN can resume a workflow that runs as the system",
    owner: "Only the owner and an ADMIN can resume a workflow: ask one of them",
  },
  remove: {
    system: "Only an ADMIN can delete a workflow that runs as the system: pause it instead",
    owner: "Only the owner and an ADMIN can delete a workflow: pause it instead",
  },
  address: {
    system: "Only an ADMIN can read or replace the address of a workflow that runs as the system",
    owner: "Only the owner and an ADMIN can read or replace the address of a workflow",
  },
  enroll: {
    system:
      "Only an ADMIN can enroll records by hand in a workflow that runs as the system, unless its trigger is manual: ask an ADMIN to enroll the record",
    owner:
      "Only the owner and an ADMIN can enroll records by hand in a workflow, unless its trigger is manual: ask one of them to enroll the record",
  },
} as const;

/**
 * Checks that the caller may decide what runs with the rights of a workflow: its owner and ADMINs do, and ADMINs alone if it runs as the system. A
 * publication gives the rights that the draft names. Other acts use those of the published version, and those that the next one may have.
 */
export function requireApprover(workflow: RunRights & Pick<WorkflowRecord, "owner_id">, act: keyof typeof refusals): void {
  if (hasRole("ADMIN")) return;
  const { run_as, published_run_as, owner_id } = workflow;
  const isOfSystem = run_as === "system" || (act !== "publish" && published_run_as === "system");
  if (isOfSystem) throw forbidden(refusals[act].system);
  if (owner_id !== useActorId()) throw forbidden(refusals[act].owner);
}

/** Returns the workflow with the draft and the published version running as the owner, until an ADMIN publishes it as the system again. */
export function withdrawSystem(workflow: WorkflowRecord): WorkflowRecord {
  const draft = { ...workflow, run_as: "owner" as const };
  if (workflow.published_run_as !== "system") return draft;
  return {
    ...draft,
    published_run_as: "owner",
    system_rights_withdrawn_at: Clock.now(),
    system_rights_withdrawn_by: useActorId(),
  };
}

/**
 * Returns a workflow that an earlier release stored with `published_run_as`. Where the draft and the published version disagree, an ADMIN may not
 * have approved what ran: both are set to the owner, and the event of it tells the ADMINs.
 */
export async function settleRunAs(workflow: WorkflowRecord): Promise<WorkflowRecord> {
  const { id, run_as, published_run_as, published_version } = workflow;
  if (published_version === null || published_run_as !== null) return workflow;
  const { definition } = await loadVersion(id, published_version);
  if (definition.run_as === run_as) return { ...workflow, published_run_as: run_as };
  return withdrawSystem({ ...workflow, published_run_as: "system" });
}
