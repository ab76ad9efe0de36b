import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { listNames } from "@crm/core/kernel/registry.ts";
import { tagKey } from "@crm/core/kernel/tag.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import type { App } from "@crm/local/app.ts";
import { describe, expect, it } from "vitest";
import { createFaultyStream } from "../../storage/stream/chaos.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createSeededRandom, type Random, seed } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";

const CHANGE_COUNT = resolveTestSize("CRM_CHANGES", 80, 250);
const tagNames = ["VIP", "vip", "Vip", "boat", "BOAT", "a/b", "#1", "日本語", "new", "New", "gold plated", "x"];
const kinds = ["lead", "customer", "contact", "opportunity"] as const;
type Kind = (typeof kinds)[number];

interface TrackedRecord {
  kind: Kind;
  id: string;
  isDeleted: boolean;
}

/** Random operations on records of any kind: each changes an existing record or creates one. */
function createRandomStep(app: App, tenant: Tenant, owners: readonly string[], random: Random) {
  const { admin } = tenant;
  const records: TrackedRecord[] = [];
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const tags = () => Array.from({ length: Math.floor(random() * 5) }, () => pick(tagNames));
  const buildFields = () => ({ tags: tags(), owner_id: pick(owners) });
  const customers = () => records.filter(({ kind, isDeleted: deleted }) => kind === "customer" && !deleted);
  const make: Record<Kind, () => Promise<{ data: { id: string } }>> = {
    lead: () => admin.createLead(newLead(buildFields())),
    customer: () => admin.createCustomer({ name: "Acme", ...buildFields() }),
    contact: () => admin.createContact({ last_name: `Bo ${random()}`, customer_id: pick(customers()).id, ...buildFields() }),
    opportunity: () => admin.createOpportunity({ name: "Deal", customer_id: pick(customers()).id, ...buildFields() }),
  };
  const change = {
    lead: admin.updateLead,
    customer: admin.updateCustomer,
    contact: admin.updateContact,
    opportunity: admin.updateOpportunity,
  };
  const remove = {
    lead: admin.deleteLead,
    customer: admin.deleteCustomer,
    contact: admin.deleteContact,
    opportunity: admin.deleteOpportunity,
  };
  const restore = {
    lead: admin.restoreLead,
    customer: admin.restoreCustomer,
    contact: admin.restoreContact,
    opportunity: admin.restoreOpportunity,
  };
  /** Ignores rejections, such as deleting a customer with contacts. */
  const tried = async (doing: Promise<unknown>): Promise<boolean> =>
    doing.then(
      () => true,
      (error: { status?: number }) => {
        if (![404, 409, 422].includes(error.status ?? 0)) throw error;
        return false;
      },
    );
  return async (): Promise<void> => {
    const dice = random();
    if (records.length < 8 || dice < 0.25) {
      const kind = customers().length === 0 ? "customer" : pick(kinds);
      records.push({ kind, id: (await make[kind]()).data.id, isDeleted: false });
      return;
    }
    const record = pick(records);
    const { kind, id } = record;
    if (record.isDeleted) {
      if (await tried(restore[kind]({ id }))) record.isDeleted = false;
    } else if (dice < 0.4) {
      if (await tried(remove[kind]({ id }))) record.isDeleted = true;
    } else if (dice < 0.5 && kind === "customer" && customers().length > 1) {
      const otherCustomer = pick(customers());
      if (await tried(admin.mergeCustomers({ id, merged_id: otherCustomer.id })))
        records.splice(records.indexOf(otherCustomer), 1);
    } else {
      const next = { ...(random() < 0.7 ? { tags: tags() } : {}), ...(random() < 0.4 ? { owner_id: pick(owners) } : {}) };
      await tried(change[kind]({ id, ...next, description: `${random()}` }));
    }
    if (random() < 0.1) await app.settle();
  };
}

/** Counts one by one how many records of each kind that a user sees have each tag. */
async function countTagsDirectly(
  { client: as }: Pick<TestUser, "client">,
  seesAll: boolean,
): Promise<Map<string, Record<string, number>>> {
  const lists = { lead: as.listLeads, customer: as.listCustomers, contact: as.listContacts, opportunity: as.listOpportunities };
  const countsByTag = new Map<string, Record<string, number>>();
  const zeroKinds = listNames("tags", domains).filter((kind) => seesAll || kind !== "interaction");
  for (const kind of kinds) {
    for (let page = 1; ; page++) {
      const { data, meta } = await lists[kind]({ page, limit: 100 });
      for (const { tags } of data as readonly { tags: readonly string[] }[])
        for (const tag of tags) {
          const counts = countsByTag.get(tagKey(tag)) ?? Object.fromEntries(zeroKinds.map((each) => [each, 0]));
          countsByTag.set(tagKey(tag), { ...counts, [kind]: (counts[kind] ?? 0) + 1 });
        }
      if (page >= meta.totalPages) break;
    }
  }
  return countsByTag;
}

const readTagCounts = async ({ client: as }: Pick<TestUser, "client">) =>
  new Map((await as.listTags({ limit: 100 })).data.map(({ name, counts }) => [tagKey(name), counts]));

describe(`tag counts (CRM_SEED=${seed})`, () => {
  it(`match the records visible to each user, after ${CHANGE_COUNT} random changes on a faulty stream`, async () => {
    const random = createSeededRandom(seed);
    const line = createFaultyStream(random);
    const app = await startTestApp({ stream: line.stream, log: { write: () => undefined } });
    try {
      const tenant = await signUp(app, { visibility: "own" });
      const reps = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
      const act = createRandomStep(app, tenant, [...reps.map(({ id }) => id), tenant.userId], random);
      for (let n = 0; n < CHANGE_COUNT; n++) await act();
      await app.settle();
      await line.flush();
      await app.settle();
      const all = await readTagCounts({ client: tenant.admin });
      expect(all.size).toBeGreaterThan(4);
      for (const reader of [{ client: tenant.admin }, ...reps])
        expect(await readTagCounts(reader)).toEqual(await countTagsDirectly(reader, reader.client === tenant.admin));
      const proof = await runIn(systemContext(app.ports, tenant.id, "test"), () => recount());
      expect(proof).toMatchObject({ differences: [], mended: 0, busy: [] });
      expect(line.mischief.delays).toBeGreaterThan(5);
    } finally {
      await app.stop();
    }
  });
});
