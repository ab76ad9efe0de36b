import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { domains } from "@crm/core/domains.ts";
import { Collection, collections, NONE, type RecordEntity } from "@crm/core/storage/table/collection.ts";
import { Users } from "@crm/core/user/user.entity.ts";
import type { Entity, Schema } from "electrodb";
import { afterAll, describe, expect, it } from "vitest";
import { bundle } from "../../stacks/bundle.ts";

/** What ElectroDB holds against its JSON Schema when an entity is made, which bundles leave out (stacks/lean.ts). */

const kinds = domains.flatMap(({ kinds }) => kinds);
await Promise.all(kinds.map(({ load }) => load?.()));

const out = mkdtempSync(join(tmpdir(), "crm-models-"));
afterAll(() => rmSync(out, { recursive: true }));
const code = 'export { Entity } from "electrodb";\n';
const { folder } = await bundle(process.cwd(), { path: "electrodb", code }, out);
const lean = (await import(join(folder, "index.mjs"))) as { Entity: typeof Entity };

/** The items of records whose keys are made of this, live and deleted, and the keys of what finds them; those of each index. */
function keysOf(entity: RecordEntity, facet: string) {
  const { schema } = entity as unknown as { schema: Schema<string, string, string> };
  const facets = Object.fromEntries(
    Object.entries(schema.attributes).map(([name, { type }]) => [name, type === "number" ? 1 : facet]),
  );
  return ["live", "deleted"].map((life) => ({
    item: entity.put({ ...facets, life }).params(),
    found: Object.values(entity.query).map((access) => access({ ...facets, life }).params()),
  }));
}

describe("the models of ElectroDB", () => {
  it("are looked at: one that is wrong is refused", () => {
    const { definition } = Users;
    const wrong = new Collection({ ...definition, kind: { ...definition.kind, name: [] as unknown as string } });
    expect(() => wrong.entity).toThrow(/entity/);
  });

  it.each([...collections.keys()])("of %s passes", (name) => {
    expect(collections.get(name)?.entity).toBeDefined();
  });

  it.each([...collections.values()].map(({ name, entity }) => ({ name, entity })))(
    "of $name make the same items and keys with what bundles have of ElectroDB",
    ({ entity }) => {
      const { schema } = entity as unknown as { schema: Schema<string, string, string> };
      const same = new lean.Entity(schema, { table: "crm" }) as unknown as RecordEntity;
      for (const facet of ["1", NONE]) expect(keysOf(same, facet)).toEqual(keysOf(entity, facet));
    },
  );

  it("say so of what bundles do not have of it", () => {
    const { schema } = Users.entity as unknown as { schema: Schema<string, string, string> };
    expect(() => new lean.Entity(schema, { table: "crm" }).scan).toThrow("stacks/electrodb.ts");
  });
});
