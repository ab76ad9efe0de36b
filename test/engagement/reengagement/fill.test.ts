import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR", visibility: "own" });
});
afterAll(() => app.stop());

let recordCount = 0;
const createBatch = async (as = tenant.admin) =>
  (await as.createReengagementBatch({ batch_name: `Batch ${++recordCount}` })).data;
const createIndividual = async (as = tenant.admin, more: Record<string, unknown> = {}) =>
  (
    await as.createCustomer({
      customer_type: "INDIVIDUAL",
      first_name: "Ida",
      last_name: `Lund ${++recordCount}`,
      ...more,
    })
  ).data;
const listMemberPersons = async (id: string, as = tenant.admin): Promise<string[]> => {
  const { data } = await as.listReengagementBatchMembers({ id, limit: 100 });
  return data.map(({ personal_key_id }) => String(personal_key_id)).sort();
};
const readFill = async (id: string, as = tenant.admin) => (await as.getReengagementFill({ id })).data;

describe("filling of a batch", () => {
  it("adds the persons that the caller sees, each once, also when repeated", async () => {
    const { admin } = tenant;
    const rep = await addUser(app, tenant, "SALES_REP");
    const ownCustomers = [await createIndividual(rep.client), await createIndividual(rep.client)];
    await createIndividual();
    const { data: business } = await rep.client.createCustomer({
      customer_type: "BUSINESS",
      name: `Yard ${++recordCount}`,
    });
    const { data: contact } = await rep.client.createContact({
      customer_id: business.id,
      first_name: "Bo",
      last_name: "Lund",
    });
    const expectedPersons = [
      ...ownCustomers.map(({ personal_key_id }) => String(personal_key_id)),
      String(contact.personal_key_id),
    ].sort();
    const { id } = await createBatch(rep.client);
    await app.settle();
    const { data: startedFill } = await rep.client.fillReengagementBatch({ id, last_activity_before: "2999-01-01" });
    expect(startedFill).toMatchObject({ status: "queued", added: 0 });
    await app.settle();
    expect(await readFill(startedFill.id)).toMatchObject({ status: "completed", found: 3, added: 3 });
    expect(await listMemberPersons(id)).toEqual(expectedPersons);
    const { data: again } = await admin.fillReengagementBatch({ id, last_activity_before: "2999-01-01" });
    await app.settle();
    expect(await readFill(again.id)).toMatchObject({ status: "completed", found: 4, added: 1 });
    await expect(admin.fillReengagementBatch({ id })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "contact_list_id" }],
    });
  });

  it("takes a contact list, or a segment with a filter on its customers", async () => {
    const { admin } = tenant;
    const { data: list } = await admin.createContactList({ name: `List ${++recordCount}` });
    const { data: segment } = await admin.createSegment({ name: `Segment ${++recordCount}` });
    const { data: business } = await admin.createCustomer({ customer_type: "BUSINESS", name: `Yard ${++recordCount}` });
    const contacts: { id: string; personal_key_id: string }[] = [];
    for (const first_name of ["Ada", "Bo"])
      contacts.push((await admin.createContact({ customer_id: business.id, first_name, last_name: `L ${++recordCount}` })).data);
    const rich = await createIndividual();
    const { data: deal } = await admin.createOpportunity({
      name: "Deal",
      customer_id: rich.id,
      amount: "500.00",
      currency: "EUR",
    });
    await admin.winOpportunity({ id: deal.id });
    await admin.changeContactListMembers({ id: list.id, add: contacts.map(({ id }) => id) });
    await admin.changeSegmentMembers({ id: segment.id, add: [rich.id, (await createIndividual()).id] });
    await app.settle();
    const [listed, segmented] = [await createBatch(), await createBatch()];
    await admin.fillReengagementBatch({ id: listed.id, contact_list_id: list.id });
    await admin.fillReengagementBatch({ id: segmented.id, segment_id: segment.id, value_min: "100" });
    await app.settle();
    expect(await listMemberPersons(listed.id)).toEqual(contacts.map(({ personal_key_id }) => personal_key_id).sort());
    expect(await listMemberPersons(segmented.id)).toEqual([rich.personal_key_id]);
  });

  it("adds each person once despite a crash at any write", async () => {
    let freshTenant = await signUp(app);
    for (let n = 0; n < 45; n++) await createIndividual(freshTenant.admin);
    await app.settle();
    const { database } = app.ports;
    const send = database.send.bind(database);
    // The worker dies before or after one of its own writes.
    const isOurs = (command: object | undefined): boolean => /#REENGAGED#|#JOB#ref_/.test(JSON.stringify(command));
    for (const [dies, isWritten] of [
      [2, true],
      [3, false],
      [4, false],
      [4, true],
    ] as const) {
      let { admin } = freshTenant;
      const { id } = await createBatch(admin);
      const { data: fill } = await admin.fillReengagementBatch({ id, last_activity_before: "2999-01-01" });
      let remaining = dies;
      database.send = async (command, scope) => {
        if (!isOurs(command) || /Get|Query/.test(command?.constructor.name ?? "") || --remaining !== 0)
          return send(command, scope);
        if (isWritten) await send(command, scope);
        throw new TypeError("Killed");
      };
      await app.settle();
      database.send = send;
      expect(remaining).toBeLessThanOrEqual(0);
      app.setClock({ advance: 10 * 60_000 });
      await app.settle();
      admin = createClient(inProcessTransport(app, (await signIn(app, freshTenant)).access_token));
      freshTenant = { ...freshTenant, admin };
      expect((await readFill(fill.id, admin)).status).toBe("completed");
      const memberPersons = await listMemberPersons(id, admin);
      expect(new Set(memberPersons).size).toBe(45);
      expect(memberPersons).toHaveLength(45);
    }
  });
});
