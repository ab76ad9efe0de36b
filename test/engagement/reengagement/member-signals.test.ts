import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchExport } from "../../platform/export/export-client.ts";
import {
  addUser,
  deliverToSubscriber,
  newLead,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR", timezone: "Pacific/Auckland" });
});
afterAll(() => app.stop());

let recordCount = 0;
const createLead = async (more: Record<string, unknown> = {}) =>
  (await tenant.admin.createLead(newLead({ email: `quiet${++recordCount}@example.com`, phone: null, ...more }))).data;
const createPerson = async (): Promise<string> => (await createLead()).personal_key_id;

async function createActiveBatch(more: Record<string, unknown> = {}) {
  const { data } = await tenant.admin.createReengagementBatch({ batch_name: `Batch ${++recordCount}`, ...more });
  return (await tenant.admin.activateReengagementBatch({ id: data.id })).data;
}
const addMember = async (batch: { id: string }, person_id: string) =>
  (await tenant.admin.addReengagementMember({ id: batch.id, person_id })).data;
const readMember = async (id: string) => (await tenant.admin.getReengagementMember({ id })).data;
const readBatch = async (id: string) => (await tenant.admin.getReengagementBatch({ id })).data;

const findMasterId = async (kind: string, code: string): Promise<string> => {
  const { data } = await tenant.admin.listMasters({ kind });
  return (data as readonly { id: string; code: string }[]).find((master) => master.code === code)?.id ?? "";
};

async function createWonOpportunity(more: Record<string, unknown>) {
  const { data } = await tenant.admin.createOpportunity({ name: `Deal ${++recordCount}`, ...more });
  return (await tenant.admin.winOpportunity({ id: data.id })).data;
}

const instantBefore = (instant: string): string => new Date(Date.parse(instant) - 1).toISOString();

const listOfBatch = async (id_batch: string, client = tenant.admin, more: object = {}) => {
  const { data, meta } = await client.listCustomers({ id_batch, ...more });
  return [data.map(({ id }) => id), meta.total];
};

describe("the customers of a batch", () => {
  it("are listed with other filters and pages, as far as the caller sees them, until they are deleted or leave it", async () => {
    const { admin } = tenant;
    const [rep, otherRep] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    const [batch, otherBatch] = [await createActiveBatch({}), await createActiveBatch({})];
    const ids: string[] = [];
    for (const [tier, owner_id] of [
      ["gold", rep.id],
      ["gold", tenant.userId],
      ["silver", rep.id],
    ]) {
      const input = { customer_type: "individual", first_name: "Ida", last_name: `Lund ${++recordCount}`, tier, owner_id };
      const { data } = await admin.createCustomer(input);
      ids.push(data.id);
      await addMember(batch, String(data.personal_key_id));
    }
    await app.settle();
    const [first, hidden, last] = ids as [string, string, string];
    expect(await listOfBatch(batch.id)).toEqual([[last, hidden, first], 3]);
    expect(await listOfBatch(batch.id, admin, { order: "asc", limit: 2 })).toEqual([[first, hidden], 3]);
    const { meta } = await admin.listCustomers({ id_batch: batch.id, limit: 2 });
    const next = await admin.listCustomers({ id_batch: batch.id, limit: 2, cursor: String(meta.next_cursor) });
    expect(next.data.map(({ id }) => id)).toEqual([first]);
    expect(await listOfBatch(batch.id, admin, { sort: "name" })).toEqual([[last, hidden, first], 3]);
    expect(await listOfBatch(batch.id, admin, { tier: "GOLD" })).toEqual([[hidden, first], 2]);
    expect(await listOfBatch(batch.id, rep.client)).toEqual([[last, first], 2]);
    expect(await listOfBatch(batch.id, rep.client, { search: "ida" })).toEqual([[last, first], 2]);
    expect(await listOfBatch(batch.id, otherRep.client)).toEqual([[], 0]);
    expect(await listOfBatch(otherBatch.id)).toEqual([[], 0]);
    const { data: exported } = await rep.client.exportCustomers({ format: "csv", query: { id_batch: batch.id } });
    await app.settle();
    const file = await fetchExport(app, rep.token, exported.export_id);
    expect(file.rows.map(([id]) => id)).toEqual([first, last]);
    await admin.deleteCustomer({ id: first });
    await app.settle();
    expect(await listOfBatch(batch.id)).toEqual([[last, hidden], 2]);
    await admin.restoreCustomer({ id: first });
    await app.settle();
    expect(await listOfBatch(batch.id)).toEqual([[last, hidden, first], 3]);
  });
});

describe("events of a member", () => {
  it("count interactions and purchases once, in any order and with repetitions", async () => {
    const { admin } = tenant;
    const events = recordPublishedEvents(app);
    const [batch, { id: customer_id, personal_key_id }] = [
      await createActiveBatch({ target_revenue: "1000" }),
      (await admin.createCustomer({ customer_type: "INDIVIDUAL", first_name: "Ida", last_name: "Lund" })).data,
    ];
    const member = await addMember(batch, String(personal_key_id));
    await app.settle();
    expect((await admin.getCustomer({ id: customer_id })).data.id_batch).toBe(batch.id);
    expect(await listOfBatch(batch.id)).toEqual([[customer_id], 1]);
    const type = await findMasterId("interaction-types", "sms");
    await allowAnyInput(admin).createInteraction({ personal_key_id, interaction_type_id: type, direction: "OUTBOUND" });
    await allowAnyInput(admin).createInteraction({ personal_key_id, interaction_type_id: type, direction: "INBOUND" });
    const deal = await createWonOpportunity({ customer_id, amount: "250.50", currency: "EUR" });
    await app.settle();
    expect(await readMember(member.id)).toMatchObject({
      ...{ status: "CONVERTED", contact_attempts: 1, last_contact_method: "SMS" },
      ...{ converted_opportunity_id: deal.id, converted_order_id: null, conversion_value: "250.50" },
    });
    expect((await admin.getCustomer({ id: customer_id })).data.id_batch).toBeNull();
    expect(await listOfBatch(batch.id)).toEqual([[], 0]);
    const { version } = await readMember(member.id);
    for (const event of [...events].reverse())
      if (/^(interaction|opportunity|person)\.(created|updated|stage_changed)$/.test(event.type))
        await deliverToSubscriber(app, "reengagement-told", event);
    await app.settle();
    expect(await readMember(member.id)).toMatchObject({ version });
    expect(await readBatch(batch.id)).toMatchObject({
      ...{ contacted_count: 1, response_count: 1, conversion_count: 1, reactivated_revenue: "250.50" },
      ...{ conversion_rate: "100.00", avg_revenue_per_conversion: "250.50" },
      progress: { revenue: "25.05" },
    });
    const { data: stats } = await admin.getReengagementStats({ id: batch.id });
    expect(stats.days.at(-1)).toMatchObject({ contacted_count: 1, sms_sent: 1, phone_calls: 0, total_revenue: "250.50" });
    const proof = await runIn(systemContext(app.ports, tenant.id, "test"), () => recount({ repair: false }));
    expect(proof.differences).toEqual([]);
  });

  it("value a purchase in the batch's currency on its day, or as null without a rate", async () => {
    await tenant.admin.createExchangeRate({ from: "USD", to: "EUR", date: "2020-01-01", rate: "0.3333" });
    for (const [currency, amount, conversion_value] of [
      ["USD", "10.01", "3.34"],
      ["GBP", "10.00", null],
    ]) {
      const [batch, { id: customer_id, personal_key_id }] = [
        await createActiveBatch(),
        (
          await tenant.admin.createCustomer({
            customer_type: "INDIVIDUAL",
            first_name: "Ida",
            last_name: `L ${++recordCount}`,
          })
        ).data,
      ];
      const member = await addMember(batch, String(personal_key_id));
      await tenant.admin.contactReengagementMember({ id: member.id, method: "PHONE" });
      await createWonOpportunity({ customer_id, amount, currency });
      await app.settle();
      expect(await readMember(member.id)).toMatchObject({ status: "CONVERTED", conversion_value });
    }
  });

  it("value what was paid for the order of a sale, in a currency without cents", async () => {
    await tenant.admin.createExchangeRate({ from: "JPY", to: "EUR", date: "2020-01-01", rate: "0.006" });
    const person = { customer_type: "INDIVIDUAL", first_name: "Ida", last_name: `L ${++recordCount}` };
    const { id: customer_id, personal_key_id } = (await tenant.admin.createCustomer(person)).data;
    const member = await addMember(await createActiveBatch(), String(personal_key_id));
    await tenant.admin.contactReengagementMember({ id: member.id, method: "PHONE" });
    const deal = await createWonOpportunity({ customer_id, amount: "900", currency: "JPY" });
    const line_items = [{ name: "Boat", unit_price: "500" }];
    const sale = { customer_id, opportunity_id: deal.id, currency: "JPY", status: "CONFIRMED", line_items };
    const { data: order } = await tenant.admin.createOrder(sale);
    await app.settle();
    expect(await readMember(member.id)).toMatchObject({ status: "CONVERTED", conversion_value: "0.00" });
    await tenant.admin.createOrderPayment({ id: order.id, amount: "500" });
    await app.settle();
    expect(await readMember(member.id)).toMatchObject({ status: "CONVERTED", conversion_value: "3.00" });
  });

  it("at a business belong to the contact who was called last", async () => {
    const { admin } = tenant;
    const events = recordPublishedEvents(app);
    const { id: customer_id } = (await admin.createCustomer({ customer_type: "BUSINESS", name: `Yard ${++recordCount}` })).data;
    const batch = await createActiveBatch();
    const members = [];
    for (const first_name of ["Ada", "Bo", "Cy"]) {
      const { data } = await admin.createContact({ customer_id, first_name, last_name: `L ${++recordCount}` });
      members.push(await addMember(batch, data.personal_key_id));
    }
    const [ada, bo, cy] = members.map(({ id }) => id) as [string, string, string];
    await admin.contactReengagementMember({ id: ada, method: "PHONE" });
    await admin.contactReengagementMember({ id: bo, method: "PHONE" });
    const deal = await createWonOpportunity({ customer_id, amount: "10.00", currency: "EUR" });
    await app.settle();
    expect((await Promise.all([ada, bo, cy].map(readMember))).map(({ status }) => status)).toEqual([
      "CONTACTED",
      "CONVERTED",
      "ADDED",
    ]);
    // After the last contact turns out to be another one, the event arrives again: the conversion stays where it was counted.
    await admin.contactReengagementMember({ id: cy, method: "PHONE", at: instantBefore(deal.stage_changed_at) });
    for (const event of events.filter(({ record_id }) => record_id === deal.id))
      await deliverToSubscriber(app, "reengagement-told", event);
    await app.settle();
    expect((await readMember(cy)).status).toBe("CONTACTED");
    expect((await readBatch(batch.id)).conversion_count).toBe(1);
  });

  it("end the membership in every batch on a refusal, but not on an earlier one", async () => {
    const personId = await createPerson();
    const [firstMember, otherMember] = [
      await addMember(await createActiveBatch(), personId),
      await addMember(await createActiveBatch(), personId),
    ];
    await tenant.admin.setPreferences({ id: personId, preferences: [{ channel: "email", consent: "REFUSED" }] });
    await app.settle();
    expect([(await readMember(firstMember.id)).status, (await readMember(otherMember.id)).status]).toEqual([
      "OPTED_OUT",
      "OPTED_OUT",
    ]);
    const after = await addMember(await createActiveBatch(), personId);
    await app.settle();
    expect((await readMember(after.id)).status).toBe("ADDED");
  });
});

describe("merged persons", () => {
  it("have one membership in a batch, with the data of both", async () => {
    const { admin } = tenant;
    const [a, b] = [await createPerson(), await createPerson()];
    const [sharedBatch, alone] = [await createActiveBatch(), await createActiveBatch()];
    const [survivor, doubled, movedMember] = [
      await addMember(sharedBatch, a),
      await addMember(sharedBatch, b),
      await addMember(alone, b),
    ];
    await admin.contactReengagementMember({ id: doubled.id, method: "PHONE", source_id: "call 1" });
    await admin.mergePersons({ id: a, merged_id: b });
    await app.settle();
    expect(await readMember(survivor.id)).toMatchObject({ status: "CONTACTED", contact_attempts: 1 });
    await expect(readMember(doubled.id)).rejects.toMatchObject({ status: 404 });
    expect(await readMember(movedMember.id)).toMatchObject({ personal_key_id: a, waits_for_batch_id: sharedBatch.id });
    expect(await readBatch(sharedBatch.id)).toMatchObject({ member_count: 1, contacted_count: 1 });
    expect((await admin.listReengagementMembers({ person: b })).data).toHaveLength(2);
  });
});

describe("visibility of a member", () => {
  it("requires visibility of the person and the batch", async () => {
    const ownTenant = await signUp(app, { visibility: "own" });
    const otherTenant = await signUp(app);
    const [rep, colleague] = [await addUser(app, ownTenant, "SALES_REP"), await addUser(app, ownTenant, "SALES_REP")];
    const ownLead = (await rep.client.createLead(newLead({ email: `own${++recordCount}@example.com`, phone: null }))).data;
    const { data: open } = await ownTenant.admin.createReengagementBatch({ batch_name: "All", assigned_to: null });
    const { data: closed } = await ownTenant.admin.createReengagementBatch({
      batch_name: "Hers",
      assigned_to: colleague.id,
    });
    const ids: string[] = [];
    for (const { id } of [open, closed])
      ids.push(
        (await ownTenant.admin.addReengagementMember({ id, person_id: ownLead.personal_key_id, assigned_to: colleague.id })).data
          .id,
      );
    await app.settle();
    const seenBy = async (as: Tenant["admin"]): Promise<boolean[]> => {
      const { data } = await as.listReengagementMembers({});
      const listed = new Set(data.map(({ id }) => id));
      for (const id of ids)
        if (!listed.has(id)) await expect(as.getReengagementMember({ id })).rejects.toMatchObject({ status: 404 });
      return ids.map((id) => listed.has(id));
    };
    expect(await seenBy(ownTenant.admin)).toEqual([true, true]);
    expect(await seenBy(rep.client)).toEqual([true, false]);
    // She sees both batches but not the person, although the batch is assigned to her.
    expect(await seenBy(colleague.client)).toEqual([false, false]);
    expect((await colleague.client.listReengagementBatchMembers({ id: open.id })).data).toEqual([]);
    expect(await seenBy(otherTenant.admin)).toEqual([false, false]);
    await expect(rep.client.getReengagementStats({ id: closed.id })).rejects.toMatchObject({ status: 404 });
  });
});
