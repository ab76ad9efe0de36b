import { isDeepStrictEqual } from "node:util";
import { runIn } from "@crm/core/kernel/context.ts";
import { Leads } from "@crm/core/lead/lead.entity.ts";
import { LEAD_SOURCES, LEAD_STATUSES } from "@crm/core/lead/lead.masters.ts";
import { Lead } from "@crm/core/lead/lead.ts";
import { defaultId } from "@crm/core/masters/id.ts";
import { Person } from "@crm/core/person/person.ts";
import { type Recount, recount } from "@crm/core/storage/project/recount.ts";
import { query } from "@crm/core/storage/table/database.ts";
import { isOfKeys, sortOf, table } from "@crm/core/storage/table/table.ts";
import { crowdOf, prospect } from "./load-data.ts";
import { idsOf, scoreAtBirth } from "./load-items.ts";
import { openStore, type Store } from "./load-store.ts";

/** What was looked at in a loaded store, and everything that is not as it should be. */
export interface Proof {
  sampled: number;
  recount: Recount;
  wrong: string[];
}

/** Looks a loaded store over: some leads in every way in which they can be found, and the recount over all of it. */
export async function prove(folder: string, sample: number, seed: number): Promise<Proof> {
  const store = await openStore(folder);
  try {
    const wrong: string[] = [];
    for (let at = 0; at < sample; at++) {
      const n = Math.floor((at * store.leads) / sample);
      wrong.push(...(await runIn(store.context, () => wrongWith(store, n, seed))).map((what) => `lead ${n}: ${what}`));
    }
    return { sampled: sample, wrong, recount: await runIn(store.context, () => recount({ mend: false })) };
  } finally {
    await store.close();
  }
}

async function wrongWith({ tenant, owners }: Store, n: number, seed: number): Promise<string[]> {
  const made = prospect(crowdOf(owners, seed), n);
  const { input, score, converted } = made;
  const ids = idsOf({ seed }, n, made);
  const lead = await Lead.get({ id: ids.lead });
  const wanted = {
    ...input,
    lead_status_id: defaultId(LEAD_STATUSES, String(input.lead_status_id)),
    lead_source_id: defaultId(LEAD_SOURCES, String(input.lead_source_id)),
    lead_score: score ?? scoreAtBirth(input).total,
    is_converted: converted,
    personal_key_id: ids.person,
  };
  const wrong = Object.entries(wanted)
    .filter(([field, value]) => !isDeepStrictEqual(lead[field as keyof typeof lead], value))
    .map(([field]) => field);
  for (const search of [lead.lead_number, input.email, String(input.phone), `${input.last_name} ${input.email}`]) {
    const { rows } = await Lead.list({ search });
    if (!rows.some(({ id }) => id === lead.id)) wrong.push(`not found by ${search}`);
  }
  const item = Leads.toItem(tenant, { ...lead, sealed: null }, "{}");
  for (const { name } of table.indexes) {
    const [partition, sort] = [item[name], item[sortOf(name)]];
    if (partition === undefined || name === "due") continue;
    const { Items: found = [] } = await query({
      IndexName: name,
      KeyConditionExpression: "#partition = :partition and #sort = :sort",
      ExpressionAttributeNames: { "#partition": name, "#sort": sortOf(name) },
      ExpressionAttributeValues: { ":partition": partition, ":sort": sort },
    });
    if (found.length !== 1 || found[0]?.row !== (isOfKeys(name) ? undefined : item.row)) wrong.push(`not in the index ${name}`);
  }
  const { person, found } = await Person.resolve({ first_name: null, last_name: null, emails: [input.email], phones: [] });
  if (!found || person.id !== ids.person) wrong.push("its email address leads to somebody else");
  return wrong;
}
