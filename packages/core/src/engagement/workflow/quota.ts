import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isConditionFailed, update } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { transaction } from "../../storage/write/transaction.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";
import { pauseBySystem } from "./workflow-pause.ts";

/** Limits of workflows: enrollments in an hour, and messages in a day. At a limit the workflow pauses and its owner is told; nothing is lost. */

/** Enrollments of one workflow, and of all workflows of a tenant, in an hour. */
const MAX_RUNS_PER_HOUR = { workflow: 20_000, tenant: 100_000 } as const;
/** Messages of one workflow, and of all workflows of a tenant, in a day. */
const MAX_MESSAGES_PER_DAY = { workflow: 5000, tenant: 20_000 } as const;

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;

const findPeriod = (seconds: number): number => Math.floor(Clock.ms() / 1000 / seconds);

const buildKey = (name: string, period: number): Key => ({
  pk: tenantKey(useTenant(), "WORKFLOWQUOTA", name),
  sk: String(period),
});

/** Counts one more in the current period. Returns whether the limit allows it. */
async function take(name: string, seconds: number, most: number): Promise<boolean> {
  const period = findPeriod(seconds);
  try {
    await update({
      Key: buildKey(name, period),
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

/** The step of an enrollment that sends a message. */
interface SendingStep {
  readonly workflow: string;
  readonly enrollment: string;
  readonly step: string;
}

/**
 * Takes one message from the quota, or pauses the workflow. A step that is tried again on the same day, after a failure or by another process, takes
 * none again.
 */
export async function takeMessage({ workflow, enrollment, step }: SendingStep): Promise<boolean> {
  const period = findPeriod(DAY_SECONDS);
  const claim = buildKey(`message ${enrollment} ${step}`, period);
  try {
    await update({
      Key: claim,
      UpdateExpression: "SET #ttl = :ttl",
      ConditionExpression: "attribute_not_exists(pk)",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":ttl": (period + 2) * DAY_SECONDS },
    });
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return true;
  }
  if (await takeBoth(workflow, "messages", DAY_SECONDS, MAX_MESSAGES_PER_DAY)) return true;
  await transaction().delete(claim).commit(undefined);
  await pauseBySystem(
    workflow,
    "quota",
    `More than ${MAX_MESSAGES_PER_DAY.workflow} messages in a day: check the recipients, then resume`,
  );
  return false;
}
