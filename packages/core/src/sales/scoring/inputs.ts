import { withFullVisibility } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { InteractionCounts } from "../../people/interaction/daily-counts.ts";
import { isLimited, type PersonDisclosure } from "../../people/person/disclosure.ts";
import { Person } from "../../people/person/person.ts";
import { Master } from "../../platform/master-data/master.ts";
import { COMPANY_SIZES, INDUSTRIES, REVENUE_RANGES } from "../../platform/master-data/shared.masters.ts";
import { type Facts, MAX_DAYS_BACK, type Revenue } from "./facts.ts";
import { type Decision, type LeadScoreFields, loadModel, type ScoringModel, toLeadFields } from "./score.ts";

/** Reads the inputs of scores. */

/** Fields of a lead or customer on which its score depends. */
interface Scorable {
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

/** No interactions. */
const NO_BEHAVIOUR: Behaviour = { interactions: 0, days: [] };

/**
 * Counts the interactions of a person that the caller sees, under all ids of the person, from daily counters. The cost does not grow with
 * their number.
 */
const readBehaviour = (persons: readonly string[], types: readonly string[]): Promise<InteractionCounts.InteractionCount> =>
  InteractionCounts.countByPerson(persons, addDays(today(), -MAX_DAYS_BACK), types);

/** Fields of a person on which scores depend, with the birth date unsealed. */
interface ScoredPerson {
  date_of_birth: string | null;
  education_level: string | null;
}

/** Builds the facts of a lead and its person. */
async function buildFacts(
  lead: Scorable,
  { date_of_birth, education_level }: ScoredPerson,
  { interactions, days }: Behaviour,
): Promise<Facts> {
  const [employees, industries, revenue] = await Promise.all([
    resolveEmployees(lead),
    listIndustries(lead.industry_id),
    resolveRevenue(lead),
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

async function resolveEmployees({ company_size_id, employee_count }: Scorable): Promise<number | null> {
  const size = await Master.find(COMPANY_SIZES, company_size_id);
  return size?.min_employees ?? employee_count;
}

async function resolveRevenue({ annual_revenue_range_id, annual_revenue }: Scorable): Promise<Revenue | null> {
  if (annual_revenue !== null) return { from: annual_revenue, isLowerBound: false };
  const range = await Master.find(REVENUE_RANGES, annual_revenue_range_id);
  return range ? { from: range.min_revenue ?? 0, isLowerBound: true } : null;
}

/** Lists the ids and codes of an industry and its ancestors. */
async function listIndustries(id: string | null): Promise<string[]> {
  const industries: { id: string; code: string }[] = [];
  for (let industry = await Master.find(INDUSTRIES, id); industry && !industries.includes(industry); ) {
    industries.push(industry);
    industry = await Master.find(INDUSTRIES, industry.parent_id ?? null);
  }
  return industries.flatMap((industry) => [industry.id, industry.code]);
}

/** A lead that is scored, with the flag that tells whether it shows its person. */
interface ScoredLead extends Scorable {
  id: string;
  personal_key_id: string;
  person_sight: PersonDisclosure;
}

/**
 * Scores a lead by its present facts and its person's, counting interactions that the caller sees. A lead that does not show its person is
 * scored by itself and by the interactions that name it.
 */
export async function scoreLead(
  lead: ScoredLead,
  judging: Promise<ScoringModel> = loadModel(),
): Promise<{ decision: Decision; facts: Facts; interactionCount: InteractionCounts.InteractionCount }> {
  const [person, { model, types, score }] = await Promise.all([
    isLimited(lead) ? undefined : Person.resolveMerged(lead.personal_key_id),
    judging,
  ]);
  const interactionCount = isLimited(lead)
    ? await InteractionCounts.countByLead(lead.id, addDays(today(), -MAX_DAYS_BACK))
    : await readBehaviour(person ? Person.listIds(person) : [lead.personal_key_id], types);
  // The birth date is unsealed only for the model that uses it.
  const date_of_birth = model === "dynamic" && person ? await Person.unsealBirthDate(person) : null;
  const facts = await buildFacts(lead, { date_of_birth, education_level: person?.education_level ?? null }, interactionCount);
  return { decision: score(facts), facts, interactionCount };
}

/** Computes the score that is stored on a lead. It counts all records, even those that the caller does not see. */
export const scoreUnrestricted = async (lead: ScoredLead): Promise<Decision> =>
  (await withFullVisibility(() => scoreLead(lead))).decision;

/**
 * Computes the score of a new lead. If the person existed before, their interactions are not read here, because the caller is waiting. A
 * null `scored_at` marks the lead for a later rescoring.
 */
export async function initialScore(
  lead: Scorable,
  { education_level }: Pick<ScoredPerson, "education_level">,
  wasThere: boolean,
): Promise<LeadScoreFields> {
  const { score } = await loadModel();
  const scored = toLeadFields(score(await buildFacts(lead, { date_of_birth: null, education_level }, NO_BEHAVIOUR)));
  return wasThere ? { ...scored, scored_at: null } : scored;
}
