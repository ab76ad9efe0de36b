import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { tagKey } from "@crm/core/kernel/tag.ts";
import { recount } from "@crm/core/storage/project/recount.ts";
import type { App } from "@crm/local/app.ts";
import { describe, expect, it } from "vitest";
import { type Random, randomOf, seed } from "../chance.ts";
import { sizeFrom } from "../sample.ts";
import { badLine } from "../stream/chaos.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";

const CHANGES = sizeFrom("CRM_CHANGES", 80, 250);
const words = ["VIP", "vip", "Vip", "boat", "BOAT", "a/b", "#1", "日本語", "new", "New", "gold plated", "x"];
const kinds = ["lead", "customer", "contact", "opportunity"] as const;
type Kind = (typeof kinds)[number];

interface Known {
  kind: Kind;
  id: string;
  deleted: boolean;
}

/** All that is done to records of any kind: each takes one of them, or makes one. */
function work(app: App, tenant: Tenant, owners: readonly string[], random: Random) {
  const { admin } = tenant;
  const records: Known[] = [];
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const tags = () => Array.from({ length: Math.floor(random() * 5) }, () => pick(words));
  const said = () => ({ tags: tags(), owner_id: pick(owners) });
  const customers = () => records.filter(({ kind, deleted }) => kind === "customer" && !deleted);
  const make: Record<Kind, () => Promise<{ data: { id: string } }>> = {
    lead: () => admin.createLead(newLead(said())),
    customer: () => admin.createCustomer({ name: "Acme", ...said() }),
    contact: () => admin.createContact({ last_name: `Bo ${random()}`, customer_id: pick(customers()).id, ...said() }),
    opportunity: () => admin.createOpportunity({ name: "Deal", customer_id: pick(customers()).id, ...said() }),
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
  /** A refusal is an answer too: a customer with contacts stays. */
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
      records.push({ kind, id: (await make[kind]()).data.id, deleted: false });
      return;
    }
    const one = pick(records);
    const { kind, id } = one;
    if (one.deleted) {
      if (await tried(restore[kind]({ id }))) one.deleted = false;
    } else if (dice < 0.4) {
      if (await tried(remove[kind]({ id }))) one.deleted = true;
    } else if (dice < 0.5 && kind === "customer" && customers().length > 1) {
      const other = pick(customers());
      if (await tried(admin.mergeCustomers({ id, merged_id: other.id }))) records.splice(records.indexOf(other), 1);
    } else {
      const next = { ...(random() < 0.7 ? { tags: tags() } : {}), ...(random() < 0.4 ? { owner_id: pick(owners) } : {}) };
      await tried(change[kind]({ id, ...next, description: `${random()}` }));
    }
    if (random() < 0.1) await app.settle();
  };
}

/** How many records of each kind somebody sees bear each tag, counted one by one. */
async function plain({ as }: Pick<TestUser, "as">): Promise<Map<string, Record<string, number>>> {
  const lists = { lead: as.listLeads, customer: as.listCustomers, contact: as.listContacts, opportunity: as.listOpportunities };
  const found = new Map<string, Record<string, number>>();
  for (const kind of kinds) {
    for (let page = 1; ; page++) {
      const { data, meta } = await lists[kind]({ page, limit: 100 });
      for (const { tags } of data as readonly { tags: readonly string[] }[])
        for (const tag of tags) {
          const counts = found.get(tagKey(tag)) ?? Object.fromEntries(kinds.map((each) => [each, 0]));
          found.set(tagKey(tag), { ...counts, [kind]: (counts[kind] ?? 0) + 1 });
        }
      if (page >= meta.totalPages) break;
    }
  }
  return found;
}

const counted = async ({ as }: Pick<TestUser, "as">) =>
  new Map((await as.listTags({ limit: 100 })).data.map(({ name, counts }) => [tagKey(name), counts]));

describe(`what is told of tags (CRM_SEED=${seed})`, () => {
  it(`is what the records say that somebody sees, after ${CHANGES} random changes over a bad line`, async () => {
    const random = randomOf(seed);
    const line = badLine(random);
    const app = await startTestApp({ stream: line.stream, log: { write: () => undefined } });
    try {
      const tenant = await signUp(app, { visibility: "own" });
      const reps = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
      const act = work(app, tenant, [...reps.map(({ id }) => id), tenant.userId], random);
      for (let n = 0; n < CHANGES; n++) await act();
      await app.settle();
      await line.flush();
      await app.settle();
      const all = await counted({ as: tenant.admin });
      expect(all.size).toBeGreaterThan(4);
      for (const who of [{ as: tenant.admin }, ...reps]) expect(await counted(who)).toEqual(await plain(who));
      const proof = await runIn(systemContext(app.ports, tenant.id, "test"), () => recount());
      expect(proof).toMatchObject({ differences: [], mended: 0, busy: [] });
      expect(line.mischief.late).toBeGreaterThan(5);
    } finally {
      await app.stop();
    }
  });
});
