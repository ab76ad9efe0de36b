import { fn } from "../kernel/fn.ts";
import { Lead } from "../lead/lead.ts";
import { Scoring } from "../lead/scoring.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import { Person } from "../person/person.ts";

/** The score of a lead with what other domains know of its person. */

export const { Info } = Scoring;

export const get = fn(Scoring.Get, async ({ id, model }) => explained(await Lead.read(id), model));

export const change = fn(Scoring.Change, (input) => Scoring.change(input, (lead) => explained(lead)));

async function explained(lead: Parameters<typeof Scoring.shown>[0], model?: Parameters<typeof Scoring.shown>[1]) {
  const { scoring_factors, ...score } = await Scoring.shown(lead, model);
  return { ...score, scoring_factors: { ...scoring_factors, opportunity_count: await opportunitiesOf(lead.personal_key_id) } };
}

/** As many as a score tells of. */
const MOST = 1000;

async function opportunitiesOf(id: string): Promise<number> {
  const person = await Person.living(id);
  return Opportunity.countOf(person ? Person.idsOf(person) : [id], MOST);
}

export * as LeadScore from "./lead-score.ts";
