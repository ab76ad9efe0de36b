import { Tally } from "../interaction/tally.ts";
import { seeingAll } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { dayAfter } from "../kernel/zone.ts";
import { Master } from "../masters/master.ts";
import { COMPANY_SIZES, INDUSTRIES, REVENUE_RANGES } from "../masters/shared.masters.ts";
import { Person } from "../person/person.ts";
import { isLimited, type PersonSight } from "../person/person-sight.ts";
import { FARTHEST, type Facts, type Revenue } from "./facts.ts";
import { type Decision, type Judge, judge, type OnLead, onLead } from "./score.ts";

/** What scores are made of, read from where it stands. */

/** What of a lead, or of a customer, its score goes by. */
export interface Scorable {
  job_title: string | null;
  company: string | null;
  company_size_id: string | null;
  employee_count: number | null;
  industry_id: string | null;
  annual_revenue_range_id: string | null;
  annual_revenue: string | null;
}

export const scoredFields = [
  "job_title",
  "company",
  "company_size_id",
  "employee_count",
  "industry_id",
  "annual_revenue_range_id",
  "annual_revenue",
] as const satisfies readonly (keyof Scorable)[];

type Behaviour = Pick<Facts, "interactions" | "days">;

/** Nobody was in touch yet. */
const nothing: Behaviour = { interactions: 0, days: [] };

/** What persons did, under all of their ids: some days of counters, however much it was, or what the caller sees of it. */
const behaviourOf = (persons: readonly string[], types: readonly string[]): Promise<Tally.Touched> =>
  Tally.touched(persons, dayAfter(today(), -FARTHEST), types);

/** What of a person scores go by; the birth date opened. */
interface Somebody {
  date_of_birth: string | null;
  education_level: string | null;
}

/** The facts about a lead and its person. */
async function factsOf(
  lead: Scorable,
  { date_of_birth, education_level }: Somebody,
  { interactions, days }: Behaviour,
): Promise<Facts> {
  const [employees, industries, revenue] = await Promise.all([
    employeesOf(lead),
    industriesOf(lead.industry_id),
    revenueOf(lead),
  ]);
  return {
    today: today(),
    job_title: lead.job_title,
    is_business: Boolean(lead.company?.trim()),
    employees,
    industries,
    revenue,
    date_of_birth,
    education_level,
    interactions,
    days,
  };
}

async function employeesOf({ company_size_id, employee_count }: Scorable): Promise<number | null> {
  const size = await Master.find(COMPANY_SIZES, company_size_id);
  return size?.min_employees ?? employee_count;
}

async function revenueOf({ annual_revenue_range_id, annual_revenue }: Scorable): Promise<Revenue | null> {
  if (annual_revenue !== null) return { from: annual_revenue, isLowerBound: false };
  const range = await Master.find(REVENUE_RANGES, annual_revenue_range_id);
  return range ? { from: range.min_revenue ?? 0, isLowerBound: true } : null;
}

/** An industry and those above it, by id and by code. */
async function industriesOf(id: string | null): Promise<string[]> {
  const found: { id: string; code: string }[] = [];
  for (let industry = await Master.find(INDUSTRIES, id); industry && !found.includes(industry); ) {
    found.push(industry);
    industry = await Master.find(INDUSTRIES, industry.parent_id ?? null);
  }
  return found.flatMap((each) => [each.id, each.code]);
}

/** What is scored: a lead, and whether it shows its person. */
interface Scored extends Scorable {
  id: string;
  personal_key_id: string;
  person_sight: PersonSight;
}

/**
 * The score of a lead as its facts and its person's are now, as far as the caller sees what they count; of one that joined a
 * stranger, by itself and what names it.
 */
export async function scoreOf(
  lead: Scored,
  judging: Promise<Judge> = judge(),
): Promise<{ decision: Decision; facts: Facts; touched: Tally.Touched }> {
  const [person, { model, types, score }] = await Promise.all([
    isLimited(lead) ? undefined : Person.living(lead.personal_key_id),
    judging,
  ]);
  const touched = isLimited(lead)
    ? await Tally.touchedBy(lead.id, dayAfter(today(), -FARTHEST))
    : await behaviourOf(person ? Person.idsOf(person) : [lead.personal_key_id], types);
  // Opened only for the model that asks for it.
  const date_of_birth = model === "dynamic" && person ? await Person.birthDateOf(person) : null;
  const facts = await factsOf(lead, { date_of_birth, education_level: person?.education_level ?? null }, touched);
  return { decision: score(facts), facts, touched };
}

/** The score that is kept with a lead: of all that there is, whoever has it made. */
export const scoreKept = async (lead: Scored): Promise<Decision> => (await seeingAll(() => scoreOf(lead))).decision;

/**
 * What a lead is born with. Of a person who was there before, what they did is still to be looked at: that is read where it is
 * not in the way of who waits, so `scored_at` is empty, which says so, until it changes something.
 */
export async function atBirth(
  lead: Scorable,
  { education_level }: Pick<Somebody, "education_level">,
  wasThere: boolean,
): Promise<OnLead> {
  const { score } = await judge();
  const scored = onLead(score(await factsOf(lead, { date_of_birth: null, education_level }, nothing)));
  return wasThere ? { ...scored, scored_at: null } : scored;
}
