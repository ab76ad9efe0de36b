import { Enrollments } from "@crm/core/engagement/workflow/enrollment.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { counterKey } from "@crm/core/storage/read/counter.ts";
import { AuditTrail, buildAuditEntry } from "@crm/core/storage/stream/audit-trail.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { put } from "@crm/core/storage/table/database.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { createTestRandom } from "../../support/random.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

describe("the audit trail", () => {
  it("records for each change the user, origin, reason, and the values before and after", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data: lead } = await rep.client.createLead(newLead({ company: "Navy" }));
    await rep.client.updateLead({ id: lead.id, company: "Army", email: null }, { reason: "asked by phone" });
    await tenant.admin.deleteLead({ id: lead.id });
    await tenant.admin.restoreLead({ id: lead.id });
    await app.settle();
    const { data: history } = await tenant.admin.listAuditEntries({ record_id: lead.id });
    expect(history.map(({ operation, record_version }) => [operation, record_version])).toEqual([
      ["UPDATE", 4],
      ["DELETE", 3],
      ["UPDATE", 2],
      ["INSERT", 1],
    ]);
    const { data: change } = await tenant.admin.getAuditEntry({ id: String(history[2]?.id) });
    expect(change).toMatchObject({
      record_id: lead.id,
      record_type: "lead",
      old_values: { company: "Navy", email: lead.email },
      new_values: { company: "Army" },
      user_id: rep.id,
      ip_address: "127.0.0.1",
      user_agent: "test",
      change_reason: "asked by phone",
      data_sensitivity: "internal",
      customer_id: null,
    });
    expect(change.changed.sort()).toEqual(["company", "email"]);
    expect(change.session_id).toMatch(/^ses_/);
    expect(change.request_id.length).toBeGreaterThan(10);
    const { data: birth } = await tenant.admin.getAuditEntry({ id: String(history[3]?.id) });
    expect(birth.old_values).toBeNull();
    expect(birth.new_values).toMatchObject({ first_name: lead.first_name, company: "Navy" });
  });

  it("has no entry for a write without a change", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ company: "Navy" }));
    const { data: unchangedLead } = await tenant.admin.updateLead({ id: lead.id, company: "Navy" });
    expect(unchangedLead.version).toBe(1);
    await app.settle();
    expect((await tenant.admin.listAuditEntries({ record_id: lead.id })).meta.total).toBe(1);
  });

  it.each([
    ["letters of one byte", "n"],
    ["letters of three bytes", "漢"],
    ["letters of four bytes", "😀"],
    ["characters that JSON escapes", '"'],
    ["chance, which no compression makes shorter", undefined],
  ])("stores values of %s completely, at any length", async (_, letter) => {
    const random = createTestRandom("long values");
    const pickCharacter = () => letter ?? String.fromCodePoint(0x4e00 + Math.floor(random() * 20_000));
    const long = (first: string) =>
      `${first}${Array.from({ length: 50_000 / pickCharacter().length - 1 }, pickCharacter).join("")}`;
    const { data: lead } = await tenant.admin.createLead(newLead({ notes: long("a"), description: long("b") }));
    const nextValues = { notes: long("c"), description: long("d") };
    await tenant.admin.updateLead({ id: lead.id, ...nextValues });
    await app.settle();
    const { data: history } = await tenant.admin.listAuditEntries({ record_id: lead.id });
    expect(history.map(({ operation }) => operation)).toEqual(["UPDATE", "INSERT"]);
    const [change, birth] = await Promise.all(history.map(({ id }) => tenant.admin.getAuditEntry({ id: String(id) })));
    const { notes, description } = lead;
    expect(change?.data).toMatchObject({ old_values: { notes, description }, new_values: nextValues, unknown: [] });
    expect(birth?.data).toMatchObject({ old_values: null, new_values: { notes, description }, unknown: [] });
  });

  it("marks a value as unknown if a later entry is missing or pending, and returns the rest", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ company: "One", notes: "N", job_title: "Dr" }));
    for (const patch of [{ company: "Two" }, { company: "Three", notes: "M" }, { notes: "O" }])
      await tenant.admin.updateLead({ id: lead.id, ...patch });
    await app.settle();
    const { data: history } = await tenant.admin.listAuditEntries({ record_id: lead.id });
    const readValues = async (version: number) => {
      const { id } = history.find(({ record_version }) => record_version === version) ?? {};
      const { new_values, unknown } = (await tenant.admin.getAuditEntry({ id: String(id) })).data;
      const { company, notes, job_title } = new_values ?? {};
      return [company, notes, job_title, unknown.filter((field) => ["company", "notes", "job_title"].includes(field)).sort()];
    };
    expect(await readValues(1)).toEqual(["One", "N", "Dr", []]);
    expect(await readValues(2)).toEqual(["Two", undefined, undefined, []]);
    expect(await readValues(3)).toEqual(["Three", "M", undefined, []]);
    await tenant.admin.updateLead({ id: lead.id, notes: "P" });
    expect(await readValues(4)).toEqual([undefined, undefined, undefined, ["notes"]]);
    await app.settle();
    expect(await readValues(4)).toEqual([undefined, "O", undefined, []]);
    const third = history.find(({ record_version }) => record_version === 3);
    const key = recordKey(tenant.id, String(third?.id));
    await runIn(systemContext(app.ports, tenant.id, "test"), () => transaction().delete(key).commit(undefined));
    expect(await readValues(1)).toEqual(["One", undefined, undefined, ["job_title", "notes"]]);
    expect(await readValues(2)).toEqual([undefined, undefined, undefined, ["company"]]);
    expect(await readValues(4)).toEqual([undefined, "O", undefined, []]);
  });

  it("lists all entries of a tenant with the exact total, for administrators and directors only", async () => {
    const otherTenant = await signUp(app);
    await otherTenant.admin.createLead(newLead());
    await app.settle();
    const { data, meta } = await otherTenant.admin.listAuditEntries({});
    // Tenant, user, person and lead.
    expect(data.map(({ record_type }) => record_type).sort()).toEqual(["lead", "person", "tenant", "user"]);
    expect(meta.total).toBe(4);
    const rep = await addUser(app, otherTenant, "SALES_REP");
    await expect(rep.client.listAuditEntries({})).rejects.toMatchObject({ status: 403 });
  });

  it("titles an enrollment, which has no name, by its record", async () => {
    const { data: workflow } = await tenant.admin.createWorkflow({
      name: "Greeting",
      kind: "lead",
      trigger: { on: "manual" },
      steps: [{ id: "week", do: "wait", for: "7d" }],
    });
    const { data: lead } = await tenant.admin.createLead(newLead({ first_name: "Ada", last_name: "Moss" }));
    await tenant.admin.publishWorkflow({ id: workflow.id });
    const { data: enrollment } = await tenant.admin.enrollInWorkflow({ id: workflow.id, record_id: lead.id });
    await app.settle();
    const { data: entries } = await tenant.admin.listAuditEntries({ record_id: enrollment.id });
    expect(entries.length).toBeGreaterThan(0);
    expect(new Set(entries.map(({ record_title }) => record_title))).toEqual(new Set(["Ada Moss"]));
  });

  it("titles the records, names their kinds in the caller's language, and has values on request", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ first_name: "Nora", last_name: "Ito", company: "Navy" }));
    await tenant.admin.updateLead({ id: lead.id, company: "Army" });
    await tenant.admin.deleteLead({ id: lead.id });
    await app.settle();
    const { data: history } = await tenant.admin.listAuditEntries({ record_id: lead.id, with_values: true });
    expect(history.map(({ record_title, record_label }) => [record_title, record_label])).toEqual(
      Array(3).fill(["Nora Ito", "Lead"]),
    );
    expect(history[1]).toMatchObject({ old_values: { company: "Navy" }, new_values: { company: "Army" }, unknown: [] });
    const byField = (field: string) => tenant.admin.listAuditEntries({ record_id: lead.id, field });
    expect((await byField("company")).data.map(({ operation }) => operation)).toEqual(["UPDATE", "INSERT"]);
    expect((await byField("last_name")).data.map(({ operation }) => operation)).toEqual(["INSERT"]);
    const [plain] = (await tenant.admin.listAuditEntries({ record_id: lead.id, limit: 1 })).data;
    expect(plain).not.toHaveProperty("old_values");
    const { data: entry } = await tenant.admin.getAuditEntry({ id: String(plain?.id) });
    expect(entry).toMatchObject({ record_title: "Nora Ito", record_label: "Lead" });
    const headers = { "accept-language": "de" };
    const request = {
      method: "GET",
      path: "/api/v1/audit",
      query: "record_type=user&limit=1",
      headers,
      body: undefined,
    } as const;
    const { body } = await inProcessTransport(app, tenant.token)(request);
    expect(JSON.parse(body).data[0]).toMatchObject({ record_label: "Benutzer" });
    await expect(tenant.admin.listAuditEntries({ with_values: true, limit: 26 })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "limit" }],
    });
  });

  it("names the currency that an amount had at the time of the change", async () => {
    const { data: customer } = await tenant.admin.createCustomer({ name: "Pike" });
    const { data: opportunity } = await tenant.admin.createOpportunity({
      ...{ name: "Fleet", customer_id: customer.id, amount: "100.00", currency: "EUR", close_date: "2031-01-01" },
    });
    for (const change of [{ amount: "200.00" }, { currency: "USD" }, { amount: "300.00" }])
      await tenant.admin.updateOpportunity({ id: opportunity.id, ...change });
    await app.settle();
    const { data } = await tenant.admin.listAuditEntries({ record_id: opportunity.id, with_values: true });
    expect(data.map(({ new_values, currency }) => [(new_values as { amount?: string } | null)?.amount, currency])).toEqual([
      ["300.00", "USD"],
      [undefined, "USD"],
      ["200.00", "EUR"],
      ["100.00", "EUR"],
    ]);
    expect(data[0]?.new_values).not.toHaveProperty("currency");
  });

  it.each([
    ["a workflow moves on", "", "system"],
    ["a person stops", "ses_1", "user"],
  ])("says whose change it is when %s an enrollment with the rights of a user", (_, session, type) => {
    const before = { id: "wfe_1", status: "ACTIVE", step_id: "call", deleted_at: null } as unknown as BaseRecord;
    const entry = buildAuditEntry({
      ...{ tenant: tenant.id, collection: Enrollments as Collection<BaseRecord>, id: "wfe_1", sequence: "" },
      ...{ before, after: { ...before, status: "STOPPED", step_id: null } as unknown as BaseRecord, version: 2 },
      ...{ changedAt: "2026-03-02T09:00:00.000Z", writtenBy: { actor: tenant.userId, session, request: "r" } },
    });
    expect(entry.actor_type).toBe(type);
  });

  it("tells changes by people from those of the system, also in entries of the release before", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    await app.settle();
    const change = {
      ...{ tenant: tenant.id, collection: Leads as Collection<BaseRecord>, id: lead.id, sequence: "" },
      before: lead as BaseRecord,
    };
    const write = (version: number, actor: string, fields: object) => {
      const changedAt = new Date(Date.parse(lead.created_at) + version).toISOString();
      const after = partOf<BaseRecord>({ ...lead, ...fields });
      const entry = buildAuditEntry({ ...change, after, version, changedAt, writtenBy: { actor, request: "r" } });
      return runIn(systemContext(app.ports, tenant.id, "test"), () => put(AuditTrail.toItem(tenant.id, entry)));
    };
    await write(2, "system:import", { company: "A" });
    await write(3, tenant.userId, { company: "B" });
    await write(4, tenant.userId, { consent_due: "2026-03-02T09:00:00.000Z" });
    await write(5, tenant.userId, { status_changed_at: "2026-03-02T09:00:00.000Z" });
    await write(6, "key_01kjp8w20000000097", { company: "C" });
    const listVersions = async (filter: object) =>
      (await tenant.admin.listAuditEntries({ record_id: lead.id, ...filter })).data.map(
        ({ record_version, actor_type }) => [record_version, actor_type] as const,
      );
    expect(await listVersions({ "actor_type[in]": "user,api_key" })).toEqual([
      [6, "api_key"],
      [3, "user"],
      [1, "user"],
    ]);
    expect(await listVersions({ actor_type: "system" })).toEqual([
      [5, "system"],
      [4, "system"],
      [2, "system"],
    ]);
    // An entry of the release before has no mark for internal fields.
    const row = '[1772442000000,"led_1","lead","UPDATE",2,"usr_01kjp8w20000000097","r",["consent_due"],"internal"]';
    expect(AuditTrail.fromRow({ key: "aud_1", row })).toMatchObject({ actor_type: "user", changed: ["consent_due"] });
  });

  it("counts up to a thousand entries while reading, without a counter, and reports that there are more", async () => {
    const otherTenant = await signUp(app);
    const { data: lead } = await otherTenant.admin.createLead(newLead());
    await app.settle();
    const collection = Leads as Collection<BaseRecord>;
    const change = {
      tenant: otherTenant.id,
      collection,
      id: lead.id,
      before: lead as BaseRecord,
      after: lead as BaseRecord,
      sequence: "",
    };
    const author = { actor: otherTenant.userId, request: "r" };
    const buildTime = (version: number) => new Date(Date.parse(lead.created_at) + version).toISOString();
    const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, otherTenant.id, "test"), work);
    const write = (from: number, to: number) =>
      inTenant(async () => {
        for (let version = from; version <= to; version++)
          await put(
            AuditTrail.toItem(
              otherTenant.id,
              buildAuditEntry({ ...change, writtenBy: author, version, changedAt: buildTime(version) }),
            ),
          );
      });
    await inTenant(() =>
      transaction()
        .delete(counterKey(otherTenant.id, "audit", "*"))
        .commit(undefined),
    );
    await write(2, 997);
    const meta = async (query: NonNullable<Parameters<typeof otherTenant.admin.listAuditEntries>[0]>) =>
      (await otherTenant.admin.listAuditEntries(query)).meta;
    expect(await meta({})).toMatchObject({ total: 1000 });
    expect(await meta({})).not.toHaveProperty("total_is_lower_bound");
    expect(await meta({ "record_type[eq]": "user" })).toMatchObject({ total: 1 });
    await write(998, 1001);
    expect(await meta({})).toMatchObject({ total: 1000, total_is_lower_bound: true });
    expect(await meta({ record_id: lead.id })).toMatchObject({ total: 1000, total_is_lower_bound: true });
  });
});
