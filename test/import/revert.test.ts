import { may, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { personGrants } from "@crm/core/person/person.domain.ts";
import { acting } from "@crm/core/sign-in/acting.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../support.ts";
import { brought, call, csv, read } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

async function reverted(id: string) {
  await tenant.admin.revertImport({ id });
  await app.settle();
  return read(app, tenant.token, id);
}
const total = async () => (await tenant.admin.listLeads({})).meta.total;
const persons = async () => (await tenant.admin.listPersons({})).meta.total;

describe("an import that is taken back", () => {
  it("deletes what it made, persons too, but for what somebody has touched since", async () => {
    const [leadsBefore, personsBefore] = [await total(), await persons()];
    const file = csv(
      ["first_name", "last_name", "email"],
      ...Array.from({ length: 60 }, (_, n) => [`Back${n}`, "Taken", `back${n}@mail.example`]),
    );
    const done = await brought(app, tenant.token, "leads", file);
    const changed = (await tenant.admin.listLeads({ search: "back7@mail.example" } as never)).data[0];
    await tenant.admin.updateLead({ id: String(changed?.id), company: "Touched" });
    // Somebody else's lead of a person whom the import has made.
    await tenant.admin.createLead(newLead({ email: "back9@mail.example" }));
    await app.settle();
    expect(await reverted(done.id)).toMatchObject({ status: "reverted", reverted: { removed: 59, restored: 0, kept: 1 } });
    expect(await total()).toBe(leadsBefore + 2);
    expect(await persons()).toBe(personsBefore + 2);
    expect((await tenant.admin.getLead({ id: String(changed?.id) })).data.company).toBe("Touched");
    await tenant.admin.revertImport({ id: done.id });
    expect(await brought(app, tenant.token, "leads", file)).toMatchObject({ created: 60 });
  });

  it("deletes leads of persons who were there before, whose score was looked at since", async () => {
    const { data } = await tenant.admin.createLead(newLead({ email: "was@there.example" }));
    const { personal_key_id } = data;
    await tenant.admin.createInteraction({ personal_key_id, interaction_type_id: "download" } as never);
    const file = csv(
      ["first_name", "last_name", "email"],
      [String(data.first_name), String(data.last_name), "was@there.example"],
    );
    const done = await brought(app, tenant.token, "leads", file);
    const found = (await tenant.admin.listLeads({ search: "was@there.example" } as never)).data;
    expect(found).toMatchObject([
      { personal_key_id, lead_score: 5 },
      { personal_key_id, lead_score: 5 },
    ]);
    expect(await reverted(done.id)).toMatchObject({ reverted: { removed: 1, restored: 0, kept: 0 } });
  });

  it("gives what it changed its values back, where nobody has changed them since", async () => {
    const [one, two] = [
      await tenant.admin.createLead(newLead({ company: "Before", description: "old" })),
      await tenant.admin.createLead(newLead({ company: "Before" })),
    ];
    const file = csv(["id", "company", "description"], [one.data.id, "After", "new"], [two.data.id, "After", "new"]);
    const done = await brought(app, tenant.token, "leads", file, { options: { mode: "update", match_on: "id" } });
    expect(done).toMatchObject({ updated: 2 });
    await tenant.admin.updateLead({ id: two.data.id, company: "By hand" });
    expect(await reverted(done.id)).toMatchObject({ reverted: { removed: 0, restored: 1, kept: 1 } });
    expect((await tenant.admin.getLead({ id: one.data.id })).data).toMatchObject({ company: "Before", description: "old" });
    expect((await tenant.admin.getLead({ id: two.data.id })).data).toMatchObject({ company: "By hand", description: "new" });
  });

  it("is refused while it runs", async () => {
    const done = await brought(app, tenant.token, "leads", csv(["first_name", "last_name"], ["A", "B"]));
    await reverted(done.id);
    await expect(tenant.admin.cancelImport({ id: done.id })).rejects.toMatchObject({ status: 422 });
  });
});

describe("H1 an import that somebody else takes back", () => {
  const people = (name: string) =>
    csv(["last_name", "email"], [`${name} One`, `${name}1@mail.example`], [`${name} Two`, `${name}2@mail.example`]);
  let rep: Awaited<ReturnType<typeof addUser>>;
  let manager: Awaited<ReturnType<typeof addUser>>;
  beforeAll(async () => {
    await tenant.admin.updateTenant({ settings: { visibility: "all" } } as never);
    rep = await addUser(app, tenant, "SALES_REP");
    manager = await addUser(app, tenant, "MANAGER");
  });

  it("is refused to who may not delete such records, and so is its end before time", async () => {
    const done = await brought(app, tenant.token, "persons", people("refused"));
    for (const verb of ["revert", "cancel"])
      expect(await call(app, rep.token, "POST", `/imports/${done.id}/${verb}`)).toMatchObject({ status: 403 });
    await app.settle();
    expect(await read(app, tenant.token, done.id)).toMatchObject({ status: "completed", reverted: null });
  });

  it("is their deed, and their own import they take back as before", async () => {
    const done = await brought(app, tenant.token, "persons", people("deed"));
    const [one] = (await tenant.admin.listPersons({ search: "deed1@mail.example" } as never)).data;
    await manager.as.revertImport({ id: done.id });
    await app.settle();
    expect(await read(app, tenant.token, done.id)).toMatchObject({ status: "reverted", reverted: { removed: 2 } });
    const { data } = await tenant.admin.listAuditEntries({ record_id: String(one?.id) });
    expect(data[0]).toMatchObject({ operation: "DELETE", user_id: manager.id });
    const own = await brought(app, rep.token, "persons", people("own"));
    await rep.as.revertImport({ id: own.id });
    await app.settle();
    expect(await read(app, rep.token, own.id)).toMatchObject({ status: "reverted", reverted: { removed: 2 } });
  });

  it("ends when who asked may not delete any more", async () => {
    const lead = await addUser(app, tenant, "MANAGER");
    const done = await brought(app, tenant.token, "persons", people("ends"));
    await lead.as.revertImport({ id: done.id });
    await tenant.admin.updateUser({ id: lead.id, role: "SALES_REP" } as never);
    await app.settle();
    expect(await read(app, tenant.token, done.id)).toMatchObject({ status: "failed", reverted: null });
    expect((await tenant.admin.listPersons({ search: "ends1@mail.example" } as never)).data).toHaveLength(1);
  });

  it("goes on within what both may do and see", async () => {
    await tenant.admin.updateTenant({ settings: { visibility: "own" } } as never);
    const as = (who: string, of: string) =>
      runIn(systemContext(app.ports, tenant.id, "test"), () => acting(who, { request: "test", of }));
    for (const [who, of] of [
      [tenant.userId, rep.id],
      [rep.id, tenant.userId],
    ] as const) {
      const context = await as(who, of);
      if (!context) throw new Error("Nobody acts");
      expect(context.actor).toMatchObject({ id: who });
      expect([...(await context.visible())]).toContain(rep.id);
      expect([...(await context.visible())]).not.toContain(tenant.userId);
      expect(runIn(context, () => [may(personGrants.write), may(personGrants.delete)])).toEqual([true, false]);
    }
  });
});
