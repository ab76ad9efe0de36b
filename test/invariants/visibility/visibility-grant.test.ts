import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** Bob's lead joined a person that only ann sees. Ann or an administrator grants him access to the person. */
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

let leadCount = 0;
async function createJoinedLead() {
  const leadInput = { first_name: "Ida", last_name: "Lund", email: `sight${++leadCount}@mail.example` };
  const { data: hers } = await ann.client.createLead(newLead(leadInput));
  const { data: his } = await bob.client.createLead(newLead(leadInput));
  await ann.client.updatePerson({ id: hers.personal_key_id, education_level: "phd" });
  return { person: hers.personal_key_id, hers, his };
}

const canSeePerson = async ({ client: as }: TestUser, id: string): Promise<boolean> => {
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
  it("is granted by a user who has it, can be revoked, and is recorded in the audit trail", async () => {
    const { person, his } = await createJoinedLead();
    expect(await canSeePerson(bob, person)).toBe(false);
    const grantInput = { id: person, record_id: his.id };
    expect((await ann.client.grantPersonSight(grantInput)).data).toEqual({
      person_id: person,
      record_id: his.id,
      person_sight: "GRANTED",
    });
    expect([await canSeePerson(bob, person), await canSeePerson(carl, person)]).toEqual([true, false]);
    expect((await bob.client.getLead({ id: his.id })).data.person_sight).toBe("GRANTED");
    const [entry] = (await tenant.admin.listAuditEntries({ record_id: his.id })).data;
    expect(entry).toMatchObject({ operation: "UPDATE", user_id: ann.id, changed: ["person_sight"] });
    await ann.client.withdrawPersonSight(grantInput);
    expect([await canSeePerson(bob, person), await canSeePerson(ann, person)]).toEqual([false, true]);
    await tenant.admin.grantPersonSight(grantInput);
    await tenant.admin.grantPersonSight(grantInput);
    expect(await canSeePerson(bob, person)).toBe(true);
  });

  it("lets the lead be scored by its person from then on", async () => {
    await tenant.admin.updateTenant({ settings: { score_model: "dynamic" } });
    const { person, hers, his } = await createJoinedLead();
    await app.settle();
    const readScore = async (id: string) => (await tenant.admin.getLead({ id })).data.lead_score;
    const [fullScore, alone] = [await readScore(hers.id), await readScore(his.id)];
    expect(alone).toBeLessThan(fullScore);
    await ann.client.grantPersonSight({ id: person, record_id: his.id });
    await app.settle();
    expect(await readScore(his.id)).toBe(fullScore);
    await tenant.admin.updateTenant({ settings: { score_model: "standard" } });
  });

  it("is not granted by a conversion, regardless of the caller", async () => {
    const { person, his } = await createJoinedLead();
    const { data: became } = await tenant.admin.convertLead({ id: his.id, override_reason: "Signed" });
    expect([became.contact.person_sight, became.opportunity.person_sight]).toEqual(["LIMITED", "LIMITED"]);
    expect([await canSeePerson(bob, person), await canSeePerson(ann, person)]).toEqual([false, true]);
  });

  it("cannot be granted without having it or for an unrelated record, or revoked from a record that reveals its person", async () => {
    const { person, hers, his } = await createJoinedLead();
    const otherLeads = await createJoinedLead();
    for (const { client: as } of [bob, carl])
      await expect(as.grantPersonSight({ id: person, record_id: his.id })).rejects.toMatchObject({ status: 404 });
    for (const record_id of [otherLeads.his.id, person, "led_x"])
      await expect(ann.client.grantPersonSight({ id: person, record_id })).rejects.toMatchObject({
        status: 400,
        details: [{ field: "record_id", message: "Must be a record of the person" }],
      });
    for (const ask of [ann.client.grantPersonSight, ann.client.withdrawPersonSight])
      await expect(ask({ id: person, record_id: hers.id })).rejects.toMatchObject({ status: 422 });
    expect(await canSeePerson(bob, person)).toBe(false);
  });
});
