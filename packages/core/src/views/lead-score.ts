import { fn } from "../kernel/fn.ts";
import { Person } from "../people/person/person.ts";
import { Lead } from "../sales/lead/lead.ts";
import { Scoring } from "../sales/lead/scoring.ts";
import { Opportunity } from "../sales/opportunity/opportunity.ts";

/** The score of a lead, with the number of its person's opportunities. */

export const { Info } = Scoring;

export const get = fn(Scoring.Get, async ({ id, model }) => explainScore(await Lead.read(id), model));

export const change = fn(Scoring.Change, (input) => Scoring.change(input, (lead) => explainScore(lead)));

async function explainScore(lead: Parameters<typeof Scoring.present>[0], model?: Parameters<typeof Scoring.present>[1]) {
  const { scoring_factors, ...score } = await Scoring.present(lead, model);
  return { ...score, scoring_factors: { ...scoring_factors, opportunity_count: await countOpportunities(lead.personal_key_id) } };
}

/** The most opportunities that are counted. */
const MAX_OPPORTUNITIES = 1000;

async function countOpportunities(id: string): Promise<number> {
  const person = await Person.resolveMerged(id);
  return Opportunity.countByPerson(person ? Person.listIds(person) : [id], MAX_OPPORTUNITIES);
}

export * as LeadScore from "./lead-score.ts";
