import { toSingleLine } from "../../kernel/text-content.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { addManagedWorkflows, type ManagedWorkflow } from "../workflow/managed-workflow.ts";
import { Batches, type BatchRecord } from "./batch.entity.ts";
import { isOver } from "./batch.rules.ts";
import { memberStatuses } from "./member.rules.ts";
import { isSequenceActive } from "./sequence.rules.ts";

/**
 * The workflow that sends the sequence of a batch: a step for each message, which the operation of step-execution.ts does. The batch manages it. It
 * is paused and ended with the batch, and a change of the sequence is a new version of it.
 */

const endedStatuses = memberStatuses.filter((status) => !isSequenceActive(status));

const buildWorkflow = ({ id, batch_name, status, sequence }: BatchRecord, refreshes: boolean): ManagedWorkflow => ({
  key: "sequence",
  name: toSingleLine(`Sequence of ${batch_name}`, 150),
  isPaused: status === "PAUSED",
  refreshes,
  definition: {
    kind: "reengagement_member",
    trigger: { on: "event", event: "reengagement_member.sequence_opened" },
    where: { batch_id: id },
    exit: { where: { status: endedStatuses } },
    enrollment: { repeat: "once_at_a_time" },
    steps: sequence.map(({ channel, after_days }, index) => ({
      id: `message_${index + 1}`,
      name: `Message ${index + 1} by ${channel}, after ${after_days} days`,
      do: "action",
      action: "sendReengagementStep",
      set: { step: index + 1 },
      retry_on: ["next_step_at", "sequence_step"],
      on_error: "stop",
    })),
  },
});

/** Adds the workflow of a batch, as the batch is now, to a transaction. `refreshes` enrolls all members, when the batch begins or continues. */
export async function addSequenceWorkflow(tx: Transaction, batch: BatchRecord, refreshes = false): Promise<void> {
  const { id, status, activated_at, sequence } = batch;
  const isSending = activated_at !== null && !isOver(status) && sequence.length > 0;
  const periods = isSending ? [{ from: activated_at, to: null, workflows: [buildWorkflow(batch, refreshes)] }] : [];
  await addManagedWorkflows(tx, id, periods);
}

/** Handles `reengagement_batch.walk_due`: writes the workflow of a batch that an earlier release activated. */
export const onWalkDue = createClockListener((batch, due_at) =>
  Tenant.runWithSettings(() =>
    Clocks.runDue(Batches, batch, "walk", due_at, async (current, tx) => {
      await addSequenceWorkflow(tx, current, current.status === "ACTIVE");
      return { ...current, walk_at: null };
    }),
  ),
);
