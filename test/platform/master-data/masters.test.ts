import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

let valueCount = 0;
type Value = Awaited<ReturnType<Tenant["admin"]["getMaster"]>>["data"];
const create = async (kind: string, more: Record<string, unknown> = {}): Promise<Value> =>
  (await tenant.admin.createMaster({ kind, name: `Value ${++valueCount}`, ...more })).data as Value;
const findByCode = async (kind: string, search: string): Promise<Value> =>
  (await tenant.admin.listMasters({ kind, search })).data.find(({ code }) => code === search) ?? expect.fail(`No ${search}`);

describe("making a value", () => {
  it("uses the given code, or derives one from its name", async () => {
    const industry = await create("industries", { name: "Space Travel", code: "SPACE", color: "#112233", icon: "rocket" });
    expect(industry).toMatchObject({
      code: "space",
      kind: "industries",
      sequence: 100,
      is_active: true,
      color: "#112233",
      version: 1,
    });
    expect(industry.links.self).toBe(`/api/v1/masters/industries/${industry.id}`);
    expect((await create("industries", { name: "  Größe & Öl!" })).code).toBe("grosse_ol");
    const nameless = tenant.admin.createMaster({ kind: "industries", name: "宇宙" });
    await expect(nameless).rejects.toMatchObject({ status: 400, details: [{ field: "code" }] });
    expect(await create("industries", { name: "宇宙", code: "space_jp" })).toMatchObject({ name: "宇宙" });
  });

  it.each([
    ["name", "industries", {}],
    ["name", "industries", { name: " " }],
    ["name", "industries", { name: "x".repeat(101) }],
    ["code", "industries", { name: "x", code: "no code" }],
    ["code", "industries", { name: "x", code: "x".repeat(64) }],
    ["sequence", "industries", { name: "x", sequence: -1 }],
    ["color", "industries", { name: "x", color: "red" }],
    ["is_active", "industries", { name: "x", is_active: "yes" }],
    ["parent_id", "industries", { name: "x", parent_id: "nothing" }],
    ["parent_id", "lead-sources", { name: "x", parent_id: "web" }],
    ["zip_code", "industries", { name: "x", zip_code: "10115" }],
    ["colour", "industries", { name: "x", colour: "#112233" }],
    ["state_id", "cities", { name: "x", state_id: "nowhere" }],
    ["country_id", "states", { name: "x", country_id: "us_ca" }],
    ["manager_id", "territories", { name: "x", manager_id: "usr_000000000000000000" }],
    ["max_employees", "company-sizes", { name: "x", min_employees: 10, max_employees: 9 }],
    ["currency_code", "countries", { name: "x", currency_code: "euro" }],
    ["level", "priorities", { name: "x", level: 0 }],
  ])("rejects the field %s of %s with %j", async (field, kind, input) => {
    const request = allowAnyInput(tenant.admin).createMaster({ kind, ...input });
    await expect(request).rejects.toMatchObject({ status: 400, code: "VALIDATION_ERROR", details: [{ field }] });
  });

  it("gives a code to one of twenty concurrent requests, and never that of a default", async () => {
    const body = { kind: "lead-sources", name: "Only", code: "only_one" };
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => tenant.admin.createMaster(body)));
    const reasons = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
    expect(reasons).toHaveLength(19);
    for (const reason of reasons) expect(reason).toMatchObject({ status: 409, code: "CONFLICT", details: [{ field: "code" }] });
    for (const code of ["web", "WEB", "only_one"]) {
      const duplicate = tenant.admin.createMaster({ kind: "lead-sources", name: "Again", code });
      await expect(duplicate).rejects.toMatchObject({ status: 409 });
    }
    await expect(create("industries", { code: "only_one" })).resolves.toBeDefined();
    const neighbour = await signUp(app);
    await expect(neighbour.admin.createMaster(body)).resolves.toMatchObject({ status: 201 });
  });

  it("accepts its parent by id or code", async () => {
    const city = await create("cities", { name: "Palo Alto", state_id: "US_CA", zip_code: "94301" });
    const california = (await tenant.admin.listMasters({ kind: "states", search: "us_ca" })).data[0];
    expect(city).toMatchObject({ state_id: california?.id, zip_code: "94301" });
    const { data } = await tenant.admin.listMasters({ kind: "cities", state: "us_ca" });
    expect(data.map(({ id }) => id)).toContain(city.id);
    expect((await tenant.admin.listMasters({ kind: "cities", state: "us_ny" })).meta.total).toBe(0);
    expect((await create("industries", { parent_id: "technology" })).parent_id).toBe(
      (await findByCode("industries", "technology")).id,
    );
  });
});

describe("changing a value", () => {
  it("is found by an alias, unless the tenant has a value with that code", async () => {
    const { admin } = await signUp(app);
    const createUrgent = async () =>
      (
        await admin.createTicket({
          ...{ subject: "Pump", description: "Loud", priority_id: "Urgent" },
          requester: { email: "ada@mail.example" },
        })
      ).data.priority_id;
    const { data: priorities } = await admin.listMasters({ kind: "priorities" });
    expect(await createUrgent()).toBe(priorities.find(({ code }) => code === "critical")?.id);
    const own = (await admin.createMaster({ kind: "priorities", name: "Urgent", code: "urgent" })).data;
    expect(await createUrgent()).toBe(own.id);
  });

  it("is found under another name of its kind, and links to the kind's own name", async () => {
    const own = await create("priorities", { level: 2 });
    const { data: values } = await tenant.admin.listMasters({ kind: "ticket_priorities", limit: 100 });
    expect(values.find(({ id }) => id === own.id)?.links.self).toBe(`/api/v1/masters/priorities/${own.id}`);
    const created = await create("ticket-priorities", { level: 1 });
    expect(created.kind).toBe("priorities");
    const renamed = await tenant.admin.updateMaster({ kind: "Ticket-Priorities", id: created.id, name: "Some day" });
    expect(renamed.data.version).toBe(2);
    const { data: kinds } = await tenant.admin.listMasterKinds({});
    expect(kinds.map(({ kind }) => kind)).not.toContain("ticket_priorities");
    await expect(tenant.admin.listMasters({ kind: "ticket_moods" })).rejects.toMatchObject({ status: 404 });
  });

  it("clears omitted fields with PUT, leaves them with PATCH, and keeps its code", async () => {
    const value = await create("priorities", { level: 3, color: "#112233", description: "Soon" });
    const key = { kind: "priorities", id: value.id };
    const patched = await tenant.admin.updateMaster({ ...key, name: "Sooner" });
    expect(patched.data).toMatchObject({ name: "Sooner", level: 3, color: "#112233", description: "Soon", code: value.code });
    const replaced = await tenant.admin.replaceMaster({ ...key, name: "Soonest" });
    expect(replaced.data).toMatchObject({
      name: "Soonest",
      level: null,
      color: null,
      sequence: 100,
      code: value.code,
      version: 3,
    });
    const missing = tenant.admin.replaceMaster({ ...key, level: 1 });
    await expect(missing).rejects.toMatchObject({ status: 400, details: [{ field: "name" }] });
    for (const change of [
      () => tenant.admin.updateMaster({ ...key, code: "other" }),
      () => tenant.admin.replaceMaster({ ...key, name: "x", code: "other" }),
    ]) {
      await expect(change()).rejects.toMatchObject({ status: 400, details: [{ field: "code" }] });
    }
    await expect(tenant.admin.updateMaster({ ...key, code: value.code.toUpperCase(), name: "x" })).resolves.toMatchObject({
      status: 200,
    });
  });

  it("accepts its own GET response, also for defaults and references to deleted records", async () => {
    const manager = await addUser(app, tenant, "MANAGER");
    const parent = await create("industries");
    const values = [
      await findByCode("lead-sources", "web"),
      await findByCode("countries", "de"),
      await findByCode("currencies", "jpy"),
      await create("industries", { parent_id: parent.id }),
      await create("territories", { manager_id: manager.id, region: "EMEA", country: "Germany" }),
      await create("cities", { state_id: "de_be" }),
    ];
    await tenant.admin.deleteUser({ id: manager.id });
    await tenant.admin.updateMaster({ kind: "industries", id: parent.id, is_active: false });
    for (const { kind, id } of values) {
      const { data: master, headers } = await tenant.admin.getMaster({ kind, id });
      expect(headers.etag).toMatch(/^"1\./);
      const { data: replacedMaster } = await tenant.admin.replaceMaster(master);
      expect(replacedMaster).toEqual(master);
    }
  });

  it("returns the same response to a repeat with the same idempotency key", async () => {
    const body = { kind: "industries", name: "Repeated", code: "repeated" };
    const first = await tenant.admin.createMaster(body, { idempotencyKey: "master-1" });
    expect((await tenant.admin.createMaster(body, { idempotencyKey: "master-1" })).data).toEqual(first.data);
    const key = { kind: "industries", id: first.data.id };
    for (const call of [
      () => tenant.admin.updateMaster({ ...key, name: "Changed" }, { idempotencyKey: "master-2" }),
      () => tenant.admin.deleteMaster(key, { idempotencyKey: "master-3" }),
      () => tenant.admin.restoreMaster(key, { idempotencyKey: "master-4" }),
    ]) {
      const firstResponse = await call();
      expect((await call()).data).toEqual(firstResponse.data);
    }
  });

  it("rejects circles in trees", async () => {
    const [top, middle, leaf] = [await create("industries"), await create("industries"), await create("industries")];
    const below = (id: string, parent_id: string) => tenant.admin.updateMaster({ kind: "industries", id, parent_id });
    await below(middle.id, top.id);
    await below(leaf.id, middle.id);
    for (const parent of [top.id, middle.id, leaf.id, leaf.code]) {
      await expect(below(top.id, parent)).rejects.toMatchObject({ status: 400, details: [{ field: "parent_id" }] });
    }
    const key = { kind: "industries", id: middle.id };
    await expect(tenant.admin.deleteMaster(key)).rejects.toMatchObject({ status: 422, code: "RULE_VIOLATION" });
    await tenant.admin.deleteMaster({ kind: "industries", id: leaf.id });
    await tenant.admin.deleteMaster(key);
    await expect(tenant.admin.restoreMaster({ kind: "industries", id: leaf.id })).rejects.toMatchObject({ status: 422 });
    await expect(below(top.id, middle.id)).rejects.toMatchObject({ status: 400, details: [{ field: "parent_id" }] });
    await tenant.admin.restoreMaster(key);
    await expect(tenant.admin.restoreMaster({ kind: "industries", id: leaf.id })).resolves.toMatchObject({
      data: { parent_id: middle.id },
    });
  });
});

describe("a default", () => {
  it("has a version from the start, and audit entries from its first change", async () => {
    const medium = await findByCode("priorities", "medium");
    const key = { kind: "priorities", id: medium.id };
    const stale = tenant.admin.updateMaster({ ...key, name: "Middle" }, { ifMatch: '"7"' });
    await expect(stale).rejects.toMatchObject({ status: 412, details: [{ field: "name" }] });
    const { data } = await tenant.admin.updateMaster({ ...key, name: "Middle" }, { ifMatch: '"1"', reason: "House style" });
    expect(data).toMatchObject({ id: medium.id, name: "Middle", version: 2, level: 2 });
    await app.settle();
    const { data: entries } = await tenant.admin.listAuditEntries({ limit: 100 });
    const entry = entries.find(({ record_id, record_version }) => record_id === medium.id && record_version === 2);
    const { data: auditEntry } = await tenant.admin.getAuditEntry({ id: entry?.id as string });
    expect(auditEntry).toMatchObject({
      operation: "UPDATE",
      user_id: tenant.userId,
      changed: ["name"],
      old_values: { name: "Medium" },
      new_values: { name: "Middle" },
      change_reason: "House style",
    });
  });

  it("changes for its tenant only, also in concurrent requests", async () => {
    const high = await findByCode("priorities", "high");
    const neighbour = await signUp(app);
    const changes = [{ name: "Higher" }, { color: "#000000" }, { level: 7 }, { icon: "up" }];
    await Promise.all(changes.map((change) => tenant.admin.updateMaster({ kind: "priorities", id: high.id, ...change })));
    expect((await tenant.admin.getMaster({ kind: "priorities", id: high.id })).data).toMatchObject(Object.assign({}, ...changes));
    expect((await neighbour.admin.getMaster({ kind: "priorities", id: high.id })).data).toMatchObject({
      name: "High",
      version: 1,
    });
  });

  it("can be deleted and restored with its id, and its code stays reserved", async () => {
    const note = await findByCode("activity-types", "note");
    const key = { kind: "activity-types", id: note.id };
    await tenant.admin.deleteMaster(key);
    await expect(tenant.admin.getMaster(key)).rejects.toMatchObject({ status: 404 });
    expect((await tenant.admin.listMasters({ kind: "activity-types" })).data.map(({ code }) => code)).not.toContain("note");
    expect((await tenant.admin.listMasters({ kind: "activity-types", deleted: true })).data.map(({ code }) => code)).toEqual([
      "note",
    ]);
    const again = tenant.admin.createMaster({ kind: "activity-types", name: "Note" });
    await expect(again).rejects.toMatchObject({ status: 409, message: expect.stringContaining("restore it") });
    expect((await tenant.admin.restoreMaster(key)).data).toMatchObject({ id: note.id, name: "Note", deleted_at: null });
    await expect(tenant.admin.restoreMaster(key)).rejects.toMatchObject({ status: 404 });
  });

  it("is counted by its kind", async () => {
    const { admin } = await signUp(app);
    const count = async () => {
      await app.settle();
      const { data } = await admin.listMasterKinds({ counts: true });
      return Object.fromEntries(data.map(({ kind, value_count }) => [kind, value_count]));
    };
    const before = await count();
    expect(before).toMatchObject({ countries: expect.any(Number), cities: 0 });
    expect(before.industries).toBe((await admin.listMasters({ kind: "industries" })).meta.total);
    const { data: defaults } = await admin.listMasters({ kind: "industries" });
    const [renamed, removed] = defaults.slice(-2).map(({ id }) => String(id));
    await admin.updateMaster({ kind: "industries", id: String(renamed), name: "Shipyards" });
    await admin.deleteMaster({ kind: "industries", id: String(removed) });
    const own = (await admin.createMaster({ kind: "industries", name: "Sail lofts" })).data;
    await admin.createMaster({ kind: "industries", name: "Rope works" });
    expect((await count()).industries).toBe(Number(before.industries) + 1);
    await admin.deleteMaster({ kind: "industries", id: own.id });
    await admin.restoreMaster({ kind: "industries", id: String(removed) });
    const after = await count();
    expect(after).toEqual({ ...before, industries: Number(before.industries) + 1 });
    expect(after.industries).toBe((await admin.listMasters({ kind: "industries" })).meta.total);
    expect((await admin.listMasterKinds()).data[0]).not.toHaveProperty("value_count");
  });

  it("that is the default value can be renamed, but not removed", async () => {
    const status = await findByCode("lead-statuses", "new");
    const key = { kind: "lead-statuses", id: status.id };
    for (const attempt of [() => tenant.admin.updateMaster({ ...key, is_active: false }), () => tenant.admin.deleteMaster(key)]) {
      await expect(attempt()).rejects.toMatchObject({ status: 422, code: "RULE_VIOLATION" });
    }
    await tenant.admin.updateMaster({ ...key, name: "Fresh" });
    expect((await tenant.admin.createLead(newLead())).data.lead_status_id).toBe(status.id);
    await tenant.admin.updateMaster({ ...key, name: "New" });
  });
});
