import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isConditionFailed, update } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";
import { pauseBySystem } from "./workflow-pause.ts";

/** Limits of workflows: enrollments in an hour, and messages in a day. At a limit the workflow pauses and its owner is told; nothing is lost. */

/** Enrollments of one workflow, and of all workflows of a tenant, in an hour. */
const MAX_RUNS_PER_HOUR = { workflow: 20_000, tenant: 100_000 } as const;
/** Messages of one workflow, and of all workflows of a tenant, in a day. */
const MAX_MESSAGES_PER_DAY = { workflow: 5000, tenant: 20_000 } as const;

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Counts one more in the current period. Returns whether the limit allows it. */
async function take(name: string, seconds: number, most: number): Promise<boolean> {
  const period = Math.floor(Clock.ms() / 1000 / seconds);
  try {
    await update({
      Key: { pk: tenantKey(useTenant(), "WORKFLOWQUOTA", name), sk: String(period) },
      UpdateExpression: "ADD #count :one SET #ttl = :ttl",
      ConditionExpression: "attribute_not_exists(#count) OR #count < :most",
      ExpressionAttributeNames: { "#count": "count", "#ttl": "ttl" },
      ExpressionAttributeValues: { ":one": 1, ":most": most, ":ttl": (period + 2) * seconds },
    });
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return false;
  }
}

type Limits = { readonly workflow: number; readonly tenant: number };

async function takeBoth(workflow: string, unit: string, seconds: number, most: Limits): Promise<boolean> {
  return (await take(`${unit} ${workflow}`, seconds, most.workflow)) && (await take(unit, seconds, most.tenant));
}

/** Takes one enrollment from the quota, or pauses the workflow. */
export async function takeRun({ id }: Pick<WorkflowRecord, "id">): Promise<boolean> {
  if (await takeBoth(id, "runs", HOUR_SECONDS, MAX_RUNS_PER_HOUR)) return true;
  await pauseBySystem(id, "quota", `More than ${MAX_RUNS_PER_HOUR.workflow} records in an hour: check the trigger, then resume`);
  return false;
}

/** Takes one message from the quota, or pauses the workflow. */
export async function takeMessage(id: string): Promise<boolean> {
  if (await takeBoth(id, "messages", DAY_SECONDS, MAX_MESSAGES_PER_DAY)) return true;
  await pauseBySystem(
    id,
    "quota",
    `More than ${MAX_MESSAGES_PER_DAY.workflow} messages in a day: check the recipients, then resume`,
  );
  return false;
}
