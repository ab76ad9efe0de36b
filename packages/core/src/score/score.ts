import type * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useSettings } from "../kernel/context.ts";
import { historyOf as partOf } from "../kernel/id.ts";
import { dayAfter, startOfDay } from "../kernel/zone.ts";
import { inForce } from "../rule/in-force.ts";
import type { InForce, RuleKind } from "../rule/kind.ts";
import { wholeHistory } from "../storage/read/history.ts";
import { listSchema, type Paging } from "../storage/read/list.ts";
import { type BaseRecord, rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { DynamicScore, dynamic } from "./dynamic.rules.ts";
import type { Facts, Part, Scored } from "./facts.ts";
import { type Rating, ratingOf, type Thresholds } from "./rating.rules.ts";
import { Scores, Stored } from "./score.entity.ts";
import type { Cause, Model } from "./shapes.ts";
import { StandardScore, standard } from "./standard.rules.ts";

/** Scores of leads by the model that the tenant chose, each with the version of the rule that made it. */

export const Info = Stored;
export const Row = rowOf(Stored, Scores.definition.row);
export const Query = listSchema(Scores, {}, { whole: true });

/** A score, and what it rests on. */
export interface Decision extends Scored {
  model: Model;
  rating: Rating;
  rule: { kind: string; id: string; number: number };
  /** The instant at which it changes because time passes; null when it does not. */
  rescore_at: string | null;
}

/** A model with one version of its rule. */
export interface Judge {
  readonly model: Model;
  /** Codes of the interaction types that the rule counts by day. */
  readonly types: readonly string[];
  score(facts: Facts): Decision;
  rate(score: number): Rating;
}

interface Scorer {
  readonly kind: RuleKind;
  /** By the rule in force unless another is given. */
  judge(rule?: InForce<unknown>): Promise<Judge>;
}

/** `turns` says on which days to come a score may change although nothing happens. */
function scorer<S extends z.ZodType<{ ratings: Thresholds }>>(
  model: Model,
  kind: RuleKind<S>,
  score: (facts: Facts, rule: z.output<S>) => Scored,
  turns: (facts: Facts, rule: z.output<S>) => readonly string[],
  typesOf: (rule: z.output<S>) => readonly string[],
): Scorer {
  const judge = async (given?: InForce<unknown>): Promise<Judge> => {
    const { id, number, definition } = given
      ? { ...given, definition: kind.schema.parse(given.definition) }
      : await inForce(kind);
    const decided = (facts: Facts): Decision => {
      const scored = score(facts, definition);
      const days = [...new Set(turns(facts, definition))].filter((day) => day > facts.today).sort();
      const turn = days.find((today) => score({ ...facts, today }, definition).total !== scored.total);
      return {
        ...scored,
        model,
        rating: ratingOf(scored.total, definition.ratings),
        rule: { kind: kind.name, id, number },
        rescore_at: turn === undefined ? null : startOfDay(useSettings().timezone, turn),
      };
    };
    return { model, types: typesOf(definition), score: decided, rate: (given) => ratingOf(given, definition.ratings) };
  };
  return { kind: kind as RuleKind, judge };
}

/** The days after which what happened on a day counts no more. */
const leaving = ({ days }: Facts, windows: readonly number[]): string[] =>
  days.flatMap(({ day }) => windows.map((window) => dayAfter(day, window + 1)));

/** The day on which somebody reaches an age; who was born on 29 February does on 1 March in other years. */
const reaching = (born: string, age: number): string =>
  dayAfter(`${String(Number(born.slice(0, 4)) + age).padStart(4, "0")}${born.slice(4)}`, 0);

const scorers: Record<Model, Scorer> = {
  standard: scorer(
    "standard",
    StandardScore,
    standard,
    (facts, { behaviour }) => leaving(facts, [behaviour.window_days]),
    ({ behaviour }) => behaviour.groups.flatMap(({ counts }) => counts.map(({ type }) => type)),
  ),
  dynamic: scorer(
    "dynamic",
    DynamicScore,
    dynamic,
    (facts, { behavioral, engagement, demographic }) => [
      ...leaving(facts, [engagement.window_days, ...behavioral.recency.map(({ within_days }) => within_days)]),
      ...[demographic.age_from, demographic.age_to + 1].flatMap((age) =>
        facts.date_of_birth === null ? [] : [reaching(facts.date_of_birth, age)],
      ),
    ],
    ({ engagement }) => engagement.signals.map(({ type }) => type),
  ),
};

/** The kind of rule by which a model scores. */
export const kindOf = (model: Model): RuleKind => scorers[model].kind;

/** How scores are made now: by the tenant's model and the rule in force, unless others are named. */
export const judge = (model: Model = useSettings().score_model, rule?: InForce<unknown>): Promise<Judge> =>
  scorers[model].judge(rule);

/** What a score leaves on its lead. */
export interface OnLead {
  lead_score: number;
  rating: Rating;
  score_model: Model;
  score_rule_id: string;
  scored_at: string | null;
  rescore_at: string | null;
}

export const onLead = ({ total, rating, model, rule, rescore_at }: Decision): OnLead => ({
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

/** What the history says of a new score. */
interface Reached {
  lead_score: number;
  rating: Rating;
  score_model: string;
  rule: Decision["rule"] | null;
  parts: readonly Part[];
  cause: Cause;
  reason?: string | null | undefined;
}

/** Writes a new score of a lead into its history; joins the transaction that changes the lead. */
export function record(tx: Transaction, lead: Lead, reached: Reached): void {
  tx.create(Scores, Records.born(Scores, told(lead, reached), { owner: partOf(lead.id) }));
}

/** What the history says of a lead that is given another score now. */
export function told(lead: Lead, { parts, reason = null, ...reached }: Reached): z.output<typeof Stored> {
  const { id: lead_id, personal_key_id, lead_score: previous_score } = lead;
  return { ...reached, reason, parts: [...parts], lead_id, personal_key_id, previous_score, scored_at: Clock.now() };
}

/** What the history says of a decision. */
export const reached = ({ total, rating, model, rule, parts }: Decision, cause: Cause, reason?: string | null): Reached => ({
  lead_score: total,
  rating,
  score_model: model,
  rule,
  parts,
  cause,
  reason,
});

/** What of a lead its first score is told by. */
interface Born extends Lead, Pick<BaseRecord, "created_at" | "created_by"> {
  rating: string | null;
  score_model: string | null;
}

/**
 * The scores of a lead, newest first, down to the one that it was born with: that is the one that the oldest entry replaced, or
 * that it has still. By which rule, and of what it was made, is not kept: it would cost each lead more than its history is
 * worth.
 */
export const historyOf = (lead: Born, query: Paging) =>
  wholeHistory(Scores, lead, query, (oldest) => ({
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

export * as Score from "./score.ts";
export type { Cause, Model } from "./shapes.ts";
