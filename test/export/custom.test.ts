import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, raw } from "../import/support.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const define = (field_name: string, more: object) =>
  tenant.admin.createCustomField({
    entity_type: "lead",
    field_name,
    field_label: field_name,
    field_type: "text",
    ...more,
  } as never);

async function file(token: string, body: object): Promise<string> {
  const { data } = await call(app, token, "POST", "/leads/export", { format: "csv", labels: false, ...body });
  await app.settle();
  const { data: done } = await call(app, token, "GET", `/exports/${data.export_id}`);
  expect(done).toMatchObject({ status: "completed" });
  return (await raw(app, token, "GET", `/exports/${data.export_id}/file`)).body;
}

describe("custom fields in an export", () => {
  it("are columns for whom they are shown, and filter it where lists do", async () => {
    await define("region", { is_filterable: true });
    await define("margin", { visible_to: ["ADMIN"] });
    for (const region of ["north", "south", "north"])
      await tenant.admin.createLead(newLead({ custom_fields: { region, margin: `m-${region}` } }));
    // What is declared is found once every process knows of it.
    app.setClock({ advance: 120_000 });
    await app.scheduler.run("due");
    await app.settle();
    const columns = ["last_name", "custom_fields.region", "custom_fields.margin"];
    const all = await file(tenant.token, { columns });
    expect(
      all
        .split("\r\n")
        .slice(1, 4)
        .map((line) => line.replace(/^Last\d+,/, "")),
    ).toEqual(["north,m-north", "south,m-south", "north,m-north"]);
    const some = await file(tenant.token, {
      columns: ["custom_fields.region"],
      query: { paths: { "custom_fields.region": "north" } },
    });
    expect(some.trim().split("\r\n").slice(1)).toEqual(["north", "north"]);
    const rep = await addUser(app, tenant, "MANAGER");
    const refused = await call(app, rep.token, "POST", "/leads/export", { format: "csv", columns });
    expect(refused).toMatchObject({ status: 400, error: { details: [{ field: "columns[2]" }] } });
    const unknown = await call(app, tenant.token, "POST", "/leads/export", {
      format: "csv",
      query: { paths: { "custom_fields.x": "1" } },
    });
    expect(unknown).toMatchObject({ status: 400, error: { details: [{ field: "query.custom_fields.x" }] } });
  });
});
