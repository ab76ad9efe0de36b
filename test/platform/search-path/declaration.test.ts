import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { completeIndexing, createReadyPaths } from "./support.ts";

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const declarePath = ({ admin }: Tenant, path: string, more: Record<string, unknown> = {}) =>
  admin.createSearchPath({ entity: "lead", path, ...more });

describe("declaring a path", () => {
  it("returns its definition, and becomes READY after a while", async () => {
    const tenant = await signUp(app);
    await tenant.admin.createLead(newLead({ metadata: { region: "north" } }));
    const { data } = await declarePath(tenant, "metadata.region", { sort: true });
    expect(data).toMatchObject({ path: "metadata.region", type: "text", sort: true, status: "PENDING", records_done: 0 });
    expect((await declarePath(tenant, "auto_data.vehicles[].year")).data.type).toBe("integer");
    await completeIndexing(app);
    const { data: ready } = await tenant.admin.getSearchPath({ id: data.id });
    expect(ready).toMatchObject({ status: "READY", records_done: 1, records_failed: 0, due_at: null });
    expect((await tenant.admin.listSearchPaths({ status: "READY" })).meta.total).toBe(2);
  });

  it.each([
    [{ path: "notes" }, "path"],
    [{ path: "auto_data.drivers[].license_number" }, "path"],
    [{ path: "auto_data.vehicles[].wheels" }, "path"],
    [{ path: "auto_data.vehicles[].year", type: "text" }, "type"],
    [{ path: "metadata.list[]", sort: true }, "sort"],
    [{ path: "metadata.x", type: "json" }, "type"],
    [{ path: "custom_attributes.x" }, "path"],
    [{ path: "metadata.x", entity: "user" }, "entity"],
  ])("%j is rejected at %s", async (input, field) => {
    const tenant = await signUp(app);
    await expect(tenant.admin.createSearchPath({ entity: "lead", ...input })).rejects.toMatchObject({
      status: 400,
      details: [{ field }],
    });
  });

  it("succeeds once for a path in concurrent requests", async () => {
    const tenant = await signUp(app);
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => declarePath(tenant, "metadata.a")));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const rejections = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as { status: number }] : []));
    expect(rejections.every(({ status }) => status === 409)).toBe(true);
    await expect(declarePath(tenant, "metadata.a")).rejects.toMatchObject({ details: [{ field: "path" }] });
    expect((await tenant.admin.listSearchPaths()).data).toHaveLength(1);
  });

  it("is limited to twenty, also in concurrent requests; a dropped path counts until it is removed", async () => {
    const tenant = await signUp(app);
    const pathIds = [];
    for (let n = 0; n < 18; n++) pathIds.push((await declarePath(tenant, `metadata.p${n}`)).data.id);
    const last = await Promise.allSettled([1, 2, 3, 4].map((n) => declarePath(tenant, `metadata.q${n}`)));
    expect(last.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    await tenant.admin.createSearchPath({ entity: "person", path: "custom_attributes.x" });
    await tenant.admin.deleteSearchPath({ id: pathIds[0] as string });
    await expect(declarePath(tenant, "metadata.r")).rejects.toMatchObject({ status: 409 });
    await completeIndexing(app);
    await declarePath(tenant, "metadata.r");
    await expect(tenant.admin.getSearchPath({ id: pathIds[0] as string })).rejects.toMatchObject({ status: 404 });
  });

  it("is allowed for leaders, and all users can read it", async () => {
    const tenant = await signUp(app);
    const { data } = await declarePath(tenant, "metadata.a");
    const [manager, director] = [await addUser(app, tenant, "MANAGER"), await addUser(app, tenant, "DIRECTOR")];
    expect((await manager.client.getSearchPath({ id: data.id })).data.path).toBe("metadata.a");
    await expect(manager.client.createSearchPath({ entity: "lead", path: "metadata.b" })).rejects.toMatchObject({ status: 403 });
    await expect(manager.client.deleteSearchPath({ id: data.id })).rejects.toMatchObject({ status: 403 });
    await expect(manager.client.getSearchPathFill({ entity: "lead" })).rejects.toMatchObject({ status: 403 });
    await director.client.createSearchPath({ entity: "lead", path: "metadata.b" });
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.getSearchPath({ id: data.id })).rejects.toMatchObject({ status: 404 });
    await expect(otherTenant.admin.deleteSearchPath({ id: data.id })).rejects.toMatchObject({ status: 404 });
  });

  it("has audit entries, and does not count as a change of records", async () => {
    const tenant = await signUp(app);
    const [id = ""] = await createReadyPaths(app, tenant, { entity: "lead", path: "metadata.a" });
    const { data } = await tenant.admin.listAuditEntries({ record_id: id });
    expect(data.map(({ record_version }) => record_version)).toEqual([3, 2, 1]);
  });
});

describe("product lines and persons", () => {
  const vehicle = (vin: string, year: number) => ({ vin, year, make: "Opel", model: "Corsa" });
  const drivers = [{ name: "N", license_number: "SECRET-1", date_of_birth: "1990-01-01" }];

  it("are found by paths in their detail, and stored entries do not reveal it", async () => {
    const tenant = await signUp(app);
    const cars = [vehicle("WVWZZZ1JZXW000001", 2019), vehicle("WVWZZZ1JZXW000002", 2020)];
    const auto_data = { schema_version: 2, drivers, vehicles: cars };
    const { data: lead } = await tenant.admin.createLead(newLead({ auto_data }));
    const { data: person } = await tenant.admin.createPerson({ first_name: "P", custom_attributes: { shoe: { size: 42.5 } } });
    await tenant.admin.createPerson({ first_name: "Q", custom_attributes: { shoe: { size: 9 } } });
    await createReadyPaths(
      app,
      tenant,
      { entity: "lead", path: "auto_data.vehicles[].vin" },
      { entity: "lead", path: "auto_data.drivers[].name" },
      { entity: "person", path: "custom_attributes.shoe.size", type: "number", sort: true },
    );
    for (const vin of ["wvwzzz1jzxw000001", "WVWZZZ1JZXW000002"]) {
      const response = await tenant.admin.listLeads({ paths: { "auto_data.vehicles[].vin": vin } });
      expect(response.data.map(({ id }) => id)).toEqual([lead.id]);
    }
    const sized = await tenant.admin.listPersons({ paths: { "custom_attributes.shoe.size": "42.50" } });
    expect([sized.data.map(({ id }) => id), sized.meta.total]).toEqual([[person.id], 1]);
    const inOrder = await tenant.admin.listPersons({ sort: "custom_attributes.shoe.size", order: "asc" });
    expect(inOrder.data.map(({ first_name }) => first_name)).toEqual(["Q", "P"]);
    const { dumpItems: dump } = await import("../../storage/stream/chaos.ts");
    const entries = dump(app, tenant.id).filter((item) => /#(PATH|ORDER)#|~path#/.test(`${item.pk}${item.sk}`));
    expect(entries.length).toBeGreaterThan(4);
    expect(JSON.stringify(entries)).not.toMatch(/SECRET-1|1990-01-01|wvwzzz/i);
  });
});

describe("the report of used paths", () => {
  it("counts paths in use, declared or not, and excludes sensitive ones", async () => {
    const tenant = await signUp(app);
    const auto_data = { schema_version: 2, drivers: [{ name: "N", license_number: "X" }], vehicles: [] };
    for (let n = 0; n < 4; n++)
      await tenant.admin.createLead(newLead({ metadata: { region: "north", ...(n ? {} : { rare: 1 }) }, auto_data }));
    await tenant.admin.createLead(newLead());
    const [id] = await createReadyPaths(
      app,
      tenant,
      { entity: "lead", path: "metadata.rare" },
      { entity: "lead", path: "metadata.none" },
    );
    const { data } = await tenant.admin.getSearchPathFill({ entity: "lead" });
    expect(data.sample).toEqual({ records: 5, is_all: true });
    expect(data.paths).toEqual([
      ...["auto_data.drivers[].name", "auto_data.schema_version", "metadata.region"].map((path) => ({
        ...{ path, records: 4, share: 0.8, search_path_id: null, all_records: null, records_cut: null },
      })),
      { path: "metadata.rare", records: 1, share: 0.2, search_path_id: id, all_records: 1, records_cut: 0 },
      expect.objectContaining({ path: "metadata.none", records: 0, all_records: 0 }),
    ]);
    expect(data.is_cut).toBe(false);
  });
});
