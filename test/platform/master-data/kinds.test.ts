import { domains } from "@crm/core/domains.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

describe("the list of kinds of master data", () => {
  it("has each kind of each domain, with the path of its values", async () => {
    const { data: kinds } = await tenant.admin.listMasterKinds();
    const declared = domains.flatMap(({ masters = [] }) => masters);
    expect(kinds.map(({ kind }) => kind)).toEqual(declared.map(({ name }) => name).sort());
    for (const { kind, path } of kinds) {
      const ask = { method: "GET", path, query: "limit=1", headers: {}, body: undefined };
      const { status, body } = await inProcessTransport(app, tenant.token)(ask);
      expect([kind, status]).toEqual([kind, 200]);
      for (const value of JSON.parse(body).data) expect(value.kind).toBe(kind);
    }
  });

  it("describes the columns of each kind", async () => {
    const { data: kinds } = await tenant.admin.listMasterKinds();
    const statuses = kinds.find(({ kind }) => kind === "lead_statuses");
    expect(statuses).toMatchObject({ label: "Lead statuses", path: "/api/v1/masters/lead-statuses", is_fixed: false });
    const { data: createdStatus } = await tenant.admin.createMaster({ kind: "lead-statuses", name: "Asleep", is_final: true });
    const baseFields = new Set([
      "id",
      "version",
      "created_at",
      "created_by",
      "updated_at",
      "updated_by",
      "deleted_at",
      "kind",
      "links",
    ]);
    const shownFields = Object.keys(createdStatus).filter((name) => !baseFields.has(name));
    expect(statuses?.fields.map(({ name }) => name).sort()).toEqual(shownFields.sort());
    expect(statuses?.fields.filter(({ required }) => required).map(({ name }) => name)).toEqual(["name"]);
    expect(kinds.flatMap(({ kind, is_fixed }) => (is_fixed ? [kind] : []))).toEqual(["product_lines"]);
  });
});
