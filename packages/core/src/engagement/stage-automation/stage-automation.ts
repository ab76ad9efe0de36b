import { Health } from "../../accounts/health/health.ts";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { describeFailure, type Failure, isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { derivedId, versionId } from "../../kernel/id.ts";
import { mayProcess } from "../../kernel/processing.ts";
import { addDays, instantToDay } from "../../kernel/time-zone.ts";
import { Activity } from "../../people/activity/activity.ts";
import { NOTIFICATION } from "../../platform/notification/notification.kind.ts";
import { Notification } from "../../platform/notification/notification.ts";
import { Notifier } from "../../platform/notification/notifier.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { ActionContext, OpportunityRecord, Outcome } from "./action-context.ts";
import { claimPlan, type Plan } from "./claim.ts";
import { sendMail } from "./mail.ts";
import { StageActions } from "./stage-action.entity.ts";
import { STAGE_ACTION } from "./stage-automation.kind.ts";
import type { Action } from "./stage-automation.rule-kind.ts";
import type { PlannedAction } from "./stage-automation.rules.ts";
import { findSuppressionReason } from "./suppression.ts";
import { findManager, resolveUser } from "./user-recipients.ts";

/**
 * Runs the actions of a tenant's rule when an opportunity changes its stage. Each action runs once per change, even if the event repeats, is late
 * or arrives after that of a later change. The outcome of an action is an entry in the opportunity's history. The entry id consists of the change
 * and the action's position in the rule.
 */

export const onStageChange = (event: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    const opportunity = await Records.load(Opportunity.listDefinition.collection, event.record_id, { live: true });
    const plan = opportunity && (await claimPlan(event, opportunity));
    if (plan) await runPlan(plan, event, opportunity);
  });

/** Entry ids of a record sort by time, then version, then position in the rule. */
const MAX_PLACES = 1000;

const entryId = ({ record_id, version, at }: DomainEvent, place: number): string =>
  versionId(STAGE_ACTION, Date.parse(at), version * MAX_PLACES + place, record_id);

/** Runs all actions. A failed action does not stop the others, and is retried when the event is delivered again. */
async function runPlan(plan: Plan, event: DomainEvent, opportunity: OpportunityRecord): Promise<void> {
  const ids = plan.planned.map(({ place }) => entryId(event, place));
  const done = await Records.loadMany(StageActions, ids);
  let failure: unknown;
  for (const [index, plannedAction] of plan.planned.entries()) {
    if (done[index]) continue;
    try {
      const doing = { id: ids[index] as string, event, opportunity, plan, action: plannedAction.action };
      await recordOutcome(doing, plannedAction, await runAction(doing));
    } catch (error) {
      // A parallel delivery has done the action or is about to.
      if (!(error instanceof WriteConflict)) failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}

/** Errors that a retry cannot resolve. */
const finalErrorCodes = ["VALIDATION_ERROR", "NOT_FOUND", "FORBIDDEN", "RULE_VIOLATION"] as const;

async function runAction(doing: ActionContext): Promise<Outcome> {
  const suppressionReason = doing.action.action === "health" ? undefined : await findSuppressionReason(doing.event, doing.plan);
  if (!(await mayProcess(doing.opportunity.personal_key_id, "automate")))
    return { result: "HELD_BACK", reason: "The person's data are restricted" };
  if (suppressionReason !== undefined) return { result: "HELD_BACK", reason: suppressionReason };
  try {
    return await performAction(doing);
  } catch (error) {
    if (!finalErrorCodes.some((code) => isFailure(error, code))) throw error;
    return { result: "FAILED", reason: describeFailure(error as Failure).slice(0, 500) };
  }
}

function performAction(doing: ActionContext): Promise<Outcome> {
  const { action } = doing;
  if (action.action === "mail") return sendMail({ ...doing, action });
  if (action.action === "task") return createTask({ ...doing, action });
  if (action.action === "notify") return notifyUsers({ ...doing, action });
  const { customer_id } = doing.opportunity;
  if (customer_id === null) return Promise.resolve({ result: "HELD_BACK", reason: "The opportunity has no customer yet" });
  return Health.refresh(customer_id).then(() => ({}));
}

async function recordOutcome(
  { id, event, opportunity, plan, action }: ActionContext,
  { automation }: PlannedAction,
  outcome: Outcome,
): Promise<void> {
  const { addToTransaction, ...outcomeFields } = outcome;
  const entry = Records.init(
    StageActions,
    {
      opportunity_id: opportunity.id,
      opportunity_version: event.version,
      from_stage_id: plan.from,
      to_stage_id: plan.to,
      rule: plan.rule,
      automation,
      action: action.action,
      result: "DONE",
      reason: null,
      recipient_ids: [],
      template_id: null,
      template_revision: null,
      activity_id: null,
      done_at: Clock.now(),
      ...outcomeFields,
    },
    { id },
  );
  const tx = transaction().create(StageActions, entry, () => new WriteConflict("The action was already recorded"));
  addToTransaction?.(tx);
  await tx.commit(undefined);
}

/** Creates the task in the transaction of the log entry, so either both are written or neither. */
async function createTask({ event, opportunity, action }: ActionContext<Extract<Action, { action: "task" }>>): Promise<Outcome> {
  const { assign_to, due_in_days, priority_id, subject, activity_type_id } = action;
  const assigneeId =
    assign_to === "owner" ? opportunity.owner_id : assign_to === "manager" ? await findManager(opportunity) : assign_to;
  const { user, reason } = await resolveUser(assigneeId, opportunity);
  if (!user) return { result: "FAILED", reason };
  const activity = await Activity.prepare(
    {
      subject,
      activity_type_id,
      due_date: addDays(instantToDay(useSettings().timezone, event.at), due_in_days),
      assigned_to_id: user.id,
      ...(priority_id ? { priority_id } : {}),
    },
    { type: "opportunity", id: opportunity.id, owner: opportunity.personal_key_id },
  );
  return { activity_id: activity.id, recipient_ids: [user.id], addToTransaction: (tx) => void Activity.add(tx, activity) };
}

/** Maximum number of team members that are notified. */
const MAX_TEAM_USERS = 50;

async function notifyUsers(doing: ActionContext<Extract<Action, { action: "notify" }>>): Promise<Outcome> {
  const { id, event, opportunity, action } = doing;
  const ms = Date.parse(event.at);
  if (Notification.isPast(ms)) return { result: "HELD_BACK", reason: "The change was too long ago" };
  const recipients = await listRecipients(action, opportunity);
  const notifiedIds: string[] = [];
  const reasons: string[] = [];
  for (const recipient of recipients) {
    if (recipient === event.actor_id) {
      reasons.push("The recipient made the change");
      continue;
    }
    const { user, reason } = await resolveUser(recipient, opportunity);
    if (!user) {
      reasons.push(reason);
      continue;
    }
    const message = {
      type: "stage_moved",
      title: `${action.message}: ${opportunity.name}`.slice(0, 300),
      body: null,
      record_kind: OPPORTUNITY.name,
      record_id: opportunity.id,
      actor_id: event.actor_id,
    };
    await Notifier.deliver(derivedId(NOTIFICATION, ms, `stage/${id}`, user.id), message);
    notifiedIds.push(user.id);
  }
  const reason = [...new Set(reasons)].join("; ") || null;
  if (notifiedIds.length > 0) return { recipient_ids: notifiedIds, reason };
  return { result: "HELD_BACK", reason: reason ?? "There is no recipient" };
}

async function listRecipients({ to, user_ids }: Extract<Action, { action: "notify" }>, opportunity: OpportunityRecord) {
  if (to === "users") return [...new Set(user_ids ?? [])];
  if (to === "owner") return [opportunity.owner_id];
  if (to === "manager") return [await findManager(opportunity)];
  const team = opportunity.owner_id && (await Directory.findTeamId(opportunity.owner_id));
  return team ? (await Directory.listActiveInTeam(team)).slice(0, MAX_TEAM_USERS) : [];
}
