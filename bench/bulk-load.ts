import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { blankPerson, People, type PersonRecord } from "@crm/core/people/person/person.entity.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { buildPoint } from "@crm/core/people/person/resolution.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { LEAD_SOURCES, LEAD_STATUSES } from "@crm/core/sales/lead/lead.masters.ts";
import { toRating } from "@crm/core/sales/lead/lead.rules.ts";
import { counterKey } from "@crm/core/storage/read/counter.ts";
import { buildCheckpoint, buildCheckpointItem, buildWordItems, listAdditions } from "@crm/core/storage/stream/checkpoint.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { hashTexts, tenantKey } from "@crm/core/storage/table/key.ts";

/**
 * Fills an empty tenant with leads, their persons and everything that the verbs and the stream would derive from them. It writes in transactions of
 * 100 items, and sums the counters in memory to write them once at the end.
 */
export async function loadLeads(ports: Ports, tenant: string, count: number, owners: readonly string[]): Promise<void> {
  const counters = new Map<string, Item>();
  const firstCreatedAt = Date.now() - count * 1000;
  function* items(): Generator<Item[]> {
    for (let n = 0; n < count; n++) yield buildLeadItems(tenant, n, firstCreatedAt + n * 1000, owners, counters);
    yield [...counters.values()];
  }
  await storeItems(ports, tenant, items());
}

/** Writes items directly, without verbs. */
export async function storeItems(ports: Ports, tenant: string, portions: Iterable<Item[]>): Promise<void> {
  await runIn(systemContext(ports, tenant, "load"), async () => {
    const writing = new Set<Promise<unknown>>();
    let batch: Item[] = [];
    const flush = async (): Promise<void> => {
      const TransactItems = batch.splice(0, 100).map((Item) => ({ Put: { TableName: ports.database.table, Item } }));
      const command = new TransactWriteCommand({ TransactItems });
      const write = ports.database.send(command, { tenant, keyspaces: [] }).finally(() => writing.delete(write));
      writing.add(write);
      if (writing.size >= 3) await Promise.race(writing);
    };
    for (const portion of portions) {
      batch = batch.concat(portion);
      while (batch.length >= 100) await flush();
    }
    while (batch.length > 0) await flush();
    await Promise.all(writing);
  });
}

const statuses = ["new", "new", "contacted", "qualified"];
const sources = ["web", "import", "manual", "referral", "email", "phone", "event", "partner"];
const syllables = ["ka", "lo", "mi", "ne", "ru", "sa", "te", "vo", "xi", "zu", "bra", "cho", "dre", "fli", "gru", "hel"];

/** Returns a name of four syllables. There are 65,536, so that a prefix of three syllables matches a handful among 100,000. */
export function buildName(n: number): string {
  const mixed = (n * 40_503) % 65_536;
  const name = [12, 8, 4, 0].map((shift) => syllables[(mixed >> shift) & 15]).join("");
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

/** Returns the email address of the n-th lead's person. */
export const buildEmail = (n: number): string => `person${n}@mail.example`;

function buildLeadItems(tenant: string, n: number, time: number, owners: readonly string[], counters: Map<string, Item>): Item[] {
  const person = newId(PERSON, { at: time });
  const id = newId(LEAD, { owner: person, at: time });
  const created_at = new Date(time).toISOString();
  const actor = owners[0] ?? "";
  const base = { version: 1, created_at, created_by: actor, updated_at: created_at, updated_by: actor, deleted_at: null };
  const names = { first_name: buildName(n + 7), last_name: buildName(n) };
  const email = buildEmail(n);
  const phone = `+1803${2_000_000 + (n % 8_000_000)}`;
  const lead_score = (n * 37) % 101;
  const lead = {
    ...Object.fromEntries(Leads.fields.map((field) => [field, null])),
    ...base,
    ...names,
    id,
    email,
    phone,
    lead_number: `L-2026-${String(n).padStart(6, "0")}`,
    personal_key_id: person,
    created_day: created_at.slice(0, 10),
    company: `${buildName(n * 3)} Ltd`,
    job_title: "Head of Purchasing",
    lead_status_id: defaultId(LEAD_STATUSES, statuses[n % statuses.length] ?? "new"),
    lead_source_id: defaultId(LEAD_SOURCES, sources[n % sources.length] ?? "web"),
    owner_id: owners[Math.floor(n / 7) % owners.length] ?? null,
    currency: "USD",
    lead_score,
    rating: toRating(lead_score),
    is_converted: n % 20 === 0,
    is_qualified: false,
    email_opt_out: false,
    phone_opt_out: false,
    tags: [],
    status_changed_at: created_at,
  } as unknown as LeadRecord;
  const points = [
    { type: "email" as const, value: email },
    { type: "phone" as const, value: phone },
  ];
  const contact_points = points.map(({ type, value }) =>
    buildPoint({ type, value, normalized: value }, { is_primary: true, lead_id: id }),
  );
  const someone: PersonRecord = {
    ...blankPerson,
    ...base,
    ...names,
    id: person,
    emails: [email],
    phones: [phone],
    contact_points,
  };
  const locks = points.map(({ type, value }) => ({
    pk: tenantKey(tenant, "POINT", hashTexts(type, value)),
    sk: "point",
    holders: [person],
    is_shared: false,
    names: [`${names.first_name} ${names.last_name}`.toLowerCase()],
    revision: 1,
  }));
  return [...buildRecordItems(tenant, Leads, lead, counters), ...buildRecordItems(tenant, People, someone, counters), ...locks];
}

/** Returns the items of a record and of what the stream would derive from it, and adds its counts to `counters`. */
export function buildRecordItems<R extends BaseRecord>(
  tenant: string,
  collection: Collection<R>,
  record: R,
  counters: Map<string, Item>,
): Item[] {
  const checkpoint = buildCheckpoint(collection as Collection<BaseRecord>, record, record.version);
  for (const [scope, counts] of listAdditions(checkpoint)) {
    const key = counterKey(tenant, collection.name, scope);
    const counter = counters.get(`${key.pk} ${scope}`) ?? { ...key, revision: 1 };
    counters.set(`${key.pk} ${scope}`, counter);
    counter.as_of = record.created_at;
    for (const [name, value] of Object.entries(counts)) counter[name] = Number(counter[name] ?? 0) + value;
  }
  const context = JSON.stringify({ actor: record.created_by, request: "load" });
  const words = buildWordItems(tenant, collection.name, record.id, checkpoint);
  return [collection.toItem(tenant, record, context), buildCheckpointItem(tenant, record.id, checkpoint), ...words];
}
