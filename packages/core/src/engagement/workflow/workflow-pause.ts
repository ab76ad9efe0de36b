import { Clock } from "../../kernel/clock.ts";
import { runAsSystem } from "../../kernel/context.ts";
import { Records } from "../../storage/write/records.ts";
import { type WorkflowRecord, Workflows } from "./workflow.entity.ts";

/** Pauses a workflow for a reason that its users must settle. Its event tells the owner and the administrators. */
export const pauseBySystem = (
  id: string,
  reason: NonNullable<WorkflowRecord["pause_reason"]>,
  message: string,
): Promise<unknown> =>
  runAsSystem("workflows", () =>
    Records.change(Workflows, id, (current) =>
      current.status === "ACTIVE"
        ? {
            ...current,
            status: "PAUSED" as const,
            paused_at: Clock.now(),
            pause_reason: reason,
            pause_message: message.slice(0, 500),
          }
        : current,
    ),
  );
