import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";

/** Bob's lead has joined ann's person: she, or an administrator, lets him see them. */
let app: App;
let tenant: Tenant;
let ann: TestUser;
let bob: TestUser;
let carl: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  [ann, bob, carl] = [
    await addUser(app, tenant, "SALES_REP"),
    await addUser(app, tenant, "SALES_REP"),
    await addUser(app, tenant, "SALES_REP"),
  ];
});
afterAll(() => app.stop());

let made = 0;
async function joined() {
  const told = { first_name: "Ida", last_name: "Lund", email: `sight${++made}@mail.example` };
  const { data: hers } = await ann.as.createLead(newLead(told));
  const { data: his } = await bob.as.createLead(newLead(told));
  await ann.as.updatePerson({ id: hers.personal_key_id, education_level: "phd" });
  return { person: hers.personal_key_id, hers, his };
}

const sees = async ({ as }: TestUser, id: string): Promise<boolean> => {
  await app.settle();
  const listed = (await as.listPersons({ limit: 100 })).data.some((row) => row.id === id);
  const read = await as.getPerson({ id }).then(
    () => true,
    () => false,
  );
  expect(listed).toBe(read);
  return read;
};

describe("full sight", () => {
  it("is granted by who has it, and taken back, with a word in the audit trail", async () => {
    const { person, his } = await joined();
    expect(await sees(bob, person)).toBe(false);
    const one = { id: person, record_id: his.id };
    expect((await ann.as.grantPersonSight(one)).data).toEqual({ person_id: person, record_id: his.id, person_sight: "GRANTED" });
    expect([await sees(bob, person), await sees(carl, person)]).toEqual([true, false]);
    expect((await bob.as.getLead({ id: his.id })).data.person_sight).toBe("GRANTED");
    const [entry] = (await tenant.admin.listAuditEntries({ record_id: his.id })).data;
    expect(entry).toMatchObject({ operation: "UPDATE", user_id: ann.id, changed: ["person_sight"] });
    await ann.as.withdrawPersonSight(one);
    expect([await sees(bob, person), await sees(ann, person)]).toEqual([false, true]);
    await tenant.admin.grantPersonSight(one);
    await tenant.admin.grantPersonSight(one);
    expect(await sees(bob, person)).toBe(true);
  });

  it("has the lead scored by its person from then on", async () => {
    await tenant.admin.updateTenant({ settings: { score_model: "dynamic" } });
    const { person, hers, his } = await joined();
    await app.settle();
    const scoreOf = async (id: string) => (await tenant.admin.getLead({ id })).data.lead_score;
    const [whole, alone] = [await scoreOf(hers.id), await scoreOf(his.id)];
    expect(alone).toBeLessThan(whole);
    await ann.as.grantPersonSight({ id: person, record_id: his.id });
    await app.settle();
    expect(await scoreOf(his.id)).toBe(whole);
    await tenant.admin.updateTenant({ settings: { score_model: "standard" } });
  });

  it("is not granted by a conversion, whoever converts", async () => {
    const { person, his } = await joined();
    const { data: became } = await tenant.admin.convertLead({ id: his.id, override_reason: "Signed" });
    expect([became.contact.person_sight, became.opportunity.person_sight]).toEqual(["LIMITED", "LIMITED"]);
    expect([await sees(bob, person), await sees(ann, person)]).toEqual([false, true]);
  });

  it("is granted by nobody who has it not, of no record of somebody else, and taken from none that shows its person by itself", async () => {
    const { person, hers, his } = await joined();
    const other = await joined();
    for (const { as } of [bob, carl])
      await expect(as.grantPersonSight({ id: person, record_id: his.id })).rejects.toMatchObject({ status: 404 });
    for (const record_id of [other.his.id, person, "led_x"])
      await expect(ann.as.grantPersonSight({ id: person, record_id })).rejects.toMatchObject({
        status: 400,
        details: [{ field: "record_id", message: "No such record of the person" }],
      });
    for (const ask of [ann.as.grantPersonSight, ann.as.withdrawPersonSight])
      await expect(ask({ id: person, record_id: hers.id })).rejects.toMatchObject({ status: 422 });
    expect(await sees(bob, person)).toBe(false);
  });
});
