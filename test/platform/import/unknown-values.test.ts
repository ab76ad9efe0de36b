import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { requestJson, runImport, sendFile, toCsv } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const importLeads = (file: string, parts: Record<string, unknown> = {}) => runImport(app, tenant.token, "leads", file, parts);
const listNames = async (kind: string) => (await tenant.admin.listMasters({ kind, limit: 100 })).data.map(({ name }) => name);
const findLeads = async (search: string) => (await tenant.admin.listLeads({ search })).data;
const revert = async (id: string) => {
  await requestJson(app, tenant.token, "POST", `/imports/${id}/revert`, {});
  await app.settle();
};
const header = ["last_name", "email", "city_id", "owner_id", "lead_source_id"];

describe("values of a file that name nothing", () => {
  it("come in as text, in a tenant without cities, and create nothing", async () => {
    const file = toCsv(header, ["Falk", "falk@text.example", "Köln", "Rolf Amber", "Messe"]);
    const options = { unknown_values: "keep_as_text" };
    expect(await importLeads(file, { options: { ...options, dry_run: true } })).toMatchObject({ created: 1, failed: 0 });
    expect(await importLeads(file, { options })).toMatchObject({ created: 1, failed: 0 });
    const [lead] = await findLeads("falk@text.example");
    const { data } = await tenant.admin.getLead({ id: String(lead?.id) });
    expect(data).toMatchObject({ owner_id: tenant.userId, notes: "city_id: Köln\nowner_id: Rolf Amber\nlead_source_id: Messe" });
    expect(await listNames("cities")).toEqual([]);
  });

  it("are left empty, or added, as the request says for each", async () => {
    const file = toCsv(
      header,
      ["Ahl", "ahl@each.example", "Bonn", "", "Messe"],
      ["Bly", "bly@each.example", "東京", "", "Messe"],
    );
    const parts = { value_map: { lead_source_id: { Messe: null } }, new_values: { city_id: ["bonn", "東京"] } };
    expect(await importLeads(file, { ...parts, options: { dry_run: true } })).toMatchObject({ created: 2, failed: 0 });
    expect(await listNames("cities")).toEqual([]);
    const { id } = await importLeads(file, parts);
    expect(await listNames("cities")).toEqual(["Bonn", "東京"]);
    expect(await findLeads("each.example")).toMatchObject([{ lead_source_id: null }, { lead_source_id: null }]);
    await revert(id);
    expect(await listNames("cities")).toEqual([]);
    // A second import restores the value, because its code is taken.
    await revert((await importLeads(file, parts)).id);
    expect(await findLeads("each.example")).toEqual([]);
  });

  it("are added by rows that come in alone", async () => {
    const file = toCsv(header, ["Bad", "no address", "Nowhere", "", ""], ["Good", "good@rows.example", "Ulm", "", ""]);
    expect(await importLeads(file, { options: { create_masters: true } })).toMatchObject({ created: 1, failed: 1 });
    expect(await listNames("cities")).toEqual(["Ulm"]);
  });

  it("stay after a revert if another record has them", async () => {
    const { id } = await importLeads(toCsv(header, ["Own", "own@used.example", "Trier", "", ""]), {
      new_values: { city_id: ["Trier"] },
    });
    await tenant.admin.createLead({ last_name: "Other", email: "other@used.example", city_id: "trier" });
    await app.settle();
    await revert(id);
    expect(await listNames("cities")).toContain("Trier");
  });

  it("are refused as notes of records that exist", async () => {
    const { status, error } = await sendFile(
      app,
      tenant.token,
      "/leads/import",
      toCsv(header, ["A", "a@b.example", "", "", ""]),
      {
        options: { unknown_values: "keep_as_text", mode: "upsert", match_on: "email" },
      },
    );
    expect([status, error.details.map(({ field }) => field)]).toEqual([400, expect.arrayContaining(["options.unknown_values"])]);
  });
});

it("maps a column named as a label of a field in any language, also if its cells name nothing", async () => {
  const file = toCsv(["Nachname", "Source", "Ort"], ["Falk", "Fair", "Köln"]);
  const { data } = await sendFile(app, tenant.token, "/leads/import", file, {
    options: { dry_run: true, unknown_values: "leave_empty" },
  });
  expect(data.mapping).toEqual({ Nachname: "last_name", Source: "lead_source_id", Ort: "city_id" });
});
