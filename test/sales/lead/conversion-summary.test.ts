import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { addMonths, buildSummarySums, countMonths, presentTotals } from "@crm/core/sales/lead/summary.rules.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { NONE } from "@crm/core/storage/table/collection.ts";
import { tenantKey } from "@crm/core/storage/table/key.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { ApiError, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, inProcessTransport, newLead, PASSWORD, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];

type Query = Parameters<Tenant["admin"]["getLeadConversionSummary"]>[0];

const readSummary = async (query: Query = {}) => {
  await app.settle();
  return (await crm.getLeadConversionSummary(query)).data;
};
const createLead = async (more: Record<string, unknown> = {}) => (await crm.createLead(newLead(more))).data;
const convertLead = (id: string) => crm.convertLead({ id, override_reason: "Signed on the spot" });

/** Sets the clock and signs in again. */
async function setTime(now: string): Promise<void> {
  app.setClock({ now });
  crm = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
}

const checkCounters = () => runIn(systemContext(app.ports, tenant.id, "test"), () => recount({ repair: false }));

const groupKeys: Record<string, (lead: LeadRecord) => string | null> = {
  period: ({ created_day }) => created_day.slice(0, 7),
  converted_month: ({ converted_day }) => converted_day?.slice(0, 7) ?? null,
  source: ({ lead_source_id }) => lead_source_id,
  owner: ({ owner_id }) => owner_id,
  product_line: ({ product_line }) => product_line,
};

/** The rows that contain leads, counted from the leads. */
function recountLeads(grouping: string): Record<string, unknown> {
  const all = dumpItems(app, tenant.id).filter(({ __edb_e__ }) => __edb_e__ === "lead");
  const leads = all
    .map((item) => Leads.fromItem(item))
    .filter(({ deleted_at, is_converted }) => deleted_at === null && (grouping !== "converted_month" || is_converted));
  const groups = Map.groupBy(leads, (lead) => groupKeys[grouping]?.(lead) ?? NONE);
  return Object.fromEntries(
    [...groups].map(([key, group]) => {
      const converted = group.filter(({ is_converted }) => is_converted);
      const days = converted.map((lead) => (Date.parse(lead.converted_date ?? "") - Date.parse(lead.created_at)) / 86_400_000);
      const average = days.reduce((sum, value) => sum + Number(value.toFixed(1)), 0) / days.length;
      return [
        key,
        {
          leads: group.length,
          converted: converted.length,
          conversion_rate: Number(((100 * converted.length) / group.length).toFixed(2)),
          average_days_to_convert: days.length === 0 ? null : Number(average.toFixed(1)),
        },
      ];
    }),
  );
}

async function expectRecount(): Promise<void> {
  for (const grouping of ["period", "converted_month", "source", "owner", "product_line"] as const) {
    const { rows, totals } = await readSummary({ by: grouping });
    const filledRows = rows.filter(({ leads }) => leads > 0);
    expect(Object.fromEntries(filledRows.map(({ key, label: _label, ...numbers }) => [key, numbers]))).toEqual(
      recountLeads(grouping),
    );
    expect(totals.leads).toBe(filledRows.reduce((sum, { leads }) => sum + leads, 0));
    expect(totals.converted).toBe(filledRows.reduce((sum, { converted }) => sum + converted, 0));
  }
  expect(await checkCounters()).toMatchObject({ differences: [], busy: [] });
}

describe("the summary", () => {
  beforeEach(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
    // Settle before the clock goes back, because the projection stores its own time.
    await app.settle();
    crm = tenant.admin;
  });
  afterEach(() => app.stop());

  it("follows the leads through each of their changes", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    await setTime("2026-03-10T12:00:00Z");
    const old = await createLead({ lead_source_id: "web", product_line: "auto" });
    await setTime("2026-04-20T12:00:00Z");
    const [a, b, c, d] = [
      await createLead({ lead_source_id: "web", owner_id: rep.id, product_line: "home" }),
      await createLead({ lead_source_id: "referral" }),
      await createLead({ owner_id: null }),
      await createLead({ lead_source_id: "web" }),
    ];
    await expectRecount();
    await setTime("2026-04-23T00:00:00Z");
    const steps: (() => Promise<unknown>)[] = [
      () => convertLead(old.id),
      () => convertLead(a.id),
      () => crm.updateLead({ id: b.id, lead_source_id: "web" }),
      () => crm.updateLead({ id: b.id, lead_source_id: null }),
      () => crm.assignLeads({ lead_ids: [c.id], owner_id: rep.id }),
      () => crm.updateLead({ id: c.id, product_line: "specialty" }),
      () => crm.setLeadStatus({ id: c.id, lead_status_id: "contacted" }),
      () => crm.deleteLead({ id: a.id }),
      () => crm.deleteLead({ id: d.id }),
      () => crm.restoreLead({ id: a.id }),
    ];
    for (const step of steps) {
      await step();
      await expectRecount();
    }
    const { rows, totals } = await readSummary({ by: "source" });
    expect(rows[0]).toEqual({
      key: old.lead_source_id,
      label: "Web",
      leads: 2,
      converted: 2,
      conversion_rate: 100,
      average_days_to_convert: 23,
    });
    expect(totals).toEqual({ leads: 4, converted: 2, conversion_rate: 50, average_days_to_convert: 23 });
    expect((await readSummary({ by: "owner" })).rows.find(({ key }) => key === rep.id)?.label).toBe("Uma User");
    expect((await readSummary({ by: "product_line" })).rows.find(({ key }) => key === "home")?.label).toBe("Home");
  });

  it("R17 counts conversions in their month in the time zone of the tenant, for users who can see them", async () => {
    await crm.updateTenant({ settings: { timezone: "Pacific/Auckland" } });
    const rep = await addUser(app, tenant, "MARKETER");
    await setTime("2025-11-10T12:00:00Z");
    const [ownLead, otherLead] = [await createLead({ owner_id: rep.id }), await createLead()];
    await setTime("2026-01-31T11:30:00Z");
    await convertLead(ownLead.id);
    await setTime("2026-03-02T12:00:00Z");
    await convertLead(otherLead.id);
    const listMonths = async (query: Query = {}) =>
      (await readSummary({ by: "converted_month", from: "2025-11", ...query })).rows.flatMap(({ key, leads, converted }) =>
        leads === 0 ? [] : [[key, leads, converted]],
      );
    expect(await listMonths()).toEqual([
      ["2026-02", 1, 1],
      ["2026-03", 1, 1],
    ]);
    expect(await listMonths({ to: "2026-02" })).toEqual([["2026-02", 1, 1]]);
    expect((await readSummary({ by: "converted_month" })).totals).toMatchObject({ leads: 2, conversion_rate: 100 });
    crm = createClient(
      inProcessTransport(app, (await signIn(app, { ...tenant, email: rep.email, password: PASSWORD })).access_token),
    );
    expect(await listMonths()).toEqual([["2026-02", 1, 1]]);
  });

  it("covers twelve months by default, including empty ones, and at most 36", async () => {
    await setTime("2026-02-05T12:00:00Z");
    await createLead();
    const { by, from, to, rows, totals, as_of } = await readSummary();
    expect({ by, from, to }).toEqual({ by: "period", from: "2025-03", to: "2026-02" });
    expect(rows.map(({ key }) => key)).toEqual(Array.from({ length: 12 }, (_, index) => addMonths("2025-03", index)));
    const emptyRow = { label: null, leads: 0, converted: 0, conversion_rate: 0, average_days_to_convert: null };
    expect(rows[0]).toEqual({ key: "2025-03", ...emptyRow });
    expect(rows[11]).toMatchObject({ key: "2026-02", leads: 1 });
    expect(totals.leads).toBe(1);
    expect(as_of?.slice(0, 10)).toBe("2026-02-05");
    expect((await readSummary({ to: "2026-01" })).from).toBe("2025-02");
    expect((await readSummary({ to: "2026-01" })).totals.leads).toBe(0);
    expect((await readSummary({ by: "owner", to: "2026-01" })).rows).toEqual([]);
    expect((await readSummary({ from: "2023-03" })).rows).toHaveLength(36);
    for (const invalidQuery of [{ from: "2023-02" }, { from: "2026-03" }, { from: "2026-13" }, { by: "status" }])
      await expect(crm.getLeadConversionSummary(invalidQuery)).rejects.toMatchObject({
        status: 400,
        details: [{ field: Object.keys(invalidQuery)[0] }],
      });
  });

  it("counts a lead in its month in the time zone of the tenant at that time, also after the tenant changes its zone", async () => {
    await crm.updateTenant({ settings: { timezone: "Pacific/Auckland" } });
    await setTime("2026-01-31T11:30:00Z");
    expect(await createLead()).toMatchObject({ created_day: "2026-02-01" });
    await setTime("2025-12-31T10:30:00Z");
    const eve = await createLead();
    expect(eve).toMatchObject({ created_day: "2025-12-31" });
    await crm.updateTenant({ settings: { timezone: "America/New_York" } });
    await setTime("2026-02-01T02:00:00Z");
    const late = await createLead();
    await crm.updateLead({ id: eve.id, company: "Moved" });
    const { to, rows } = await readSummary();
    expect(to).toBe("2026-01");
    expect(late).toMatchObject({ created_day: "2026-01-31" });
    const countLeads = async (month: string) => (await readSummary({ from: month, to: month })).totals.leads;
    expect(rows.filter(({ leads }) => leads > 0).map(({ key, leads }) => [key, leads])).toEqual([
      ["2025-12", 1],
      ["2026-01", 1],
    ]);
    expect(await countLeads("2026-02")).toBe(1);
    expect(await checkCounters()).toMatchObject({ differences: [], busy: [] });
  });

  it("is limited to the tenant, and to leaders, analysts and marketers", async () => {
    await createLead({ owner_id: null });
    const stranger = await signUp(app);
    await app.settle();
    expect((await stranger.admin.getLeadConversionSummary()).data).toMatchObject({ totals: { leads: 0 }, as_of: null });
    for (const role of ["DIRECTOR", "MANAGER", "ANALYST", "MARKETER"]) {
      const { client: as } = await addUser(app, tenant, role);
      expect((await as.getLeadConversionSummary()).data.totals.leads).toBe(1);
    }
    for (const role of ["SALES_REP", "SUPPORT_AGENT", "USER"]) {
      const rejection = await (await addUser(app, tenant, role)).client.getLeadConversionSummary().catch((error) => error);
      expect(rejection).toBeInstanceOf(ApiError);
      expect(rejection).toMatchObject({ status: 403 });
    }
  });

  it.each([
    ["of shape 1 by their UTC day", 1, "2026-01"],
    ["of shape 4 by their own day", 4, "2026-02"],
  ])("counts migrated leads %s, and removes them from other counters", async (_, shape, month) => {
    await crm.updateTenant({ settings: { timezone: "Pacific/Auckland" } });
    await setTime("2026-01-31T11:30:00Z");
    const { id } = await createLead();
    await app.settle();
    const items = dumpItems(app, tenant.id);
    const formerCounter = { pk: tenantKey(tenant.id, "COUNT", "lead"), sk: "source@2026@none" };
    const toFormerItem = ({ sk, ...item }: Record<string, unknown>) => {
      if (sk === `~${id}`)
        return { ...item, sk, sums: JSON.stringify({ scopes: [formerCounter.sk], counts: { "01.leads": 1 } }) };
      const { created_day, ...doc } = JSON.parse(String(item.doc)) as Record<string, unknown>;
      return { ...item, sk, shape, doc: JSON.stringify(shape === 1 ? doc : { ...doc, created_day }) };
    };
    await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const tx = transaction();
      for (const item of items.filter(({ sk }) => sk === id || sk === `~${id}`)) tx.put(toFormerItem(item));
      for (const { pk, sk } of items.filter(({ sk }) => String(sk).includes("@2026@")))
        tx.delete({ pk: String(pk), sk: String(sk) });
      tx.put({ ...formerCounter, "01.leads": 1, as_of: "2026-01-31T11:30:00.000Z", revision: 1 });
      await tx.commit(undefined);
    });
    expect((await readSummary()).totals.leads).toBe(0);
    expect(await checkCounters()).toMatchObject({ differences: [], busy: [] });
    await migrate(app.ports);
    expect((await readSummary({ from: month, to: month })).totals.leads).toBe(1);
    expect(dumpItems(app, tenant.id).find(({ sk }) => sk === formerCounter.sk)).toMatchObject({ "01.leads": 0 });
    expect(await checkCounters()).toMatchObject({ differences: [], busy: [] });
  });

  it("is corrected by a recount", async () => {
    await createLead({ lead_source_id: "web" });
    await app.settle();
    const { sk, ...counter } = dumpItems(app, tenant.id).find((item) => String(item.sk).startsWith("created@")) ?? {};
    const wrongCounter = Object.fromEntries(
      Object.entries(counter).map(([name, value]) => [name, /leads/.test(name) ? 7 : value]),
    );
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      transaction()
        .put({ ...wrongCounter, sk })
        .commit(undefined),
    );
    expect((await readSummary({ by: "source" })).totals.leads).toBe(7);
    expect(await checkCounters()).toMatchObject({ differences: [{ kind: "lead", where: sk, kept: 7, counted: 1 }] });
    await runIn(systemContext(app.ports, tenant.id, "test"), () => recount());
    expect((await readSummary({ by: "source" })).totals.leads).toBe(1);
  });
});

describe("its rules", () => {
  it.each([
    [{ leads: 0, converted: 0, tenths: 0 }, 0, null],
    [{ leads: 3, converted: 1, tenths: 0 }, 33.33, 0],
    [{ leads: 3, converted: 2, tenths: 15 }, 66.67, 0.8],
    [{ leads: 1, converted: 1, tenths: 231 }, 100, 23.1],
  ])("%j gives a rate of %d percent and an average of %s days", (counts, conversion_rate, average_days_to_convert) => {
    expect(presentTotals(counts)).toMatchObject({ conversion_rate, average_days_to_convert });
  });

  it.each([
    ["2026-01", -1, "2025-12"],
    ["2026-12", 1, "2027-01"],
    ["2026-03", -11, "2025-04"],
    ["0000-01", -5, "0000-01"],
  ])("%s plus %d months is %s", (month, months, expected) => {
    expect(addMonths(month, months)).toBe(expected);
  });

  it("counting months includes both ends", () => {
    expect([countMonths("2026-01", "2026-01"), countMonths("2025-12", "2026-01"), countMonths("2026-02", "2026-01")]).toEqual([
      1, 2, 0,
    ]);
  });

  it("days are rounded to a tenth, and are never negative", () => {
    const baseFields = { created_day: "2026-05-01", created_at: "2026-05-01T00:00:00.000Z", lead_source_id: null, owner_id: "u" };
    const tenths = (converted_date: string) =>
      buildSummarySums({ ...baseFields, product_line: "auto", is_converted: true, converted_date } as LeadRecord).counts[
        "05.tenths"
      ];
    expect([tenths("2026-05-03T12:00:00Z"), tenths("2026-05-01T01:00:00Z"), tenths("2026-04-30T00:00:00Z")]).toEqual([25, 0, 0]);
    expect(
      buildSummarySums({
        ...{ ...baseFields, product_line: null, is_converted: false, converted_date: null, converted_day: null },
        ...{ is_qualified: false, qualified_date: null, qualified_day: null },
      }),
    ).toEqual({
      scopes: ["created@2026@none@none"],
      counts: { "05.leads": 1 },
      beside: { scopes: ["owned@2026@u@05"], counts: { "s.none.leads": 1, "l.none.leads": 1 } },
    });
  });
});
