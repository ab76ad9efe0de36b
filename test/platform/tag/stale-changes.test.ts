import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import type { RecordChange } from "@crm/core/storage/stream/record-change.ts";
import { countTags } from "@crm/core/storage/stream/tag-projection.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** A lead with the tag `a`, and its changes as stream events: each gives it the next list of tags. */
async function buildChanges(...tagLists: readonly (readonly string[])[]): Promise<RecordChange[]> {
  tenant = await signUp(app);
  const { data } = await tenant.admin.createLead(newLead({ tags: ["a"] }));
  await app.settle();
  const first = await runIn(systemContext(app.ports, tenant.id, "stream"), () => Records.read(Leads, data.id));
  const versions = [["a"], ...tagLists].map((tags, index) => ({ ...first, tags: [...tags], version: first.version + index }));
  return versions.slice(1).map((after, index) => ({
    tenant: tenant.id,
    collection: Leads as Collection<BaseRecord>,
    id: data.id,
    version: after.version,
    before: versions[index],
    after,
    writtenBy: { actor: "system", request: "test" },
    changedAt: first.updated_at,
    sequence: String(index),
  }));
}

const applyChanges = (...changes: readonly RecordChange[]) =>
  runIn(systemContext(app.ports, tenant.id, "stream"), () => countTags(changes));
const listTagTotals = async () => (await tenant.admin.listTags({})).data.map(({ name, total }) => [name, total]);

describe("a change of tags", () => {
  it("that is late has no effect", async () => {
    const [first, second] = (await buildChanges(["b"], ["c"])) as [RecordChange, RecordChange];
    await applyChanges(second);
    await applyChanges(first);
    expect(await listTagTotals()).toEqual([["c", 1]]);
  });

  it("that is late has no effect, even if later changes returned to its start", async () => {
    const [first, second] = (await buildChanges(["b"], ["a"])) as [RecordChange, RecordChange];
    await applyChanges(second);
    await applyChanges(first);
    expect(await listTagTotals()).toEqual([["a", 1]]);
  });

  it("counts once, despite repeated and concurrent deliveries", async () => {
    const [first, second] = (await buildChanges(["b", "c"], ["c", "d"])) as [RecordChange, RecordChange];
    await Promise.all([applyChanges(first), applyChanges(first), applyChanges(first, second), applyChanges(second)]);
    await applyChanges(second);
    expect(await listTagTotals()).toEqual([
      ["c", 1],
      ["d", 1],
    ]);
  });

  it("continues after a kill between two of its steps", async () => {
    const fifty = (letter: string) => Array.from({ length: 50 }, (_, n) => `${letter}${n}`);
    const [first, second] = (await buildChanges(fifty("x"), fifty("y"))) as [RecordChange, RecordChange];
    await applyChanges(first);
    const { database } = app.ports;
    const send = database.send.bind(database);
    let remainingWrites = 2;
    database.send = async (command, scope) => {
      if (command.constructor.name === "TransactWriteCommand" && remainingWrites-- <= 0) throw new Error("Killed");
      return send(command, scope);
    };
    await expect(applyChanges(second)).rejects.toThrow("Killed");
    database.send = send;
    await applyChanges(first);
    await applyChanges(second);
    const { data } = await tenant.admin.listTags({ limit: 100 });
    expect(data.map(({ name, total }) => `${name} ${total}`).sort()).toEqual(
      fifty("y")
        .map((tag) => `${tag} 1`)
        .sort(),
    );
  });
});
