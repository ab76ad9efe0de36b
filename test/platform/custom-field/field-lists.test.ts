import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Json } from "@crm/core/kernel/json.ts";
import { maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { loadCollectionByName } from "@crm/core/storage/table/collection-registry.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { addField, expectRejection } from "./support.ts";

/** Lists by custom fields, read record by record and from columns. */

let app: App;
let tenant: Tenant;
const idsByName = new Map<string, string>();
const nameOf = (id: string): string => [...idsByName].find(([, other]) => other === id)?.[0] ?? id;

const values: Readonly<Record<string, object>> = {
  Ash: { size: 3, town: "Zürich", colors: ["red", "blue"], since: "2026-01-05", grade: "b" },
  Birch: { size: 12.5, town: "zug", colors: ["red"], since: "2026-03-01" },
  Cedar: { size: 7, town: "Bern", colors: [], grade: "a" },
  Elm: { town: "Chur", since: "2025-12-31", grade: "a" },
  Fir: {},
};

beforeAll(async () => {
  app = await startTestApp({ settledSchedules: [] });
  tenant = await signUp(app, { visibility: "all" });
  await addField(tenant, "size", { field_type: "number" });
  await addField(tenant, "town");
  await addField(tenant, "since", { field_type: "date" });
  await addField(tenant, "grade", { field_type: "choice", picklist_values: ["a", "b"] });
  await addField(tenant, "colors", { field_type: "choices", picklist_values: ["red", "blue"] });
  for (const [name, custom_fields] of Object.entries(values)) {
    const { data } = await tenant.admin.createLead(
      newLead({ last_name: name, company: name < "D" ? "One" : "Two", custom_fields }),
    );
    idsByName.set(name, data.id);
  }
});
afterAll(() => app.stop());

async function buildColumns(): Promise<void> {
  await app.settle();
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const leads = (await loadCollectionByName("lead")) as Collection<BaseRecord>;
    expect(await maintain(leads, Number.POSITIVE_INFINITY, { minRows: 0, deltaRows: 1, segmentRows: 2 })).toBe(true);
  });
}

const walk = async (query: Record<string, unknown>, client = tenant.admin): Promise<[string, number]> => {
  const names: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const { data, meta } = await client.listLeads({ ...query, limit: 2, ...(cursor ? { cursor } : {}) });
    names.push(...data.map(({ id }) => nameOf(id)));
    if (meta.next_cursor === null) return [names.map((name) => name[0]).join(""), Number(meta.total)];
    cursor = String(meta.next_cursor);
  }
};

const f = (name: string): string => `custom_fields.${name}`;
const filters: readonly (readonly [Record<string, string>, string])[] = [
  [{ [f("size")]: "3" }, "A"],
  [{ [f("size[gte]")]: "7" }, "BC"],
  [{ [f("size[lt]")]: "12.5", [f("town[prefix]")]: "zu" }, "A"],
  [{ [f("size[is_null]")]: "true" }, "EF"],
  [{ [f("size[not_in]")]: "3,7" }, "BEF"],
  [{ [f("town")]: "ZUG" }, "B"],
  [{ [f("town[contains]")]: "U" }, "ABE"],
  [{ [f("town[not_contains]")]: "u" }, "CF"],
  [{ [f("since[lte]")]: "2026-01-05" }, "AE"],
  [{ [f("grade[ne]")]: "a" }, "ABF"],
  [{ [f("colors")]: "red" }, "AB"],
  [{ [f("colors[not_has]")]: "blue" }, "BCEF"],
];
const orders: readonly (readonly [string, string])[] = [
  [`${f("size")},created_at`, "ACBEF"],
  [`-${f("size")}`, "BCAFE"],
  [`${f("town")},created_at`, "CEBAF"],
  [`-${f("since")}`, "BAEFC"],
  [`${f("grade")},-${f("size")}`, "CEABF"],
  [`-company,${f("town")}`, "EFCBA"],
  [`${f("grade")},company,-created_at`, "CEABF"],
];

const expectLists = async (): Promise<void> => {
  const found = [
    ...(await Promise.all(filters.map(([paths]) => walk({ paths, sort: "last_name" })))),
    ...(await Promise.all(orders.map(([sort]) => walk({ sort })))),
  ];
  expect(found.map(([names]) => names)).toEqual([...filters, ...orders].map(([, names]) => names));
  expect(found.map(([, total]) => total)).toEqual([...filters, ...orders].map(([, names]) => names.length));
};

describe("lists by custom fields", () => {
  it("have every operator and several sorts, without columns, from columns, and from changes after them", async () => {
    await expectLists();
    await buildColumns();
    await expectLists();
    // A change of each record is read from the table.
    for (const id of idsByName.values()) await tenant.admin.updateLead({ id, notes: "Called" });
    await app.settle();
    await expectLists();
    await buildColumns();
    await expectLists();
  });

  it("take alternatives, and conditions beside those of other fields", async () => {
    const query = async (where: Record<string, Json>) => {
      const { data } = await tenant.admin.queryLeads({ where, sort: "last_name" });
      return data.map(({ id }) => nameOf(id)[0]).join("");
    };
    expect(await query({ or: [{ [f("size")]: { gt: 10 } }, { [f("town")]: { contains: "hu" } }] })).toBe("BE");
    expect(await query({ company: "Two", [f("grade")]: ["a", "b"] })).toBe("E");
    expect(await query({ [f("grade")]: null })).toBe("BF");
  });

  it("are saved in views, which refuse fields that do not exist", async () => {
    const where = { [f("size")]: { gte: 7 } };
    const query = { where, sort: `company,-${f("size")}` };
    const { data } = await tenant.admin.createView({ kind: "lead", name: "Fleets", query });
    expect(data.query).toEqual(query);
    const unknown = { where: { [f("nothing")]: 1 }, sort: f("nothing") };
    const rejection = await expectRejection(tenant.admin.createView({ kind: "lead", name: "None", query: unknown }));
    expect(rejection).toEqual([400, [`query.where.${f("nothing")}.eq`]]);
  });

  it("use values under the definition of the moment, without a new segment", async () => {
    await buildColumns();
    const field = await addField(tenant, "code", { field_type: "text" });
    await tenant.admin.updateLead({ id: String(idsByName.get("Ash")), custom_fields: { code: "12" } });
    await app.settle();
    expect(await walk({ paths: { [f("code[is_null]")]: "true" }, sort: "last_name" })).toEqual(["BCEF", 4]);
    await buildColumns();
    expect(await expectRejection(tenant.admin.listLeads({ paths: { [f("code[gt]")]: "9" } }))).toEqual([400, [f("code[gt]")]]);
    await tenant.admin.updateCustomField({ id: field.id, field_type: "number" });
    expect(await walk({ paths: { [f("code[gt]")]: "9" } })).toEqual(["A", 1]);
    await tenant.admin.updateCustomField({ id: field.id, is_active: false });
    expect(await expectRejection(tenant.admin.listLeads({ paths: { [f("code")]: "12" } }))).toEqual([400, [f("code")]]);
  });

  it("are refused for a field that the caller does not see, and for values of another type", async () => {
    await addField(tenant, "veiled", { visible_to: ["ADMIN"] });
    const manager = await addUser(app, tenant, "MANAGER");
    for (const paths of [{ [f("veiled")]: "x" }, { [f("veiled[is_null]")]: "true" }, { [f("none")]: "x" }])
      expect(await expectRejection(manager.client.listLeads({ paths }))).toEqual([400, Object.keys(paths)]);
    expect(await expectRejection(tenant.admin.listLeads({ paths: { [f("size[gte]")]: "big" } }))).toEqual([
      400,
      [f("size[gte]")],
    ]);
    expect(await expectRejection(tenant.admin.listLeads({ sort: f("colors") }))).toEqual([400, ["sort"]]);
  });
});
