import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

const DAY_MS = 24 * 60 * 60_000;

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
});
afterAll(() => app.stop());

it("The number of existing records is known before the publication, for those that caller and owner see", async () => {
  const marketer = await addUser(app, tenant, "MARKETER");
  const createWorkflow = async (where: object | null): Promise<string> =>
    (
      await allowAnyInput(tenant.admin).createWorkflow({
        name: "Counted",
        kind: "lead",
        trigger: { on: "created" },
        where,
        steps: [{ id: "end", do: "end" }],
      })
    ).data.id;
  for (const owner_id of [marketer.id, marketer.id, tenant.userId])
    await tenant.admin.createLead(newLead({ company: "Acme", description: "long", owner_id }));
  await tenant.admin.createLead(newLead({ company: "Other" }));
  await app.settle();
  const count = async (id: string, { countExistingRecords } = tenant.admin) => (await countExistingRecords({ id })).data;
  const all = await createWorkflow(null);
  const byCompany = await createWorkflow({ company: { prefix: "acme" } });
  // Lists do not have the description.
  const byText = await createWorkflow({ or: [{ description: "long" }, { company: "None of these" }] });
  expect(await count(all)).toEqual({ count: 4, is_exact: true });
  for (const id of [byCompany, byText]) {
    expect(await count(id)).toEqual({ count: 3, is_exact: true });
    expect(await count(id, marketer.client)).toEqual({ count: 2, is_exact: true });
  }
});

it("By a date, a publication counts and enrolls the records whose date is to come", async () => {
  const days = { Over: -40, "To come": 3, Later: 20 };
  for (const [company, day] of Object.entries(days)) {
    const next_contact_date = new Date(Date.now() + day * DAY_MS).toISOString();
    await tenant.admin.createLead(newLead({ company, description: "dated", next_contact_date }));
  }
  await app.settle();
  const { id } = (
    await tenant.admin.createWorkflow({
      ...{ name: "Before the date", kind: "lead", where: { description: "dated" } },
      trigger: { on: "date", date_field: "next_contact_date", offset: "-1d" },
      steps: [{ id: "end", do: "end" }],
    })
  ).data;
  expect((await tenant.admin.countExistingRecords({ id })).data).toEqual({ count: 2, is_exact: true });
  await tenant.admin.publishWorkflow({ id });
  await app.settle();
  expect((await tenant.admin.listEnrollmentsOfWorkflow({ id })).data).toHaveLength(2);
});
