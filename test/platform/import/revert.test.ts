import { hasPermission, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { personGrants } from "@crm/core/people/person/person.kind.ts";
import { buildActorContext } from "@crm/core/platform/sign-in/actor-context.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { readImport, requestJson, runImport, toCsv } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

async function revertImport(id: string) {
  await tenant.admin.revertImport({ id });
  await app.settle();
  return readImport(app, tenant.token, id);
}
const countLeads = async () => (await tenant.admin.listLeads({})).meta.total;
const countPersons = async () => (await tenant.admin.listPersons({})).meta.total;

describe("a reverted import", () => {
  it("deletes its records and persons, except those changed since", async () => {
    const [leadsBefore, personsBefore] = [await countLeads(), await countPersons()];
    const file = toCsv(
      ["first_name", "last_name", "email"],
      ...Array.from({ length: 60 }, (_, n) => [`Back${n}`, "Taken", `back${n}@mail.example`]),
    );
    const done = await runImport(app, tenant.token, "leads", file);
    const touchedLead = (await tenant.admin.listLeads({ search: "back7@mail.example" })).data[0];
    await tenant.admin.updateLead({ id: String(touchedLead?.id), company: "Touched" });
    // Another lead of a person that the import created.
    await tenant.admin.createLead(newLead({ email: "back9@mail.example" }));
    await app.settle();
    expect(await revertImport(done.id)).toMatchObject({ status: "reverted", reverted: { removed: 59, restored: 0, kept: 1 } });
    expect(await countLeads()).toBe(leadsBefore + 2);
    expect(await countPersons()).toBe(personsBefore + 2);
    expect((await tenant.admin.getLead({ id: String(touchedLead?.id) })).data.company).toBe("Touched");
    await tenant.admin.revertImport({ id: done.id });
    expect(await runImport(app, tenant.token, "leads", file)).toMatchObject({ created: 60 });
  });

  it("deletes leads of existing persons, even if their score was recalculated since", async () => {
    const { data } = await tenant.admin.createLead(newLead({ email: "was@there.example" }));
    const { personal_key_id } = data;
    await tenant.admin.createInteraction({ personal_key_id, interaction_type_id: "download" });
    const file = toCsv(
      ["first_name", "last_name", "email"],
      [String(data.first_name), String(data.last_name), "was@there.example"],
    );
    const done = await runImport(app, tenant.token, "leads", file);
    const leads = (await tenant.admin.listLeads({ search: "was@there.example" })).data;
    expect(leads).toMatchObject([
      { personal_key_id, lead_score: 5 },
      { personal_key_id, lead_score: 5 },
    ]);
    expect(await revertImport(done.id)).toMatchObject({ reverted: { removed: 1, restored: 0, kept: 0 } });
  });

  it("restores updated values, unless they were changed since", async () => {
    const [firstLead, two] = [
      await tenant.admin.createLead(newLead({ company: "Before", description: "old" })),
      await tenant.admin.createLead(newLead({ company: "Before" })),
    ];
    const file = toCsv(["id", "company", "description"], [firstLead.data.id, "After", "new"], [two.data.id, "After", "new"]);
    const done = await runImport(app, tenant.token, "leads", file, { options: { mode: "update", match_on: "id" } });
    expect(done).toMatchObject({ updated: 2 });
    await tenant.admin.updateLead({ id: two.data.id, company: "By hand" });
    expect(await revertImport(done.id)).toMatchObject({ reverted: { removed: 0, restored: 1, kept: 1 } });
    expect((await tenant.admin.getLead({ id: firstLead.data.id })).data).toMatchObject({ company: "Before", description: "old" });
    expect((await tenant.admin.getLead({ id: two.data.id })).data).toMatchObject({ company: "By hand", description: "new" });
  });

  it("is rejected while it runs", async () => {
    const done = await runImport(app, tenant.token, "leads", toCsv(["first_name", "last_name"], ["A", "B"]));
    await revertImport(done.id);
    await expect(tenant.admin.cancelImport({ id: done.id })).rejects.toMatchObject({ status: 422 });
  });
});

describe("H1 an import reverted by another user", () => {
  const people = (name: string) =>
    toCsv(["last_name", "email"], [`${name} One`, `${name}1@mail.example`], [`${name} Two`, `${name}2@mail.example`]);
  let rep: Awaited<ReturnType<typeof addUser>>;
  let manager: Awaited<ReturnType<typeof addUser>>;
  beforeAll(async () => {
    await tenant.admin.updateTenant({ settings: { visibility: "all" } });
    rep = await addUser(app, tenant, "SALES_REP");
    manager = await addUser(app, tenant, "MANAGER");
  });

  it("is rejected for a user who may not delete such records, like a cancellation", async () => {
    const done = await runImport(app, tenant.token, "persons", people("refused"));
    for (const verb of ["revert", "cancel"])
      expect(await requestJson(app, rep.token, "POST", `/imports/${done.id}/${verb}`)).toMatchObject({ status: 403 });
    await app.settle();
    expect(await readImport(app, tenant.token, done.id)).toMatchObject({ status: "completed", reverted: null });
  });

  it("is recorded for that user, and the importer can still revert their own", async () => {
    const done = await runImport(app, tenant.token, "persons", people("deed"));
    const [person] = (await tenant.admin.listPersons({ search: "deed1@mail.example" })).data;
    await manager.client.revertImport({ id: done.id });
    await app.settle();
    expect(await readImport(app, tenant.token, done.id)).toMatchObject({ status: "reverted", reverted: { removed: 2 } });
    const { data } = await tenant.admin.listAuditEntries({ record_id: String(person?.id) });
    expect(data[0]).toMatchObject({ operation: "DELETE", user_id: manager.id });
    const repImport = await runImport(app, rep.token, "persons", people("own"));
    await rep.client.revertImport({ id: repImport.id });
    await app.settle();
    expect(await readImport(app, rep.token, repImport.id)).toMatchObject({ status: "reverted", reverted: { removed: 2 } });
  });

  it("stops if the user loses the permission to delete", async () => {
    const lead = await addUser(app, tenant, "MANAGER");
    const done = await runImport(app, tenant.token, "persons", people("ends"));
    await lead.client.revertImport({ id: done.id });
    await tenant.admin.updateUser({ id: lead.id, role: "SALES_REP" });
    await app.settle();
    expect(await readImport(app, tenant.token, done.id)).toMatchObject({ status: "failed", reverted: null });
    expect((await tenant.admin.listPersons({ search: "ends1@mail.example" })).data).toHaveLength(1);
  });

  it("uses only permissions and visibility that both users have", async () => {
    await tenant.admin.updateTenant({ settings: { visibility: "own" } });
    const as = (actorId: string, jobOwner: string) =>
      runIn(systemContext(app.ports, tenant.id, "test"), () =>
        buildActorContext(actorId, { authority: "reader", request: "test", jobOwner: jobOwner }),
      );
    for (const [actorId, jobOwner] of [
      [tenant.userId, rep.id],
      [rep.id, tenant.userId],
    ] as const) {
      const context = await as(actorId, jobOwner);
      if (!context) throw new Error("There is no context");
      expect(context.actor).toMatchObject({ id: actorId });
      expect([...(await context.visibleOwners())]).toContain(rep.id);
      expect([...(await context.visibleOwners())]).not.toContain(tenant.userId);
      expect(runIn(context, () => [hasPermission(personGrants.write), hasPermission(personGrants.delete)])).toEqual([
        true,
        false,
      ]);
    }
  });
});
