import { assigning, type Giving, rehearsing } from "../assignment/assign-all.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { Records } from "../storage/write/records.ts";
import { factsOf, opportunities } from "./assignment.kind.ts";
import { OPPORTUNITY } from "./opportunity.domain.ts";
import { Opportunities } from "./opportunity.entity.ts";
import { Opportunity } from "./opportunity.ts";

/** Giving many opportunities to users at once. */

const giving: Giving = {
  kind: OPPORTUNITY,
  by: opportunities,
  async facts(ids) {
    const known = (await Records.loadMany(Opportunities, ids, { live: true })).filter((each) => each !== undefined);
    return Promise.all(known.map(async (each) => ({ id: each.id, title: each.name, facts: await factsOf(each) })));
  },
  newest: (most) => keysBehind(Opportunities, Opportunities.whole("live"), { order: "desc", after: undefined, most }),
  read: Opportunity.read,
  give: (id, owner_id) => Opportunity.update({ id, owner_id }),
};

export const assignAll = assigning("opportunity_ids", giving);

/** The kind of rule, with what it does on opportunities. */
export const assignmentRule = rehearsing(giving);
