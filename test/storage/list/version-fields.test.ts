import { People } from "@crm/core/people/person/person.entity.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { versionFields } from "@crm/core/storage/table/collection.ts";
import { put, readItem } from "@crm/core/storage/table/database.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { measureUnits } from "../../support/request-units.ts";
import { runInTenant } from "../migration/letters.ts";

const meter: Meter = { read: 0, write: 0, commands: 0 };
let app: App;
let tenant: Tenant;
let ids: string[];
beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app);
  ids = [];
  for (let n = 0; n < 5; n++) ids.unshift(String((await tenant.admin.createLead(newLead({ notes: "as typed" }))).data.id));
  await tenant.admin.updateLead({ id: ids[1] as string, notes: "changed" });
  await app.settle();
});
afterAll(() => app.stop());

describe("the version fields of a record", () => {
  it("are shown in lists on request with current values, at the cost of one more read", async () => {
    const bare = await tenant.admin.listLeads({});
    for (const row of bare.data) for (const mark of versionFields) expect(row).not.toHaveProperty(mark);
    const versioned = await tenant.admin.listLeads({ include: "version,updated_by" });
    expect(versioned.data).toEqual(
      bare.data.map((row) => ({ ...row, version: row.id === ids[1] ? 2 : 1, updated_by: tenant.userId })),
    );
    const { data: changedLead } = await tenant.admin.getLead({ id: ids[1] as string });
    const { data } = await tenant.admin.listLeads({ include: "updated_at" });
    expect(data.find(({ id }) => id === ids[1])?.updated_at).toBe(changedLead.updated_at);
    const plain = await measureUnits(meter, () => tenant.admin.listLeads({}));
    const versionedUnits = await measureUnits(meter, () => tenant.admin.listLeads({ include: "version" }));
    expect(versionedUnits.commands - plain.commands).toBe(1);
    await expect(tenant.admin.listLeads({ include: "notes" })).rejects.toMatchObject({ status: 400 });
  });

  it("are also shown for complete lists and text searches", async () => {
    const { data: customer } = await tenant.admin.createCustomer({
      customer_type: "individual",
      last_name: "Lund",
      first_name: "Ida",
    });
    const person = String(customer.personal_key_id);
    await app.settle();
    for (const query of [{ person }, { search: "lund" }]) {
      const { data } = await tenant.admin.listCustomers(query);
      expect(data).toHaveLength(1);
      for (const mark of versionFields) expect(data[0]).not.toHaveProperty(mark);
      expect((await tenant.admin.listCustomers({ ...query, include: "version" })).data).toEqual([{ ...data[0], version: 1 }]);
    }
  });

  it("do not change the index rows of any kind", async () => {
    const { data } = await tenant.admin.getLead({ id: ids[0] as string });
    await runInTenant(app, tenant.id, async () => {
      const lead = await Records.read(Leads, data.id);
      expect(Leads.serialize(Records.nextVersion(lead, { ...lead, notes: "other" })).row).toBe(Leads.serialize(lead).row);
      const person = await Records.read(People, lead.personal_key_id);
      expect(People.serialize(Records.nextVersion(person, person)).row).toBe(People.serialize(person).row);
    });
    const measureNotesChange = (n: number) => measureUnits(meter, () => tenant.admin.updateLead({ id: data.id, notes: `N${n}` }));
    const measureCompanyChange = (n: number) =>
      measureUnits(meter, () => tenant.admin.updateLead({ id: data.id, company: `C${n}` }));
    // Six indexes contain a lead that has no score and no next contact date.
    expect((await measureCompanyChange(1)).write - (await measureNotesChange(1)).write).toBe(6);
  });

  it("are read from rows of earlier releases", async () => {
    const id = ids[2] as string;
    const before = (await tenant.admin.listLeads({ include: "version,updated_at,updated_by" })).data;
    await runInTenant(app, tenant.id, async () => {
      const item = await readItem(recordKey(tenant.id, id));
      const { version, updated_at, updated_by, ...doc } = JSON.parse(String(item?.doc));
      expect(version).toBe(1);
      const row = { ...JSON.parse(Leads.rowDigestText(Leads.fromItem(item ?? {}))), version, updated_at, updated_by };
      await put({ ...item, row: JSON.stringify(row), doc: JSON.stringify(doc) });
    });
    expect((await tenant.admin.listLeads({ include: "version,updated_at,updated_by" })).data).toEqual(before);
    const listedRow = (await tenant.admin.listLeads({})).data.find((row) => row.id === id);
    for (const mark of versionFields) expect(listedRow).not.toHaveProperty(mark);
    expect((await tenant.admin.updateLead({ id, notes: "since" })).data.version).toBe(2);
  });
});

it("are optional in the schema of each list with `include`", () => {
  const lists = operations.filter(({ kind, verb }) => kind === "list" && "include" in (verb.schema as z.ZodObject).shape);
  const sure = lists.filter(({ output }) => !(output as z.ZodObject).shape.version?.safeParse(undefined).success);
  expect(lists.length).toBeGreaterThan(20);
  expect(sure.map(({ name }) => name)).toEqual([]);
});
