import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { start } from "@crm/core/platform/bulk-change/start.ts";
import { buildActorContext } from "@crm/core/platform/sign-in/actor-context.ts";
import { queryAll } from "@crm/core/storage/table/database.ts";
import { jobKey } from "@crm/core/storage/write/job.ts";
import { operations } from "@crm/functions/api/index.ts";
import { pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
});
afterAll(() => app.stop());

const baseInput = { kind: "lead", action: "update" as const };
const createLead = async (more: Record<string, unknown> = {}) => (await tenant.admin.createLead(newLead(more))).data.id;
const readErrorStatus = (work: Promise<unknown>) =>
  work.then(
    () => 0,
    ({ status }: { status: number }) => status,
  );

describe("kinds", () => {
  it("are those with a batch, with its permissions and verbs", async () => {
    const batches = operations.filter(({ path }) => path.endsWith("/batch") && pathParameterNames(path).length === 0);
    const kinds = new Map(domains.flatMap((domain) => domain.kinds.map((kind) => [kind.path, kind.name] as const)));
    const bulk = Object.fromEntries(domains.flatMap((domain) => Object.entries(domain.bulk ?? {})));
    const expectedKinds = batches
      .map(({ path }) => kinds.get(path.replace(/\/batch$/, "")))
      // Kinds with few records, each needing a decision, have batches but no bulk changes.
      .filter((name) => name !== "custom_field" && name !== "user" && name !== "target");
    expect(Object.keys(bulk).sort()).toEqual(expectedKinds.sort());
    for (const { path } of batches) {
      const list = path.replace(/\/batch$/, "");
      const { write, remove, load } = bulk[kinds.get(list) ?? ""] ?? {};
      if (!load) continue;
      const verbs = (await load()) as Record<string, unknown>;
      const findOperation = (method: string, below: string) =>
        operations.find((operation) => operation.method === method && operation.path === list + below);
      const usual = {
        get: findOperation("GET", "/{id}"),
        update: findOperation("PATCH", "/{id}"),
        remove: findOperation("DELETE", "/{id}"),
        restore: findOperation("POST", "/{id}/restore"),
      };
      for (const [name, operation] of Object.entries(usual)) {
        // The operation that reads a policy also translates its name.
        if (list === "/support/sla" && name === "get") continue;
        expect([list, name, verbs[name] === operation?.verb]).toEqual([list, name, true]);
      }
      expect([list, usual.update?.access === write, usual.remove?.access === remove]).toEqual([list, true, true]);
    }
  });
});

describe("the schema", () => {
  it("offers bulk changes of exactly those kinds whose records the caller may change or delete in bulk", async () => {
    const bulkKinds = domains.flatMap((domain) => Object.keys(domain.bulk ?? {}));
    for (const role of ["SALES_REP", "ANALYST"] as const) {
      const user = await addUser(app, tenant, role);
      const { data } = await user.client.getSchemaIndex();
      const offered = data.kinds.filter(({ operations: names }) => names.includes("bulk")).map(({ kind }) => kind);
      const permitted: string[] = [];
      for (const kind of bulkKinds) {
        // An id of another kind: the API answers 403 before it reads the input, and else 400.
        const input = { kind: kind as "lead", ids: ["none"] };
        const statuses = [
          await readErrorStatus(user.client.createBulkChange({ ...input, action: "update" })),
          await readErrorStatus(user.client.createBulkChange({ ...input, action: "delete" })),
        ];
        if (statuses.includes(400)) permitted.push(kind);
      }
      expect([role, offered.sort()]).toEqual([role, permitted.sort()]);
    }
  });
});

describe("who asks", () => {
  it("changes visible records, and reports hidden ones as not found", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const [ownId, otherId] = [
      await createLead({ owner_id: rep.id, company: "Seen" }),
      await createLead({ owner_id: tenant.userId, company: "Seen" }),
    ];
    const { data } = await rep.client.createBulkChange({ ...baseInput, ids: [ownId, otherId], add_tags: ["rep"] });
    await app.settle();
    const { data: rows } = await rep.client.listBulkChangeResults({ id: data.id });
    expect(rows.map(({ id, status, message }) => [id, status, message])).toEqual([
      [otherId, 404, "No such record"],
      [ownId, 200, null],
    ]);
    const { data: queryChange } = await rep.client.createBulkChange({
      ...baseInput,
      query: { "company[eq]": "Seen" },
      add_tags: ["found"],
    });
    await app.settle();
    expect((await rep.client.getBulkChange({ id: queryChange.id })).data).toMatchObject({ found: 1, done: 1 });
    expect((await tenant.admin.getLead({ id: otherId })).data.tags).toEqual([]);
    // After a change of owner, the former owner no longer sees the result.
    await tenant.admin.updateLead({ id: ownId, owner_id: tenant.userId });
    expect((await rep.client.listBulkChangeResults({ id: queryChange.id })).data).toEqual([]);
    expect((await tenant.admin.listBulkChangeResults({ id: queryChange.id })).data).toHaveLength(1);
  });

  it("and administrators are the only ones who can read the job", async () => {
    const [rep, otherRep, director] = [
      await addUser(app, tenant, "SALES_REP"),
      await addUser(app, tenant, "SALES_REP"),
      await addUser(app, tenant, "DIRECTOR"),
    ];
    const stranger = await signUp(app);
    const { data } = await rep.client.createBulkChange({
      ...baseInput,
      ids: [await createLead({ owner_id: rep.id })],
      add_tags: ["a"],
    });
    await app.settle();
    for (const { client: as } of [otherRep, director, { client: stranger.admin }]) {
      const { id } = data;
      const all = [
        as.getBulkChange({ id }),
        as.listBulkChangeResults({ id }),
        as.cancelBulkChange({ id }),
        as.undoBulkChange({ id }),
      ];
      expect(await Promise.all(all.map(readErrorStatus))).toEqual([404, 404, 404, 404]);
      expect((await as.listBulkChanges({})).data).toEqual([]);
    }
    expect((await tenant.admin.listBulkChanges({})).data.map(({ id }) => id)).toContain(data.id);
    expect((await rep.client.listBulkChanges({})).data.map(({ id }) => id)).toEqual([data.id]);
  });

  it("ends it by losing the permission or leaving", async () => {
    for (const lose of [
      (id: string) => tenant.admin.updateUser({ id, role: "ANALYST" }),
      (id: string) => tenant.admin.setUserStatus({ id, status: "SUSPENDED" }),
    ]) {
      const rep = await addUser(app, tenant, "SALES_REP");
      const id = await createLead({ owner_id: rep.id });
      const { data } = await rep.client.createBulkChange({ ...baseInput, ids: [id], add_tags: ["lost"] });
      await lose(rep.id);
      await app.settle();
      const { status, error } = (await tenant.admin.getBulkChange({ id: data.id })).data;
      expect([status, error?.length]).toEqual(["failed", expect.any(Number)]);
      expect((await tenant.admin.getLead({ id })).data.tags).toEqual([]);
    }
  });

  it("is in the audit trail of each record, with the reason", async () => {
    const id = await createLead();
    await tenant.admin.createBulkChange({ ...baseInput, ids: [id], changes: { need: "said" } }, { reason: "Spring cleaning" });
    await app.settle();
    const [entry] = (await tenant.admin.listAuditEntries({ record_id: id })).data;
    const { data } = await tenant.admin.getAuditEntry({ id: String(entry?.id) });
    expect(data).toMatchObject({ record_version: 2, user_id: tenant.userId, change_reason: "Spring cleaning" });
  });

  it("sets values that are not readable in the job, its table items or its audit entries", async () => {
    const id = await createLead();
    const { data } = await tenant.admin.createBulkChange({ ...baseInput, ids: [id], changes: { need: "PLANTED-1" } });
    await app.settle();
    await tenant.admin.createBulkChange({ ...baseInput, ids: [id], changes: { need: "PLANTED-2" } });
    await app.settle();
    const jobItems = await runIn(systemContext(app.ports, tenant.id, "test"), () => queryAll(jobKey(data.id, "").pk));
    expect([jobItems.length, JSON.stringify(jobItems).includes("PLANTED")]).toEqual([12, false]);
    expect(JSON.stringify((await tenant.admin.getBulkChange({ id: data.id })).data)).not.toContain("PLANTED");
    const entries = (await tenant.admin.listAuditEntries({ record_id: data.id })).data;
    for (const entry of entries)
      expect(JSON.stringify((await tenant.admin.getAuditEntry({ id: entry.id })).data)).not.toContain("PLANTED");
  });

  it("gets one job for an idempotency key", async () => {
    const id = await createLead();
    const send = () => tenant.admin.createBulkChange({ ...baseInput, ids: [id], add_tags: ["once"] }, { idempotencyKey: "once" });
    const [first, second] = await Promise.all([send(), send()]);
    expect(second.data.id).toBe(first.data.id);
    await app.settle();
    expect((await tenant.admin.getLead({ id })).data.version).toBe(2);
  });

  it("may be code that runs on behalf of a user", async () => {
    const id = await createLead({ tags: ["old"] });
    await app.settle();
    const { id: job } = await runIn(systemContext(app.ports, tenant.id, "tags"), async () => {
      const context = await buildActorContext(tenant.userId, { authority: "reader", request: "tags-1" });
      if (!context) throw new Error("There is no context");
      return runIn(context, () =>
        start({ ...baseInput, query: { "tags[has]": "old" }, add_tags: ["new"], remove_tags: ["old"] }),
      );
    });
    await app.settle();
    expect((await tenant.admin.getBulkChange({ id: job })).data).toMatchObject({ owner_id: tenant.userId, found: 1, done: 1 });
    expect((await tenant.admin.getLead({ id })).data.tags).toEqual(["new"]);
  });
});

describe("any kind", () => {
  it("is updated, deleted, restored and undone", async () => {
    const customer = (await tenant.admin.createCustomer({ name: "Bulk Ltd" })).data.id;
    const note = (await tenant.admin.createNote({ related_to_id: customer, content: "first" })).data.id;
    const activity = (await tenant.admin.createActivity({ subject: "first", activity_type_id: "task", related_to_id: customer }))
      .data.id;
    const team = (await tenant.admin.createTeam({ name: "first" })).data.id;
    const cases: [kind: string, id: string, changes: Record<string, string>][] = [
      ["note", note, { content: "second" }],
      ["activity", activity, { subject: "second" }],
      ["team", team, { name: "second" }],
      // Last, because the note and the activity refer to it.
      ["customer", customer, { description: "second" }],
    ];
    for (const [kind, id, changes] of cases) {
      const done = async (input: object) => {
        const { data } = await tenant.admin.createBulkChange({ kind, ids: [id], ...input } as Parameters<
          Tenant["admin"]["createBulkChange"]
        >[0]);
        await app.settle();
        expect([kind, (await tenant.admin.getBulkChange({ id: data.id })).data]).toMatchObject([
          kind,
          { status: "completed", done: 1 },
        ]);
        return data.id;
      };
      const undone = async (job: string) => {
        const { data } = await tenant.admin.undoBulkChange({ id: job });
        await app.settle();
        expect([kind, (await tenant.admin.getBulkChange({ id: data.id })).data]).toMatchObject([
          kind,
          { status: "completed", done: 1 },
        ]);
      };
      await undone(await done({ action: "update", changes }));
      await undone(await done({ action: "delete" }));
      await done({ action: "delete" });
      await undone(await done({ action: "restore" }));
    }
  });
});
