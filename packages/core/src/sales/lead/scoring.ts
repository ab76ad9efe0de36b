import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useContext, useSettings, useTenant } from "../../kernel/context.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { mayProcess, requireProcessable } from "../../kernel/processing.ts";
import { instant, oneOf, text } from "../../kernel/schema.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { Person } from "../../people/person/person.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { compareOnSample } from "../../platform/rule/dry-run.ts";
import { Rule } from "../../platform/rule/rule.ts";
import type { DryRunResult, DryRunRules, DryRunSample, RuleKind } from "../../platform/rule/rule-kind.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { forEachId, runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import { readItem } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import { type Edit, Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import { classifyTrend, DynamicScore, recommendActions } from "../scoring/dynamic-model.rules.ts";
import { computeBreakdown, countEvents } from "../scoring/facts.ts";
import { scoreLead, scoreUnrestricted } from "../scoring/inputs.ts";
import { models, PartInfo, RuleReference, scoreModels } from "../scoring/schemas.ts";
import { Score } from "../scoring/score.ts";
import { type LeadRecord, Leads } from "./lead.entity.ts";
import { ratings } from "./lead.rules.ts";
import { applyScore, Lead } from "./lead.ts";

/** Scores of leads: explain a score, recalculate it, set it by hand. */

const points = () => z.number().int().min(0).max(100);

export const Info = z.object({
  lead_id: z.string(),
  lead_score: points().describe("The stored score of the lead, used in lists"),
  rating: oneOf(ratings).nullable(),
  score_model: oneOf(scoreModels).nullable().describe("manual: set by a person, until it is cleared"),
  score_rule_id: z.string().nullable().describe("The rule version that computed the score"),
  scored_at: instant().nullable(),
  rescore_at: instant().nullable().describe("When the score next changes because time passes"),
  calculated: z
    .object({ total: points(), rating: oneOf(ratings), model: oneOf(models), rule: RuleReference, parts: z.array(PartInfo) })
    .describe("Computed from the current facts that the caller can see; the total is the sum of its parts"),
  total_score: points(),
  score_breakdown: z.record(z.string(), z.number().int()).describe("Points by group, and their total"),
  scoring_factors: z.object({
    interaction_count: z
      .number()
      .int()
      .describe("Only interactions that the caller can see; the same applies to the other factors"),
    recent_interactions: z.number().int().describe("In the last 7 days"),
    campaign_responses: z.number().int().describe("Emails opened and clicked"),
    opportunity_count: z.number().int(),
  }),
  recommended_actions: z.array(z.object({ action: z.string(), priority: z.string(), reason: z.string() })),
  score_trend: oneOf(["increasing", "stable", "declining"]).describe("Derived from the level of the score"),
  as_of: instant().nullable().describe("Time up to which the person's actions are counted"),
});

type ScoreView = Omit<z.output<typeof Info>, "scoring_factors"> & {
  scoring_factors: Omit<z.output<typeof Info>["scoring_factors"], "opportunity_count">;
};

const modelField = oneOf(models).optional().describe("Defaults to the tenant's model");

/** Explains the score of a lead. */
export async function present(lead: LeadRecord, by: z.output<typeof modelField>): Promise<ScoreView> {
  await requireProcessable("id", lead.personal_key_id, "score");
  const [{ decision, facts, interactionCount }, { definition }] = await Promise.all([
    scoreLead(lead, Score.loadModel(by)),
    loadActiveRule(DynamicScore),
  ]);
  const { total, rating, model, rule, parts } = decision;
  const { lead_score, score_model, score_rule_id, scored_at, rescore_at } = lead;
  const responses = ["email_opened", "email_clicked"].map((type) => interactionCount.types[type] ?? 0);
  return {
    lead_id: lead.id,
    lead_score,
    rating: lead.rating,
    score_model,
    score_rule_id,
    scored_at,
    rescore_at,
    calculated: { total, rating, model, rule, parts: [...parts] },
    total_score: total,
    score_breakdown: computeBreakdown(decision),
    scoring_factors: {
      interaction_count: interactionCount.interactions,
      recent_interactions: countEvents(facts.days, addDays(facts.today, -7)),
      campaign_responses: responses.reduce((sum, times) => sum + times, 0),
    },
    recommended_actions: recommendActions(total, definition),
    score_trend: classifyTrend(total, definition),
    as_of: interactionCount.as_of ?? null,
  };
}

export const Get = z.strictObject({ id: text(64), model: modelField });

export const Change = z.strictObject({
  id: text(64),
  lead_score: points()
    .nullish()
    .describe("A score that you set by hand, with a reason. If empty, the score is computed from the facts"),
  reason: text(500).nullish(),
});

/**
 * Sets the score by hand, clears a score that was set by hand, or recalculates the score. A score that was set by hand stays until it is
 * cleared. `explain` builds the response from the changed lead.
 */
export async function change<A>(
  { id, lead_score, reason }: z.output<typeof Change>,
  explain: (lead: LeadRecord) => Promise<A>,
): Promise<A> {
  const isSet = typeof lead_score === "number";
  if (isSet && !reason?.trim()) throw invalid("reason", "Required with lead_score");
  const next: Edit<LeadRecord> = (current, tx) => {
    if (isSet) return applyManualScore(tx, current, lead_score, reason);
    const isKept = current.score_model === "manual" && lead_score !== null;
    return isKept ? current : recalculate(tx, current, current.score_model === "manual" ? "CLEARED" : "REQUESTED", reason);
  };
  let answer: A | undefined;
  const edit: Edit<LeadRecord> = async (current, tx) => {
    await requireProcessable("personal_key_id", current.personal_key_id, "score");
    const edited = await next(requireOpen(current), tx);
    answer = await explain(edited);
    return edited;
  };
  return Records.change(Leads, id, edit, { answer: () => answer as A });
}

/** Sets the score by hand, for callers that get it from elsewhere. */
export const setByHand = fn(
  z.strictObject({ id: text(64), lead_score: points(), reason: text(500).default("Set by hand") }),
  ({ id, lead_score, reason }) =>
    Records.change(Leads, id, async (current, tx) => {
      await requireProcessable("personal_key_id", current.personal_key_id, "score");
      return applyManualScore(tx, requireOpen(current), lead_score, reason);
    }),
);

function requireOpen(lead: LeadRecord): LeadRecord {
  if (lead.is_converted) throw ruleViolation("The lead is converted: its score can no longer change");
  return lead;
}

async function applyManualScore(
  tx: Transaction,
  lead: LeadRecord,
  lead_score: number,
  reason?: string | null,
): Promise<LeadRecord> {
  const rating = (await Score.loadModel()).rate(lead_score);
  const scoreFields = { lead_score, rating, score_model: "manual" as const };
  Score.record(tx, lead, { ...scoreFields, rule: null, parts: [], cause: "MANUAL", reason });
  return { ...lead, ...scoreFields, score_rule_id: null, scored_at: Clock.now(), rescore_at: null };
}

async function recalculate(tx: Transaction, lead: LeadRecord, cause: Score.Cause, reason?: string | null): Promise<LeadRecord> {
  if (!(await mayProcess(lead.personal_key_id, "score"))) return { ...lead, rescore_at: null };
  return applyScore(tx, lead, await scoreUnrestricted(lead), cause, reason);
}

/** Groups of parts that depend on records of other users. */
const countedGroups: ReadonlySet<string> = new Set(["behavioral", "engagement"]);

/**
 * Lists the score history. Points are visible to all readers of the lead. Callers who do not see all records do not see the reasons that
 * reveal how often other users were in touch.
 */
export const listHistory = fn(Score.Query.extend({ id: text(64) }), async ({ id, ...query }) => {
  const { rows, meta } = await Score.listHistory(await Lead.read(id), query);
  if ((await useContext().visibleOwners()) === "all") return new Page(rows, meta);
  const redactPart = (part: (typeof rows)[number]["parts"][number]) =>
    countedGroups.has(part.group) ? { ...part, because: "Activity with the person" } : part;
  return new Page(
    rows.map((entry) => ({ ...entry, parts: entry.parts.map(redactPart) })),
    meta,
  );
});

/**
 * Recalculates the score of a lead after another record changed. Writes nothing if the score is the same, was set by hand, or is frozen by
 * the conversion.
 */
export async function rescore(id: string, cause: Score.Cause): Promise<void> {
  await Tenant.runWithSettings(() =>
    Records.change(Leads, id, (current, tx) =>
      current.is_converted || current.score_model === "manual" ? current : recalculate(tx, current, cause),
    ),
  );
}

/** The most leads of a person that are rescored, newest first. The others are rescored when one of their own inputs changes. */
const MAX_LEADS_PER_PERSON = 100;

/** Rescores the open leads of a person after the person or their interactions changed. */
export async function rescorePerson(person: string): Promise<void> {
  const living = await Person.resolveMerged(person);
  if (!living || living.deleted_at) return;
  const leads = await Lead.loadVisibleByPerson(Person.listIds(living));
  for (const { id, is_converted } of leads.slice(0, MAX_LEADS_PER_PERSON)) if (!is_converted) await rescoreIfPresent(id);
}

/** Does the same as `rescore` for a lead that may no longer exist. */
export const rescoreIfPresent = (id: string): Promise<void> => Records.ignoreMissing(rescore(id, "FACTS"));

/** Rescores a lead because time has passed, at `lead.rescore_due`, which may arrive twice or late. */
export const rescoreDue = (id: string, due_at: string): Promise<void> =>
  Tenant.runWithSettings(() => Clocks.runDue(Leads, id, "rescore", due_at, (lead, tx) => recalculate(tx, lead, "TIME")));

/** Seconds until every process uses the scoring model that the tenant chose. */
const MODEL_PROPAGATION_SECONDS = Tenant.CACHE_SECONDS + 15;

/** Schedules the rescoring of all leads after the tenant chose another model. */
export async function applyModelChange(): Promise<void> {
  const key = { pk: tenantKey(useTenant(), "SCORING"), sk: "model" };
  const [{ score_model }, storedModel] = await Promise.all([Tenant.loadSettings(), readItem(key)]);
  if (score_model === (storedModel?.model ?? "standard")) return;
  await Rule.scheduleReapply(Score.ruleKindFor(score_model), MODEL_PROPAGATION_SECONDS);
  await transaction()
    .put({ ...key, model: score_model })
    .commit(undefined);
}

/** Rescores all leads by another rule, for some seconds. Returns whether all are done. */
const rescoreSlice = (job: string, rule: string, seconds: number): Promise<boolean> =>
  runPartitionJob(job, seconds, {
    collection: Leads,
    partitions: Leads.allPartitions("live"),
    purpose: rule,
    batchSize: 100,
    work: forEachId((id) => Records.ignoreMissing(rescore(id, "RULE"))),
  });

/** Scores the newest leads by both versions of a rule, and returns the differences. */
async function rehearse(
  model: Score.Model,
  { before, after }: DryRunRules<unknown>,
  sample: DryRunSample,
): Promise<DryRunResult> {
  const [old, next] = await Promise.all([Score.loadModel(model, before), Score.loadModel(model, after)]);
  return compareOnSample(Leads, sample, (leads) =>
    Promise.all(
      leads.map(async (lead) => {
        const { facts } = await scoreLead(lead, Promise.resolve({ ...old, types: [...old.types, ...next.types] }));
        const [oldDecision, newDecision] = [old.score(facts), next.score(facts)];
        const formatDecision = ({ total, rating }: Score.Decision) => `${total} ${rating}`;
        return {
          record_id: lead.id,
          title: lead.display_name ?? lead.lead_number,
          before: formatDecision(oldDecision),
          after: formatDecision(newDecision),
          explanation: {
            parts: newDecision.parts.map(({ key, label, points, max, because }) => ({ key, label, points, max, because })),
          },
        };
      }),
    ),
  );
}

/** Adds the dry run and the application to leads to the kind of rule of a model. */
const buildRuleKind = (model: Score.Model): RuleKind => ({
  ...Score.ruleKindFor(model),
  dryRun: (rules, sample) => rehearse(model, rules, sample),
  apply: async (set, { id }, seconds) => {
    // The rule of a model that the tenant does not use affects no lead.
    const used = await Tenant.runWithSettings(() => useSettings().score_model);
    return used !== model || rescoreSlice(set, id, seconds);
  },
});

export const standardRule = buildRuleKind("standard");
export const dynamicRule = buildRuleKind("dynamic");

export * as Scoring from "./scoring.ts";
