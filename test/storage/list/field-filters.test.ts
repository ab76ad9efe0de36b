import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { tagKey } from "@crm/core/kernel/tag.ts";
import { instantToDay } from "@crm/core/kernel/time-zone.ts";
import { People } from "@crm/core/people/person/person.entity.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import type { Collection } from "@crm/core/storage/table/collection.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumpItems } from "../stream/chaos.ts";
import { ListFixture, type Query, type Row, walkList, ZONE } from "./list-fixture.ts";

/** List filters on fields that need more than the list rows, compared with a filter that reads every record. */
const leads = Leads as unknown as Collection<Row>;
const people = People as unknown as Collection<Row>;

let world: ListFixture;
beforeAll(async () => {
  world = await ListFixture.create("asks of lists");
  await world.app.settle();
});
afterAll(() => world.app.stop());

const listRecords = (collection: Collection<Row>): Row[] => world.listRecords(collection);
const walkLeads = async (crm: Client, query: Query): Promise<string[]> =>
  (await walkList(allowAnyInput(crm).listLeads, query, 40)).ids;

const parseParameter = (name: string): { field: string; operator: string } => {
  const [, field = "", operator = ""] = /^(\w+)(?:\[(\w+)\])?$/.exec(name) ?? [];
  return { field, operator };
};

/** Evaluates a filter slowly on a record. */
function matchesFilter(record: Row, name: string, filterValue: string): boolean {
  const { field, operator } = parseParameter(name);
  const fieldValue = record[field];
  if (fieldValue === null || fieldValue === undefined) return false;
  if (Array.isArray(fieldValue)) return fieldValue.map((item) => String(item).toLowerCase()).includes(filterValue.toLowerCase());
  if (operator === "in") return filterValue.split(",").includes(String(fieldValue));
  if (!operator || operator === "eq") return fieldValue === filterValue;
  const [left, right] = filterValue.includes("T")
    ? [Date.parse(String(fieldValue)), Date.parse(filterValue)]
    : [instantToDay(ZONE, String(fieldValue)), filterValue];
  const compared = { gt: left > right, gte: left >= right, lt: left < right, lte: left <= right };
  return compared[operator as keyof typeof compared];
}

describe("R17 leads by conversion date", () => {
  const converted = () =>
    listRecords(leads)
      .filter(({ converted_date }) => converted_date !== null)
      .sort((a, b) => (String(a.converted_date) < String(b.converted_date) ? -1 : 1));
  const listIds = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

  it("are sorted by it, counted and paged, within the visibility of the caller", async () => {
    const all = converted();
    expect(all.length).toBeGreaterThan(5);
    expect(await walkLeads(world.admin, { sort: "converted_date", limit: 2 })).toEqual(listIds(all).reverse());
    const query = { sort: "converted_date", order: "asc" };
    expect(await walkLeads(world.admin, { ...query, limit: 3 })).toEqual(listIds(all));
    const visibleLeads = all.filter(({ owner_id }) => owner_id === null || owner_id === world.rep.id);
    expect(visibleLeads.length).toBeLessThan(all.length);
    for (const [crm, expectedLeads] of [
      [world.admin, all],
      [world.rep.client, visibleLeads],
    ] as const) {
      const { data, meta } = await crm.listLeads(query);
      expect(listIds(data as { id: string }[])).toEqual(listIds(expectedLeads));
      expect(meta).toMatchObject({ total: expectedLeads.length });
      expect(meta.total_is_lower_bound).toBeUndefined();
    }
  });

  it("can be filtered by days, combined with other filters", async () => {
    const all = converted();
    const day = instantToDay(ZONE, String(all[3]?.converted_date));
    for (const crm of [world.admin, world.rep.client])
      for (const more of [{}, { status: "new" }, { sort: "created_at" }, { search: "last" }]) {
        const query = { "converted_date[gte]": day, "converted_date[lt]": "2200-01-01", ...more };
        const plain = await walkLeads(crm, { limit: 100, ...more, sort: "created_at" });
        const expectedLeads = all
          .filter((lead) => matchesFilter(lead, "converted_date[gte]", day) && plain.includes(lead.id))
          .reverse();
        const { data, meta } = await crm.listLeads(query);
        const actualIds = listIds(data as { id: string }[]);
        expect("sort" in more ? [...actualIds].sort() : actualIds).toEqual(
          "sort" in more ? listIds(expectedLeads).sort() : listIds(expectedLeads),
        );
        expect(meta.total).toBe(expectedLeads.length);
      }
    const outside = await world.admin.listLeads({ "converted_date[lt]": "2019-01-01" });
    expect([outside.data, outside.meta.total]).toEqual([[], 0]);
  });

  it("are verified by a recount, and are removed together with deleted leads", async () => {
    const runRecount = () => runIn(systemContext(world.app.ports, world.tenant.id, "test"), () => recount({ repair: false }));
    expect(await runRecount()).toMatchObject({ differences: [] });
    const entry = dumpItems(world.app, world.tenant.id).find(({ pk }) =>
      String(pk).endsWith("#ORDER#lead#converted_date"),
    ) as Row & {
      pk: string;
      sk: string;
    };
    const write = (item: Record<string, unknown>) =>
      runIn(systemContext(world.app.ports, world.tenant.id, "test"), () => transaction().put(item).commit(undefined));
    await write({ ...entry, row: "{}" });
    expect(await runRecount()).toMatchObject({ differences: [{ kind: "lead", what: "place", kept: "{}", counted: entry.row }] });
    await write(entry);
    const [first] = converted();
    await world.admin.updateLead({ id: String(first?.id), company: "Another" });
    await world.app.settle();
    const { data } = await world.admin.listLeads({ sort: "converted_date", order: "asc", limit: 1 });
    expect(data[0]).toMatchObject({ id: first?.id, company: "Another" });
    await world.admin.deleteLead({ id: String(first?.id) });
    await world.app.settle();
    expect(await walkLeads(world.admin, { sort: "converted_date", order: "asc" })).toEqual(listIds(converted()));
    expect(await runRecount()).toMatchObject({ differences: [] });
    await world.admin.restoreLead({ id: String(first?.id) });
    await world.app.settle();
    expect(await walkLeads(world.admin, { sort: "converted_date", order: "asc" })).toEqual(listIds(converted()));
  });
});

describe("R11 a condition combined with filters and sort orders", () => {
  const day = () =>
    listRecords(leads)
      .map(({ created_at }) => instantToDay(ZONE, created_at))
      .sort()
      .at(-1) as string;

  it("applies in every sort order", async () => {
    const all = listRecords(leads);
    const expectedLeads = all.filter((lead) => matchesFilter(lead, "created_at[gte]", day()));
    expect(expectedLeads.length).toBeLessThan(all.length);
    for (const sort of ["created_at", "lead_score"]) {
      const { data, meta } = await world.admin.listLeads({ "created_at[gte]": day(), sort, limit: 100 });
      expect(data.map(({ id }) => id).sort()).toEqual(expectedLeads.map(({ id }) => id).sort());
      expect(meta.total).toBe(expectedLeads.length);
    }
  });

  it("accepts codes of master data, and rejects unknown ones", async () => {
    const { data } = await world.admin.listLeads({ "insurance_type_id[in]": "auto,home", status: "new", limit: 100 });
    const { data: types } = await world.admin.listMasters({ kind: "insurance_types" });
    const ids = types.filter(({ code }) => code === "auto" || code === "home").map(({ id }) => id);
    expect(new Set(data.map(({ insurance_type_id }) => insurance_type_id))).toEqual(new Set(ids));
    for (const [name, value] of [
      ["insurance_type_id[eq]", "boats"],
      ["created_at[gte]", "someday"],
      ["created_at[lt]", "2026-13-01"],
    ])
      await expect(world.admin.listLeads({ [name as "tags[has]"]: value as string })).rejects.toMatchObject({
        status: 400,
        details: [{ field: name }],
      });
    const emptyRange = { "created_at[gte]": "2026-02-01", "created_at[lt]": "2026-02-01" };
    expect((await world.admin.listLeads(emptyRange)).meta.total).toBe(0);
  });

  it("finds a person by external key in one read, and none by an earlier key", async () => {
    const [person] = listRecords(people).filter(({ external_key }) => external_key === "crm-0");
    const { data } = await world.admin.listPersons({ "external_key[eq]": "crm-0" });
    expect(data.map(({ id }) => id)).toEqual([person?.id]);
    await world.admin.updatePerson({ id: String(person?.id), external_key: "crm-zero" });
    expect((await world.admin.listPersons({ "external_key[eq]": "crm-0" })).data).toEqual([]);
    expect((await world.admin.listPersons({ "external_key[eq]": "crm-zero" })).data).toHaveLength(1);
  });

  it("accepts me as a user", async () => {
    const { tenant, admin } = world;
    const auditQuery = { record_type: "lead", operation: "insert", "changed_at[gte]": "2020-01-01", limit: 1 };
    const { meta } = await admin.listAuditEntries({ ...auditQuery, user_id: tenant.userId });
    expect([meta.total > 0, (await admin.listAuditEntries({ ...auditQuery, user_id: "me" })).meta.total]).toEqual([
      true,
      meta.total,
    ]);
  });

  it("finds leads by their tags, also in a text search", async () => {
    const tagged = listRecords(leads).filter(({ tags }) => String(tags).includes("Künstler"));
    const { data } = await world.admin.listLeads({ search: "kunst", limit: 100 });
    expect(data.map(({ id }) => id).sort()).toEqual(tagged.map(({ id }) => id).sort());
  });

  it("applies to the leads of a person, and to an export", async () => {
    // The first spelling of a tag applies to all records.
    const tagged = (tag: string) =>
      listRecords(leads).filter(({ tags }) => (tags as string[]).some((leadTag) => tagKey(leadTag) === tag));
    const [lead] = tagged("vip");
    const id = String(lead?.personal_key_id);
    expect((await world.admin.listPersonLeads({ id, "tags[has]": "vip" })).data).toHaveLength(1);
    expect((await world.admin.listPersonLeads({ id, "tags[has]": "other" })).data).toEqual([]);
    const { data } = await world.admin.exportLeads({ format: "csv", query: { "tags[has]": "trade fair" } });
    await world.app.settle();
    const { rows } = (await world.admin.getExport({ id: data.export_id })).data;
    expect(rows).toBe(tagged("trade fair").length);
  });
});
