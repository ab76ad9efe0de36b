import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { versionId } from "../../kernel/id.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadRuleAt } from "../../platform/rule/active-rule.ts";
import { Rule } from "../../platform/rule/rule.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { RuleReference } from "../../sales/scoring/schemas.ts";
import { Records } from "../../storage/write/records.ts";
import { WriteConflict } from "../../storage/write/transaction.ts";
import type { Step } from "../workflow/definition.ts";
import type { ManagedEnrollment } from "../workflow/enrollment.entity.ts";
import type { StepOutcome } from "../workflow/step-plan.ts";
import type { StepRecorder, WorkflowManager } from "../workflow/workflow-manager.ts";
import { type StageActionRecord, StageActions } from "./stage-action.entity.ts";
import { STAGE_ACTION } from "./stage-automation.kind.ts";
import { StageAutomation } from "./stage-automation.rule-kind.ts";
import { parsePlace } from "./stage-workflows.ts";
import { findSuppressionReason } from "./suppression.ts";

/**
 * Records what the workflows of stage automations do in the history of the opportunity. The id of an entry consists of the change and the position
 * of the action in the rule, so an action has one entry.
 */

/** What an enrollment keeps of the change of stage. */
const StageChange = z.object({ from: z.string().nullable(), to: z.string(), rule: RuleReference, automation: z.string() });

/** Returns the stages of the change, and the rule of that time. */
async function describeChange({ moved, at }: DomainEvent, automation: string) {
  const [from = null, to = null] = moved?.stage_id ?? [];
  if (to === null) return undefined;
  const { kind, id, number } = await loadRuleAt(StageAutomation, at);
  return { from, to, rule: { kind, id, number }, automation };
}

/** Entry ids of a record sort by time, then version, then position in the rule. */
const MAX_PLACES = 1000;

const buildEntryId = ({ record_id, change: { at, version } }: ManagedEnrollment, step: Step): string =>
  versionId(STAGE_ACTION, Date.parse(at), version * MAX_PLACES + parsePlace(step.id), record_id);

async function prepareStep(enrollment: ManagedEnrollment, step: Step): Promise<StepRecorder | undefined> {
  const { change, record_id } = enrollment;
  const id = buildEntryId(enrollment, step);
  if (await Records.load(StageActions, id)) return undefined;
  const { from, to, rule, automation } = StageChange.parse(change.facts);
  const action = findAction(step);
  return {
    notificationType: "stage_moved",
    holdReason: action === "health" ? undefined : await findSuppressionReason(change, { from }),
    values: { "opportunity.stage": (await Master.findLabel(OPPORTUNITY_STAGES, to)) ?? null },
    addTo(tx, outcome) {
      const entry = Records.init(
        StageActions,
        {
          opportunity_id: record_id,
          opportunity_version: change.version,
          from_stage_id: from,
          to_stage_id: to,
          rule,
          automation,
          action,
          ...describeOutcome(step, outcome),
          done_at: Clock.now(),
        },
        { id },
      );
      tx.create(StageActions, entry, () => new WriteConflict("The action was already recorded"));
    },
  };
}

const actionsByStep: Readonly<Partial<Record<Step["do"], StageActionRecord["action"]>>> = {
  send: "mail",
  task: "task",
  notify: "notify",
};
const findAction = (step: Step): StageActionRecord["action"] => actionsByStep[step.do] ?? "health";

const results = { DONE: "DONE", SKIPPED: "HELD_BACK", FAILED: "FAILED", TIMED_OUT: "FAILED", REJECTED: "FAILED" } as const;

type OutcomeField = "result" | "reason" | "recipient_ids" | "template_id" | "template_revision" | "activity_id";

function describeOutcome(step: Step, outcome: StepOutcome): Pick<StageActionRecord, OutcomeField> {
  const { recipient_ids = [], template_revision = null } = outcome.details ?? {};
  return {
    result: results[outcome.result],
    reason: nameOpportunity(outcome.reason ?? null)?.slice(0, 500) ?? null,
    recipient_ids: [...recipient_ids],
    template_id: step.do === "send" ? step.template_id : null,
    template_revision,
    activity_id: step.do === "task" && outcome.result === "DONE" ? (outcome.record_id ?? null) : null,
  };
}

/** Reasons of steps, in words about opportunities. */
const opportunityReasons: Readonly<Record<string, string>> = {
  "The record has no contact": "The opportunity has no contact",
  "The record has no customer": "The opportunity has no customer yet",
  "The user cannot see the record": "The user cannot see the opportunity",
};

/** Returns a reason, or several that semicolons separate, in words about opportunities. */
const nameOpportunity = (reason: string | null): string | null =>
  reason === null
    ? null
    : reason
        .split("; ")
        .map((part) => opportunityReasons[part] ?? part)
        .join("; ");

/** Amounts without a currency are in the tenant's. */
const onSettingsChange = (): Promise<void> => Rule.reapplyPublished(StageAutomation);

export const stageActionManager: WorkflowManager = { describeChange, prepareStep, onSettingsChange };
