import { assigning, type Giving, Results, rehearsing } from "../assignment/assign-all.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { Records } from "../storage/write/records.ts";
import { leads } from "./assignment.kind.ts";
import { History } from "./history.ts";
import { LEAD } from "./lead.domain.ts";
import { Leads } from "./lead.entity.ts";
import { Lead } from "./lead.ts";

/** Giving many leads to users at once (seed 001, bulk assign). */

const giving: Giving = {
  kind: LEAD,
  by: leads,
  async facts(ids) {
    const known = (await Records.loadMany(Leads, ids, { live: true })).filter((lead) => lead !== undefined);
    return known.map((lead) => ({ id: lead.id, title: lead.display_name ?? lead.lead_number, facts: factsOf(lead) }));
  },
  newest: (most) => keysBehind(Leads, Leads.whole("live"), { order: "desc", after: undefined, most }),
  read: Lead.read,
  give: Lead.give,
};

const factsOf = (lead: Lead) => ({
  territory_id: lead.territory_id ?? null,
  lead_source_id: lead.lead_source_id ?? null,
  country_id: lead.country_id ?? null,
  product_line: lead.product_line ?? null,
  lead_score: lead.lead_score,
});

export const assignAll = assigning("lead_ids", giving);
export { Results };

/** Who had a lead, newest first. */
export const history = fn(History.Query.extend({ id: text(64) }), async ({ id, ...query }) =>
  History.of(await Lead.read(id), query),
);

/** The kind of rule, with what it does on leads. */
export const assignmentRule = rehearsing(giving);

export * as Assignment from "./assignment.ts";
