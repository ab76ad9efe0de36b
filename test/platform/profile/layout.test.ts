import { findErrors, listOtherFields, resolveLayout } from "@crm/core/platform/layout/layout.rules.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

describe("the rules of a layout", () => {
  const names = { fields: new Set(["name", "email", "notes"]), listFields: new Set(["name", "email"]), tabs: new Set(["notes"]) };

  it.each([
    [{ columns: ["nmae"] }, [["columns[0]", "This kind has no field nmae. The closest is name"]]],
    [{ columns: ["name", "notes"] }, [["columns[1]", "Lists do not show this field: name a field of their rows"]]],
    [{ card: ["notes"], primary: ["notes"] }, [["card[0]", "Lists do not show this field: name a field of their rows"]]],
    [{ tabs: ["name"] }, [["tabs[0]", "This kind has no tab name"]]],
    [
      {
        sections: [
          { name: "a", fields: ["name", "email"] },
          { name: "a", fields: ["name"] },
        ],
      },
      [
        ["sections[1].name", "Must not name a twice"],
        ["sections[1].fields[0]", "Must not name name twice"],
      ],
    ],
    [{ sections: [], primary: null }, []],
  ])("find the errors of %j", (parts, errors) => {
    expect(findErrors(parts, names).map(({ field, message }) => [field, message])).toEqual(errors);
  });

  it("leave out what the caller does not see, and complete omitted parts", () => {
    const defaults = { sections: [], primary: ["name"], columns: ["name", "secret"], card: ["email"], tabs: ["notes", "secret"] };
    const parts = { sections: [{ name: "a", fields: ["secret", "name"] }], primary: [] };
    expect(resolveLayout(parts, defaults, names)).toEqual({
      sections: [{ name: "a", label: null, fields: ["name"] }],
      ...{ primary: [], columns: ["name"], card: ["email"], tabs: ["notes"] },
    });
  });

  it("leave a list more than its title, and no field of the default out of reach", () => {
    const none = { primary: [], card: [], tabs: [] };
    const defaults = { ...none, sections: [{ name: "key", fields: ["name", "email", "notes"] }], columns: ["name", "email"] };
    const layout = resolveLayout({ sections: [{ name: "a", fields: ["email"] }], columns: ["name"] }, defaults, names);
    expect(layout.columns).toEqual(["name", "email"]);
    expect(listOtherFields(layout, defaults)).toEqual(["name", "notes"]);
  });
});

describe("the layout of a kind", () => {
  let app: App;
  let tenant: Tenant;
  let rep: TestUser;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
    rep = await addUser(app, tenant, "SALES_REP");
  });
  afterAll(() => app.stop());

  const read = async (input: object, { client }: { client: TestUser["client"] } = rep) =>
    (await allowAnyInput(client).getLayout(input)).data;

  it("is that of the role, else that for all roles, else the default", async () => {
    const defaults = await read({ kind: "lead" });
    expect(defaults).toMatchObject({ kind: "lead", role: null, version: 0, source: "default" });
    expect(defaults.layout.sections[0]).toMatchObject({ name: "key", label: "Key fields" });
    expect(defaults.layout.columns).toHaveLength(7);
    await tenant.admin.replaceLayout({ kind: "lead", columns: ["company", "display_name"] });
    const schema = (await rep.client.getSchema({ kind: "lead" })).data;
    expect(schema.kinds[0]?.layout.columns).toEqual(["company", "display_name"]);
    const { data: forRole } = await tenant.admin.replaceLayout({ kind: "lead", role: "SALES_REP", tabs: [], card: ["email"] });
    expect(forRole).toMatchObject({ role: "SALES_REP", version: 1, source: "role" });
    expect(await read({ kind: "lead", role: "SALES_REP" })).toEqual(forRole);
    expect(forRole.layout).toEqual({ ...defaults.layout, tabs: [], card: ["email"] });
    expect(await read({ kind: "lead", role: "MANAGER" })).toMatchObject({
      ...{ version: 0, source: "tenant", layout: { ...defaults.layout, columns: ["company", "display_name"] } },
    });
    expect((await tenant.admin.resetLayout({ kind: "lead", role: "SALES_REP" })).data).toMatchObject({ source: "tenant" });
    expect((await tenant.admin.resetLayout({ kind: "lead" })).data.layout).toEqual(defaults.layout);
    const { data: again } = await tenant.admin.replaceLayout({ kind: "lead", columns: ["company"] });
    expect(again).toMatchObject({ source: "tenant", version: 3 });
    expect((await (await signUp(app)).admin.getLayout({ kind: "lead" })).data.source).toBe("default");
    await expect(rep.client.replaceLayout({ kind: "lead", columns: [] })).rejects.toMatchObject({ status: 403 });
  });

  it("never leaves a field out of the schema that its reader sees without a layout", async () => {
    const listFields = (kind: Awaited<ReturnType<typeof readKind>>): string[] =>
      kind?.layout.sections.flatMap(({ fields }) => fields).sort() ?? [];
    const readKind = async (name: string) => (await rep.client.getSchema({ kind: name })).data.kinds[0];
    for (const kind of ["contact", "opportunity"]) {
      const before = await readKind(kind);
      const layout = { sections: [{ name: "few", fields: [listFields(before)[0] ?? ""] }], primary: [], columns: [] };
      await tenant.admin.replaceLayout({ kind, role: "SALES_REP", ...layout });
      const after = await readKind(kind);
      expect(after?.layout.sections.map(({ folded = false }) => folded)).toEqual([false, true]);
      expect(listFields(after)).toEqual(listFields(before));
      expect(after?.layout.columns).toEqual(before?.layout.columns);
    }
  });

  it("takes custom fields by name, and shows them only to users who may see them", async () => {
    await tenant.admin.createCustomField({
      ...{ entity_type: "customer", field_name: "budget", field_label: "Budget", field_type: "text", visible_to: ["ADMIN"] },
    });
    const sections = [{ name: "money", label: "Money", fields: ["name", "custom_fields.budget"] }];
    await tenant.admin.replaceLayout({ kind: "customer", sections, columns: ["name"] });
    expect((await read({ kind: "customer" }, { client: tenant.admin })).layout.sections).toEqual(sections);
    expect((await read({ kind: "customer" })).layout.sections).toEqual([{ ...sections[0], fields: ["name"] }]);
    await expect(tenant.admin.replaceLayout({ kind: "customer", primary: ["custom_fields.bugdet"] })).rejects.toMatchObject({
      ...{ status: 400, details: [{ field: "primary[0]", message: expect.stringContaining("custom_fields.bugdet") }] },
    });
  });

  it("has a version for each kind and role, and takes the role from the address", async () => {
    const { headers } = await tenant.admin.getLayout({ kind: "ticket", role: "USER" });
    const ifMatch = String(headers.etag);
    await tenant.admin.replaceLayout({ kind: "ticket", tabs: [] });
    await tenant.admin.replaceLayout({ kind: "ticket", role: "USER", tabs: [] }, { ifMatch });
    await expect(tenant.admin.replaceLayout({ kind: "ticket", role: "USER", tabs: [] }, { ifMatch })).rejects.toMatchObject({
      status: 412,
    });
    const send = inProcessTransport(app, tenant.token);
    const put = (query: string) =>
      send({
        ...{ method: "PUT", path: "/api/v1/layouts/ticket", query, body: '{"tabs":[]}' },
        headers: { "content-type": "application/json", "idempotency-key": "one" },
      });
    const [forUsers, forManagers] = [await put("role=USER"), await put("role=MANAGER")];
    expect([forUsers.status, forManagers.status]).toEqual([200, 422]);
    expect((await put("page=2")).status).toBe(400);
  });

  it("of an unknown kind, or one that the caller cannot read, does not exist", async () => {
    for (const kind of ["starship", "inbound_webhook"])
      await expect(rep.client.getLayout({ kind })).rejects.toMatchObject({ status: 404 });
    await expect(tenant.admin.replaceLayout({ kind: "starship", tabs: [] })).rejects.toMatchObject({ status: 404 });
  });
});
