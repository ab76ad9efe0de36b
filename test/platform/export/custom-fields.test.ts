import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { requestJson, requestText } from "../import/support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const defineField = (field_name: string, more: object) =>
  tenant.admin.createCustomField({
    entity_type: "lead",
    field_name,
    field_label: field_name,
    field_type: "text",
    ...more,
  });

async function readExport(token: string, body: object): Promise<string> {
  const { data } = await requestJson(app, token, "POST", "/leads/export", { format: "csv", labels: false, ...body });
  await app.settle();
  const { data: done } = await requestJson(app, token, "GET", `/exports/${data.export_id}`);
  expect(done).toMatchObject({ status: "completed" });
  return (await requestText(app, token, "GET", `/exports/${data.export_id}/file`)).body;
}

describe("custom fields in an export", () => {
  it("are columns for roles that see them, and filter it like lists", async () => {
    await defineField("region", { is_filterable: true });
    await defineField("margin", { visible_to: ["ADMIN"] });
    for (const region of ["north", "south", "north"])
      await tenant.admin.createLead(newLead({ custom_fields: { region, margin: `m-${region}` } }));
    // A new field can be used once every process must know it.
    app.setClock({ advance: 120_000 });
    await app.scheduler.run("due");
    await app.settle();
    const columns = ["last_name", "custom_fields.region", "custom_fields.margin"];
    const all = await readExport(tenant.token, { columns });
    expect(
      all
        .split("\r\n")
        .slice(1, 4)
        .map((line) => line.replace(/^Last\d+,/, "")),
    ).toEqual(["north,m-north", "south,m-south", "north,m-north"]);
    const filteredFile = await readExport(tenant.token, {
      columns: ["custom_fields.region"],
      query: { paths: { "custom_fields.region": "north" } },
    });
    expect(filteredFile.trim().split("\r\n").slice(1)).toEqual(["north", "north"]);
    const rep = await addUser(app, tenant, "MANAGER");
    const rejection = await requestJson(app, rep.token, "POST", "/leads/export", { format: "csv", columns });
    expect(rejection).toMatchObject({ status: 400, error: { details: [{ field: "columns[2]" }] } });
    const unknown = await requestJson(app, tenant.token, "POST", "/leads/export", {
      format: "csv",
      query: { paths: { "custom_fields.x": "1" } },
    });
    expect(unknown).toMatchObject({ status: 400, error: { details: [{ field: "query.custom_fields.x" }] } });
  });
});
