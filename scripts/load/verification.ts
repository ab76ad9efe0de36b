import { isDeepStrictEqual } from "node:util";
import { runIn } from "@crm/core/kernel/context.ts";
import { Person } from "@crm/core/people/person/person.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { LEAD_SOURCES, LEAD_STATUSES } from "@crm/core/sales/lead/lead.masters.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { type RecountResult, recount } from "@crm/core/storage/stream/recount.ts";
import { query } from "@crm/core/storage/table/database.ts";
import { isKeysOnly, sortAttribute, table } from "@crm/core/storage/table/table.ts";
import { deriveIds, initialScore } from "./items.ts";
import { buildProspect, buildProspectSeries } from "./prospects.ts";
import { type LoadedStore, openLoadedStore } from "./store.ts";

/** The number of checked leads in a loaded store, and everything that is wrong. */
export interface Verification {
  sampled: number;
  recount: RecountResult;
  wrong: string[];
}

/** Verifies a loaded store: some leads in every list and search that must find them, and a recount of everything. */
export async function verifyStore(folder: string, sample: number, seed: number): Promise<Verification> {
  const store = await openLoadedStore(folder);
  try {
    const faults: string[] = [];
    for (let index = 0; index < sample; index++) {
      const n = Math.floor((index * store.leads) / sample);
      faults.push(...(await runIn(store.context, () => findLeadFaults(store, n, seed))).map((fault) => `lead ${n}: ${fault}`));
    }
    return { sampled: sample, wrong: faults, recount: await runIn(store.context, () => recount({ repair: false })) };
  } finally {
    await store.close();
  }
}

async function findLeadFaults({ tenant, owners }: LoadedStore, n: number, seed: number): Promise<string[]> {
  const prospect = buildProspect(buildProspectSeries(owners, seed), n);
  const { input, score, isConverted: converted } = prospect;
  const ids = deriveIds({ seed }, n, prospect);
  const lead = await Lead.get({ id: ids.lead });
  const expected = {
    ...input,
    lead_status_id: defaultId(LEAD_STATUSES, String(input.lead_status_id)),
    lead_source_id: defaultId(LEAD_SOURCES, String(input.lead_source_id)),
    lead_score: score ?? initialScore(input).total,
    is_converted: converted,
    personal_key_id: ids.person,
  };
  const faults = Object.entries(expected)
    .filter(([field, value]) => !isDeepStrictEqual(lead[field as keyof typeof lead], value))
    .map(([field]) => field);
  for (const search of [lead.lead_number, input.email, String(input.phone), `${input.last_name} ${input.email}`]) {
    const { rows } = await Lead.list({ search });
    if (!rows.some(({ id }) => id === lead.id)) faults.push(`not found by ${search}`);
  }
  const item = Leads.toItem(tenant, { ...lead, sealed: null }, "{}");
  for (const { name } of table.indexes) {
    const [partition, sort] = [item[name], item[sortAttribute(name)]];
    if (partition === undefined || name === "due") continue;
    const { Items: matches = [] } = await query({
      IndexName: name,
      KeyConditionExpression: "#partition = :partition and #sort = :sort",
      ExpressionAttributeNames: { "#partition": name, "#sort": sortAttribute(name) },
      ExpressionAttributeValues: { ":partition": partition, ":sort": sort },
    });
    if (matches.length !== 1 || matches[0]?.row !== (isKeysOnly(name) ? undefined : item.row))
      faults.push(`not in the index ${name}`);
  }
  const { person, isExisting: hasMatch } = await Person.resolve({
    first_name: null,
    last_name: null,
    emails: [input.email],
    phones: [],
  });
  if (!hasMatch || person.id !== ids.person) faults.push("the email address belongs to another person");
  return faults;
}
