import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { parseStored } from "../../kernel/fn.ts";
import { historyId as partOf } from "../../kernel/id.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { ActiveRule, RuleKind } from "../../platform/rule/rule-kind.ts";
import { listWholeHistory } from "../../storage/read/history-list.ts";
import { listSchema, type Paging } from "../../storage/read/list.ts";
import { type BaseRecord, rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { DynamicScore, scoreDynamic } from "./dynamic-model.rules.ts";
import type { Facts, Part, ScoreResult } from "./facts.ts";
import { type Rating, type Thresholds, toRating } from "./rating.rules.ts";
import type { Cause, Model } from "./schemas.ts";
import { Scores, Stored } from "./score.entity.ts";
import { StandardScore, scoreStandard } from "./standard-model.rules.ts";

/** Scores of leads by the model that the tenant chose, with the version of the rule. */

export const Info = Stored;
export const Row = rowSchema(Stored, Scores.definition.row);
export const Query = listSchema(Scores, {}, { isWhole: true });

/** A score with its explanation. */
export interface Decision extends ScoreResult {
  model: Model;
  rating: Rating;
  rule: { kind: string; id: string; number: number };
  /** The instant at which time alone changes the score; null if it does not. */
  rescore_at: string | null;
}

/** A model with one version of its rule. */
export interface ScoringModel {
  readonly model: Model;
  /** Codes of the interaction types that the rule counts by day. */
  readonly types: readonly string[];
  score(facts: Facts): Decision;
  rate(score: number): Rating;
}

interface ModelDefinition {
  readonly kind: RuleKind;
  /** Loads the model with the given rule, or with the rule in force. */
  load(rule?: ActiveRule<unknown>): Promise<ScoringModel>;
}

/** Defines a model. `turns` returns the days on which a score may change although nothing happens. */
function defineModel<S extends z.ZodType<{ ratings: Thresholds }>>(
  model: Model,
  kind: RuleKind<S>,
  score: (facts: Facts, rule: z.output<S>) => ScoreResult,
  turns: (facts: Facts, rule: z.output<S>) => readonly string[],
  listTypes: (rule: z.output<S>) => readonly string[],
): ModelDefinition {
  const judge = async (activeRule?: ActiveRule<unknown>): Promise<ScoringModel> => {
    const { id, number, definition } = activeRule
      ? { ...activeRule, definition: parseStored(kind.schema, activeRule.definition) }
      : await loadActiveRule(kind);
    const decided = (facts: Facts): Decision => {
      const scored = score(facts, definition);
      const days = [...new Set(turns(facts, definition))].filter((day) => day > facts.today).sort();
      const turn = days.find((today) => score({ ...facts, today }, definition).total !== scored.total);
      return {
        ...scored,
        model,
        rating: toRating(scored.total, definition.ratings),
        rule: { kind: kind.name, id, number },
        rescore_at: turn === undefined ? null : startOfDay(useSettings().timezone, turn),
      };
    };
    return { model, types: listTypes(definition), score: decided, rate: (total) => toRating(total, definition.ratings) };
  };
  return { kind: kind as RuleKind, load: judge };
}

/** Lists the days on which an event leaves one of the windows. */
const listExpiryDays = ({ days }: Facts, windows: readonly number[]): string[] =>
  days.flatMap(({ day }) => windows.map((window) => addDays(day, window + 1)));

/** Returns the day on which a person reaches an age. Birthdays on 29 February fall on 1 March in other years. */
const dayOfBirthday = (birthDate: string, age: number): string =>
  addDays(`${Math.min(Number(birthDate.slice(0, 4)) + age, 9999)}${birthDate.slice(4)}`, 0);

const modelDefinitions: Record<Model, ModelDefinition> = {
  standard: defineModel(
    "standard",
    StandardScore,
    scoreStandard,
    (facts, { behaviour }) => listExpiryDays(facts, [behaviour.window_days]),
    ({ behaviour }) => behaviour.groups.flatMap(({ counts }) => counts.map(({ type }) => type)),
  ),
  dynamic: defineModel(
    "dynamic",
    DynamicScore,
    scoreDynamic,
    (facts, { behavioral, engagement, demographic }) => [
      ...listExpiryDays(facts, [engagement.window_days, ...behavioral.recency.map(({ within_days }) => within_days)]),
      ...[demographic.age_from, demographic.age_to + 1].flatMap((age) =>
        facts.date_of_birth === null ? [] : [dayOfBirthday(facts.date_of_birth, age)],
      ),
    ],
    ({ engagement }) => engagement.signals.map(({ type }) => type),
  ),
};

/** Returns the kind of rule of a model. */
export const ruleKindFor = (model: Model): RuleKind => modelDefinitions[model].kind;

/** Loads a scoring model: by default the tenant's model with the rule in force. */
export const loadModel = (model: Model = useSettings().score_model, rule?: ActiveRule<unknown>): Promise<ScoringModel> =>
  modelDefinitions[model].load(rule);

/** Fields that a score sets on its lead. */
export interface LeadScoreFields {
  lead_score: number;
  rating: Rating;
  score_model: Model;
  score_rule_id: string;
  scored_at: string | null;
  rescore_at: string | null;
}

export const toLeadFields = ({ total, rating, model, rule, rescore_at }: Decision): LeadScoreFields => ({
  lead_score: total,
  rating,
  score_model: model,
  score_rule_id: rule.id,
  scored_at: Clock.now(),
  rescore_at,
});

interface Lead {
  id: string;
  personal_key_id: string;
  lead_score: number;
}

/** The contents of a history entry. */
interface ScoreEntry {
  lead_score: number;
  rating: Rating;
  score_model: string;
  rule: Decision["rule"] | null;
  parts: readonly Part[];
  cause: Cause;
  reason?: string | null | undefined;
}

/** Adds a history entry for a new score to the transaction that changes the lead. */
export function record(tx: Transaction, lead: Lead, scoreEntry: ScoreEntry): void {
  tx.create(Scores, Records.init(Scores, buildHistoryEntry(lead, scoreEntry), { owner: partOf(lead.id) }));
}

/** Builds the history entry of a lead that gets another score. */
export function buildHistoryEntry(lead: Lead, { parts, reason = null, ...scoreFields }: ScoreEntry): z.output<typeof Stored> {
  const { id: lead_id, personal_key_id, lead_score } = lead;
  return {
    ...scoreFields,
    reason,
    parts: [...parts],
    lead_id,
    personal_key_id,
    previous_score: lead_score,
    scored_at: Clock.now(),
  };
}

/** Converts a decision to the contents of a history entry. */
export const toScoreEntry = (
  { total, rating, model, rule, parts }: Decision,
  cause: Cause,
  reason?: string | null,
): ScoreEntry => ({
  lead_score: total,
  rating,
  score_model: model,
  rule,
  parts,
  cause,
  reason,
});

/** Fields of a lead from which its first history entry is built. */
interface LeadWithOrigin extends Lead, Pick<BaseRecord, "created_at" | "created_by"> {
  rating: string | null;
  score_model: string | null;
}

/**
 * Lists the scores of a lead, newest first. The last one is the score at creation: the score that the oldest entry replaced, or the lead's
 * present score. Its rule and parts are not stored, because they would cost a write for every lead.
 */
export const listHistory = (lead: LeadWithOrigin, query: Paging) =>
  listWholeHistory(Scores, lead, query, (oldest) => ({
    lead_id: lead.id,
    personal_key_id: lead.personal_key_id,
    lead_score: oldest?.previous_score ?? lead.lead_score,
    previous_score: null,
    rating: oldest ? null : lead.rating,
    score_model: (oldest ? oldest.score_model : lead.score_model) ?? "standard",
    rule: null,
    parts: [],
    cause: "CREATED" as const,
    reason: null,
    scored_at: lead.created_at,
  }));

export type { Cause, Model } from "./schemas.ts";
export * as Score from "./score.ts";
