import { domains } from "@crm/core/domains.ts";
import { Collection, collections } from "@crm/core/storage/table/collection.ts";
import { Users } from "@crm/core/user/user.entity.ts";
import { describe, expect, it } from "vitest";

/** What ElectroDB holds against its JSON Schema when an entity is made, which bundles leave out (stacks/lean.ts). */

const kinds = domains.flatMap(({ kinds }) => kinds);
await Promise.all(kinds.map(({ load }) => load?.()));

describe("the models of ElectroDB", () => {
  it("are looked at: one that is wrong is refused", () => {
    const { definition } = Users;
    const wrong = new Collection({ ...definition, kind: { ...definition.kind, name: [] as unknown as string } });
    expect(() => wrong.entity).toThrow(/entity/);
  });

  it.each([...collections.keys()])("of %s passes", (name) => {
    expect(collections.get(name)?.entity).toBeDefined();
  });
});
