import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

type Input = Parameters<Tenant["admin"]["createBulkChange"]>[0];
type Caller = Tenant["admin"];

/** Creates a bulk change, runs it and returns it. */
async function runBulkChange(input: Input, as: Caller = tenant.admin) {
  const { data } = await as.createBulkChange(input);
  await app.settle();
  return (await as.getBulkChange({ id: data.id })).data;
}

const createLeads = (company: string, count: number, more: object = {}): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, async () => (await tenant.admin.createLead(newLead({ company, ...more }))).data.id));

const readLeads = (ids: readonly string[]) => Promise.all(ids.map(async (id) => (await tenant.admin.getLead({ id })).data));

describe("a bulk change", () => {
  it("updates all records of a filter, even if they no longer match it afterwards", async () => {
    const ids = await createLeads("Filtered", 120, { need: "old" });
    await createLeads("Other", 3, { need: "old" });
    await app.settle();
    const change = await runBulkChange({
      kind: "lead",
      action: "update",
      query: { "company[eq]": "Filtered" },
      changes: { company: "Changed", need: "new" },
      add_tags: ["spring"],
    });
    expect(change).toMatchObject({ status: "completed", found: 120, done: 120, failed: 0, skipped: 0, error: null });
    for (const lead of await readLeads(ids)) expect(lead).toMatchObject({ company: "Changed", need: "new", tags: ["spring"] });
  });

  it("adds and removes tags, and skips records that already have them", async () => {
    const [firstId = "", two = "", three = ""] = await createLeads("Tagged", 3);
    await tenant.admin.updateLead({ id: firstId, tags: ["a", "old", "b"] });
    await tenant.admin.updateLead({ id: two, tags: ["new"] });
    const ids = [firstId, two, three, firstId];
    const change = await runBulkChange({ kind: "lead", action: "update", ids, add_tags: ["new"], remove_tags: ["old"] });
    expect(change).toMatchObject({ status: "completed", found: 3, done: 2, failed: 0, skipped: 1 });
    expect((await readLeads([firstId, two, three])).map(({ tags }) => tags)).toEqual([["a", "b", "new"], ["new"], ["new"]]);
  });

  it("lists the outcome of each row, failures first", async () => {
    const [firstId = "", deletedId = ""] = await createLeads("Rows", 2);
    await tenant.admin.deleteLead({ id: deletedId });
    const full = await tenant.admin.createLead(newLead({ tags: Array.from({ length: 50 }, (_, n) => `t${n}`) }));
    const ids = [firstId, deletedId, full.data.id];
    const { id } = await runBulkChange({ kind: "lead", action: "update", ids, add_tags: ["one more"] });
    const { data, meta } = await tenant.admin.listBulkChangeResults({ id });
    expect(meta).toMatchObject({ total: 3, next_cursor: null });
    expect(
      data.map(({ id, outcome, status, code, details }) => [id, outcome, status, code, details.map(({ field }) => field)]),
    ).toEqual([
      [deletedId, "failed", 404, "NOT_FOUND", []],
      [full.data.id, "failed", 400, "VALIDATION_ERROR", ["tags"]],
      [firstId, "done", 200, null, []],
    ]);
    const first = await tenant.admin.listBulkChangeResults({ id, status: "failed", limit: 1 });
    expect([first.data.length, first.meta.total]).toEqual([1, 2]);
    const next = await tenant.admin.listBulkChangeResults({
      id,
      status: "failed",
      limit: 1,
      cursor: String(first.meta.next_cursor),
    });
    expect(next.data.map((row) => row.id)).toEqual([full.data.id]);
    expect(next.meta.next_cursor).toBeNull();
  });

  it("deletes and restores, and can be undone in both cases", async () => {
    const ids = await createLeads("Deleted", 4);
    const deleted = await runBulkChange({ kind: "lead", action: "delete", ids });
    expect(deleted).toMatchObject({ status: "completed", done: 4 });
    await expect(tenant.admin.getLead({ id: String(ids[0]) })).rejects.toMatchObject({ status: 404 });
    for (const id of ids.slice(0, 2)) await tenant.admin.restoreLead({ id });
    // Deleted again by a user, which the undo must not revert.
    await tenant.admin.deleteLead({ id: String(ids[1]) });
    const { data: undo } = await tenant.admin.undoBulkChange({ id: deleted.id });
    await app.settle();
    expect((await tenant.admin.getBulkChange({ id: undo.id })).data).toMatchObject({
      action: "undo",
      undoes_id: deleted.id,
      done: 2,
      skipped: 2,
    });
    await tenant.admin.restoreLead({ id: String(ids[1]) });
    expect((await readLeads(ids)).map(({ id }) => id)).toEqual(ids);
    for (const id of ids) await tenant.admin.deleteLead({ id });
    await app.settle();
    const restored = await runBulkChange({ kind: "lead", action: "restore", query: { "company[eq]": "Deleted" } });
    expect(restored).toMatchObject({ status: "completed", found: 4, done: 4 });
    await tenant.admin.updateLead({ id: String(ids[1]), need: "another" });
    await app.settle();
    const { data: again } = await tenant.admin.undoBulkChange({ id: restored.id });
    await app.settle();
    expect((await tenant.admin.getBulkChange({ id: again.id })).data).toMatchObject({ done: 3, skipped: 1, failed: 0 });
    expect(await readLeads([String(ids[1])])).toMatchObject([{ need: "another" }]);
    const { data: rows } = await tenant.admin.listBulkChangeResults({ id: again.id, status: "skipped" });
    expect(rows).toMatchObject([
      { id: ids[1], status: 409, code: "CONFLICT", message: "The record was changed after the bulk change" },
    ]);
  });

  it("finds by conditions the same records as the list query", async () => {
    const [firstId = "", two = ""] = await createLeads("Whereby", 2);
    await tenant.admin.updateLead({ id: two, job_title: "Smith" });
    await app.settle();
    const where: z.core.util.JSONType = { and: [{ company: { prefix: "whereby" } }, { job_title: "Smith" }] };
    const change = await runBulkChange({ kind: "lead", action: "update", query: { where }, changes: { need: "found" } });
    expect(change).toMatchObject({ found: 1, done: 1 });
    expect((await readLeads([firstId, two])).map(({ need }) => need)).toEqual([null, "found"]);
  });

  it("restores fields on undo, except those changed since", async () => {
    const [firstId = "", two = "", three = ""] = await createLeads("Undone", 3, { need: "first" });
    const ids = [firstId, two, three];
    const before = await readLeads(ids);
    const change = await runBulkChange({
      kind: "lead",
      action: "update",
      ids,
      changes: { need: "second", company: "Elsewhere" },
      add_tags: ["x"],
    });
    await tenant.admin.updateLead({ id: two, need: "third" });
    await tenant.admin.updateLead({ id: three, need: "third", company: "There", tags: [] });
    const { data: undo } = await tenant.admin.undoBulkChange({ id: change.id });
    await app.settle();
    expect((await tenant.admin.getBulkChange({ id: undo.id })).data).toMatchObject({
      status: "completed",
      found: 3,
      done: 2,
      skipped: 1,
    });
    const [first, second, third] = await readLeads(ids);
    expect(first).toMatchObject({ need: "first", company: "Undone", tags: before[0]?.tags });
    expect(second).toMatchObject({ need: "third", company: "Undone", tags: [] });
    expect(third).toMatchObject({ need: "third", company: "There" });
    const { data: rows } = await tenant.admin.listBulkChangeResults({ id: undo.id });
    expect(rows.map(({ id, status, details }) => [id, status, details.map(({ field }) => field)])).toEqual([
      [three, 409, ["need", "company"]],
      [firstId, 200, []],
      [two, 200, ["need"]],
    ]);
    await expect(tenant.admin.undoBulkChange({ id: change.id })).rejects.toMatchObject({ status: 422 });
    await expect(tenant.admin.undoBulkChange({ id: undo.id })).rejects.toMatchObject({ status: 422 });
  });

  it("changes nothing in a dry run, and reports the number of records and failures", async () => {
    const ids = await createLeads("Dry", 130);
    await tenant.admin.deleteLead({ id: String(ids[3]) });
    const before = await readLeads(ids.filter((_, n) => n !== 3));
    const change = await runBulkChange({ kind: "lead", action: "update", ids, changes: { need: "new" }, dry_run: true });
    expect(change).toMatchObject({ status: "completed", dry_run: true, found: 130, done: 99, failed: 1 });
    expect(await readLeads(ids.filter((_, n) => n !== 3))).toEqual(before);
    const { data } = await tenant.admin.listBulkChangeResults({ id: change.id, status: "failed" });
    expect(data).toMatchObject([{ id: ids[3], status: 404 }]);
    await expect(tenant.admin.undoBulkChange({ id: change.id })).rejects.toMatchObject({ status: 422 });
  });
});

describe("an invalid bulk change", () => {
  const readRejection = async (input: object) => {
    try {
      await tenant.admin.createBulkChange(input as Input);
    } catch (error) {
      const { status, details = [] } = error as { status: number; details?: { field: string; message: string }[] };
      return [status, ...details.map(({ field }) => field)];
    }
    throw new Error("It was taken");
  };
  it.each<[string, object, unknown[]]>([
    ["no kind", { kind: "audit_entry", action: "delete", query: {} }, [400, "kind"]],
    ["neither ids nor query", { kind: "lead", action: "delete" }, [400, "ids"]],
    ["both", { kind: "lead", action: "delete", ids: [], query: {} }, [400, "ids"]],
    ["ids of another kind", { kind: "lead", action: "delete", ids: ["cus_000000000000000000"] }, [400, "ids[0]"]],
    ["nothing to change", { kind: "lead", action: "update", query: {} }, [400, "changes"]],
    ["a field that is none", { kind: "lead", action: "update", query: {}, changes: { nope: 1 } }, [400, "changes.nope"]],
    ["a value that is none", { kind: "lead", action: "update", query: {}, changes: { rating: 7 } }, [400, "changes.rating"]],
    [
      "a field of one alone",
      { kind: "lead", action: "update", query: {}, changes: { email: "a@b.example" } },
      [400, "changes.email"],
    ],
    ["names in one", { kind: "lead", action: "update", query: {}, changes: { full_name: "A B" } }, [400, "changes.full_name"]],
    [
      "what is sealed in a part of it",
      { kind: "lead", action: "update", query: {}, changes: { auto_data: { drivers: [{ license_number: "L-1" }] } } },
      [400, "changes.auto_data", "changes.auto_data.drivers[0].name", "changes.auto_data.vehicles"],
    ],
    [
      "what is sealed",
      { kind: "person", action: "update", query: {}, changes: { birth_date: "2000-01-01" } },
      [400, "changes.birth_date"],
    ],
    ["tags of what has none", { kind: "note", action: "update", query: {}, add_tags: ["a"] }, [400, "add_tags"]],
    ["a tag both ways", { kind: "lead", action: "update", query: {}, add_tags: ["a"], remove_tags: ["a"] }, [400, "remove_tags"]],
    ["changes to delete", { kind: "lead", action: "delete", query: {}, changes: { need: "x" } }, [400, "changes"]],
    ["no filter of the list", { kind: "lead", action: "delete", query: { nope: 1 } }, [400, "query.nope"]],
    ["an order", { kind: "lead", action: "delete", query: { sort: "created_at" } }, [400, "query.sort"]],
    ["deleted ones", { kind: "lead", action: "delete", query: { deleted: true } }, [400, "query.deleted"]],
  ])("is rejected with its field: %s", async (_, input, expected) => {
    expect(await readRejection(input)).toEqual(expected);
  });

  it("is rejected for callers who could not change a single record", async () => {
    const analyst = await addUser(app, tenant, "ANALYST");
    const user = await addUser(app, tenant, "USER");
    await expect(analyst.client.createBulkChange({ kind: "lead", action: "delete", query: {} })).rejects.toMatchObject({
      status: 403,
    });
    await expect(user.client.createBulkChange({ kind: "lead", action: "delete", query: {} })).rejects.toMatchObject({
      status: 403,
    });
  });
});
