import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Leads } from "@crm/core/lead/lead.entity.ts";
import type { Change } from "@crm/core/storage/project/change.ts";
import { countTags } from "@crm/core/storage/project/tag-projection.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../support.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** A lead with the tag a, and changes of it as the stream tells of them: each gives it other tags than the one before. */
async function changed(...given: readonly (readonly string[])[]): Promise<Change[]> {
  tenant = await signUp(app);
  const { data } = await tenant.admin.createLead(newLead({ tags: ["a"] }));
  await app.settle();
  const first = await runIn(systemContext(app.ports, tenant.id, "stream"), () => Records.read(Leads, data.id));
  const versions = [["a"], ...given].map((tags, at) => ({ ...first, tags: [...tags], version: first.version + at }));
  return versions.slice(1).map((after, at) => ({
    tenant: tenant.id,
    collection: Leads as unknown as Collection<BaseRecord>,
    id: data.id,
    version: after.version,
    before: versions[at],
    after,
    by: { actor: "system", request: "test" },
    at: first.updated_at,
    sequence: String(at),
  }));
}

const heard = (...changes: readonly Change[]) => runIn(systemContext(app.ports, tenant.id, "stream"), () => countTags(changes));
const told = async () => (await tenant.admin.listTags({})).data.map(({ name, total }) => [name, total]);

describe("a change of tags", () => {
  it("that comes late moves nothing", async () => {
    const [first, second] = (await changed(["b"], ["c"])) as [Change, Change];
    await heard(second);
    await heard(first);
    expect(await told()).toEqual([["c", 1]]);
  });

  it("that comes late moves nothing, although those after it ended where it began", async () => {
    const [first, second] = (await changed(["b"], ["a"])) as [Change, Change];
    await heard(second);
    await heard(first);
    expect(await told()).toEqual([["a", 1]]);
  });

  it("counts once, however often and by however many at once it is heard", async () => {
    const [first, second] = (await changed(["b", "c"], ["c", "d"])) as [Change, Change];
    await Promise.all([heard(first), heard(first), heard(first, second), heard(second)]);
    await heard(second);
    expect(await told()).toEqual([
      ["c", 1],
      ["d", 1],
    ]);
  });

  it("goes on where somebody was killed between two steps of it", async () => {
    const fifty = (letter: string) => Array.from({ length: 50 }, (_, n) => `${letter}${n}`);
    const [first, second] = (await changed(fifty("x"), fifty("y"))) as [Change, Change];
    await heard(first);
    const { database } = app.ports;
    const send = database.send.bind(database);
    let left = 2;
    database.send = async (command, scope) => {
      if (command.constructor.name === "TransactWriteCommand" && left-- <= 0) throw new Error("Killed");
      return send(command, scope);
    };
    await expect(heard(second)).rejects.toThrow("Killed");
    database.send = send;
    await heard(first);
    await heard(second);
    const { data } = await tenant.admin.listTags({ limit: 100 });
    expect(data.map(({ name, total }) => `${name} ${total}`).sort()).toEqual(
      fifty("y")
        .map((tag) => `${tag} 1`)
        .sort(),
    );
  });
});
