import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Database } from "@crm/core/kernel/ports.ts";
import { run } from "@crm/core/platform/import/worker.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { readImport, runImport, sendFile, toCsv } from "./support.ts";

/** Imported contacts join a list and leave it when the import is reverted. */

let app: App;
let tenant: Tenant;
let customer: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  customer = (await tenant.admin.createCustomer({ name: "Listed Ltd" })).data.id;
});
afterAll(() => app.stop());

let listCount = 0;
const createList = async (more: object = {}) =>
  (await tenant.admin.createContactList({ name: `List ${++listCount}`, ...more })).data.id;
const listMembers = async (id: string) => {
  await app.settle();
  const { data, meta } = await tenant.admin.listContactListMembers({ id, limit: 100 });
  expect(meta.total).toBe(data.length);
  return data.map((contact) => contact.last_name).sort();
};
const createContact = async (last_name: string) =>
  (
    await tenant.admin.createContact({
      customer_id: customer,
      last_name,
      email: `${last_name.toLowerCase()}@listed.example`,
    })
  ).data.id;
const buildFile = (...names: readonly string[]) =>
  toCsv(["Last name", "Email", "Company"], ...names.map((name) => [name, `${name.toLowerCase()}@listed.example`, "Listed Ltd"]));

describe("an import into a contact list", () => {
  it("adds the contacts that it creates and finds, and a revert removes only those", async () => {
    const list = await createList();
    const [before, foundId] = [await createContact("Before"), await createContact("Found")];
    await tenant.admin.changeContactListMembers({ id: list, add: [before] });
    const done = await runImport(app, tenant.token, "contacts", buildFile("Before", "Found", "Fresh"), { list_id: list });
    expect(done).toMatchObject({ created: 1, skipped: 2, list_id: list });
    expect(await listMembers(list)).toEqual(["Before", "Found", "Fresh"].sort());
    // A user has removed and added this contact since, so the revert keeps it.
    await tenant.admin.changeContactListMembers({ id: list, remove: [foundId] });
    app.setClock({ advance: 1000 });
    await tenant.admin.changeContactListMembers({ id: list, add: [foundId] });
    await tenant.admin.revertImport({ id: done.id });
    expect(await listMembers(list)).toEqual(["Before", "Found"]);
    expect(await readImport(app, tenant.token, done.id)).toMatchObject({ status: "reverted" });
  });

  it("removes found contacts on a revert too, and adds none in a dry run", async () => {
    const list = await createList();
    const file = buildFile("Found", "Before");
    await runImport(app, tenant.token, "contacts", file, { list_id: list, options: { dry_run: true } });
    expect(await listMembers(list)).toEqual([]);
    const done = await runImport(app, tenant.token, "contacts", file, { list_id: list });
    expect(await listMembers(list)).toEqual(["Before", "Found"]);
    await tenant.admin.revertImport({ id: done.id });
    expect(await listMembers(list)).toEqual([]);
    expect((await tenant.admin.listContacts({ search: "Found" })).data).toHaveLength(1);
  });

  it("adds no contacts hidden from its caller", async () => {
    const marketer = await addUser(app, tenant, "MARKETER");
    const list = await createList();
    const customerId = (await tenant.admin.createCustomer({ name: "Shared", owner_id: null })).data.id;
    const hidden = { customer_id: customerId, last_name: "Hidden", email: "hidden@listed.example" };
    await tenant.admin.createContact(hidden);
    await app.settle();
    const file = toCsv(
      ["Last name", "Email", "Customer"],
      ["Hidden", "hidden@listed.example", customerId],
      ["Own", "own@listed.example", customerId],
    );
    const parts = { list_id: list, mapping: { "Last name": "last_name", Email: "email", Customer: "customer_id" } };
    const options = { mode: "create", match_on: "email" };
    await runImport(app, marketer.token, "contacts", file, { ...parts, options });
    expect(await listMembers(list)).toEqual(["Own"]);
  });

  it("is rejected for an unknown list, one with a filter, and a caller who may not change lists", async () => {
    const dynamic = await createList({ membership: "DYNAMIC", filter: { last_name: { eq: "X" } } });
    const send = async (list_id: string, token = tenant.token) => {
      const { status, error } = await sendFile(app, token, "/contacts/import", buildFile("Unknown"), { list_id });
      return [status, (error as { details?: { field: string }[] } | undefined)?.details?.map(({ field }) => field) ?? []];
    };
    expect(await send(dynamic)).toEqual([400, ["list_id"]]);
    expect(await send(`ctl_${"0".repeat(24)}`)).toEqual([400, ["list_id"]]);
    const rep = await addUser(app, tenant, "SALES_REP");
    expect((await send(await createList(), rep.token))[0]).toBe(403);
    expect((await sendFile(app, tenant.token, "/leads/import", buildFile("N"), { list_id: dynamic })).status).toBe(400);
  });
});

describe("the worker of an import into a list", () => {
  class Killed extends Error {}

  it("adds and removes each member once despite a kill before or after any write", async () => {
    // The stream delivers nothing here: the test runs the worker itself.
    const ownApp = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
    const { admin, token, id: tenant_id } = await signUp(ownApp);
    const { database } = ownApp.ports;
    const send = database.send.bind(database);
    const strike: { before?: () => void; after?: () => void } = {};
    (database as { send: Database["send"] }).send = async (command, scope) => {
      const isWrite = /Put|Update|Delete|Transact/.test(command.constructor.name);
      if (isWrite) strike.before?.();
      const answer = await send(command, scope);
      if (isWrite) strike.after?.();
      return answer;
    };
    const work = (id: string) => runIn(systemContext(ownApp.ports, tenant_id, "import"), () => run(id, 600_000));
    const survived = async (id: string, phase: "before" | "after"): Promise<number> => {
      for (let kills = 0; ; kills++) {
        let remainingWrites = kills;
        strike[phase] = () => {
          if (remainingWrites-- === 0) throw new Killed();
        };
        try {
          await work(id);
          return kills;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
        } finally {
          delete strike[phase];
        }
        if (kills > 100) throw new Error("It gets no further");
      }
    };
    for (const phase of ["before", "after"] as const) {
      const { data: customer } = await admin.createCustomer({ name: `Killed ${phase}` });
      const { data: list } = await admin.createContactList({ name: `Killed ${phase}` });
      const names = Array.from({ length: 5 }, (_, n) => `K${phase}${n}`);
      const file = toCsv(["Last name", "Customer"], ...names.map((name) => [name, customer.id]));
      const mapping = { "Last name": "last_name", Customer: "customer_id" };
      const { data } = await sendFile(ownApp, token, "/contacts/import", file, { list_id: list.id, mapping });
      const id = String(data.import_id);
      expect(await survived(id, phase)).toBeGreaterThan(3);
      const members = await admin.listContactListMembers({ id: list.id });
      expect(members.data.map((member) => member.last_name).sort()).toEqual(names);
      expect(members.meta.total).toBe(5);
      await admin.revertImport({ id });
      expect(await survived(id, phase)).toBeGreaterThan(3);
      expect(await admin.listContactListMembers({ id: list.id })).toMatchObject({ data: [], meta: { total: 0 } });
      expect(await readImport(ownApp, token, id)).toMatchObject({ status: "reverted" });
    }
    await ownApp.stop();
  });
});
