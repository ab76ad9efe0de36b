import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { domains } from "@crm/core/domains.ts";
import { Users } from "@crm/core/platform/user/user.entity.ts";
import { Collection, loadedCollections, NONE } from "@crm/core/storage/table/collection.ts";
import type { RecordEntity } from "@crm/core/storage/table/entity-keys.ts";
import { type IndexName, table } from "@crm/core/storage/table/table.ts";
import type { Entity, Schema } from "electrodb";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { bundleEntry } from "../../../stacks/bundle.ts";
import { resolveTestSize } from "../../support/sample.ts";

/** The check of entities against ElectroDB's JSON Schema, which bundles leave out (stacks/bundle-exclude.ts). */

const kinds = domains.flatMap(({ kinds }) => kinds);
await Promise.all(kinds.map(({ load }) => load?.()));
/** The product's collections, because other tests in the process may have created their own. */
const models = [...loadedCollections.values()].filter(({ kind }) => kinds.includes(kind));

const outputFolder = mkdtempSync(join(tmpdir(), "crm-models-"));
afterAll(() => rmSync(outputFolder, { recursive: true }));
const code = 'export { Entity } from "electrodb";\n';
const { folder } = await bundleEntry(process.cwd(), { path: "electrodb", code }, outputFolder);
const bundledElectroDb = (await import(join(folder, "index.mjs"))) as { Entity: typeof Entity };

/** The keys of live and deleted items with this facet value, and the query keys; for the table and each index. */
function buildKeys(entity: RecordEntity, facet: string) {
  const { schema } = entity as unknown as { schema: Schema<string, string, string> };
  const facets = Object.fromEntries(
    Object.entries(schema.attributes).map(([name, { type }]) => [name, type === "number" ? 1 : facet]),
  );
  return ["live", "deleted"].map((life) => ({
    item: entity.put({ ...facets, life }).params(),
    found: Object.values(entity.query).map((access) => access({ ...facets, life }).params()),
  }));
}

describe("the ElectroDB models", () => {
  it("are validated: an invalid one is rejected", () => {
    const { definition } = Users;
    const invalidCollection = new Collection({ ...definition, kind: { ...definition.kind, name: [] as unknown as string } });
    expect(() => invalidCollection.entity).toThrow(/entity/);
  });

  it.each(models)("of $name is valid", ({ entity }) => {
    expect(entity).toBeDefined();
  });

  it.each(models.map(({ name, entity }) => ({ name, entity })))(
    "of $name make the same items and keys with the bundled subset of ElectroDB",
    ({ entity }) => {
      const { schema } = entity as unknown as { schema: Schema<string, string, string> };
      const bundledEntity = new bundledElectroDb.Entity(schema, { table: "crm" }) as RecordEntity;
      for (const facet of ["1", NONE]) expect(buildKeys(bundledEntity, facet)).toEqual(buildKeys(entity, facet));
    },
  );

  it("report unsupported methods of the bundled subset", () => {
    const { schema } = Users.entity as unknown as { schema: Schema<string, string, string> };
    expect(() => new bundledElectroDb.Entity(schema, { table: "crm" }).scan).toThrow("stacks/electrodb.ts");
  });
});

/** The attributes of an entity that form its keys. */
function listFacets(entity: RecordEntity): string[] {
  const { attributes } = (entity as unknown as { schema: { attributes: object } }).schema;
  const recordAttributes = ["life", "version", "shape", "row", "doc", "context", "ttl"];
  return Object.keys(attributes).filter((name) => !recordAttributes.includes(name));
}

const RUNS = resolveTestSize("CRM_RUNS", 3, 30);

describe("keys", () => {
  it.each(models)("of $name equal those of ElectroDB, with any facets", ({ entity, keys }) => {
    const value = fc.oneof(fc.constant(NONE), fc.stringMatching(/^[\w.{}-]+$/));
    const facets = fc.record(Object.fromEntries(listFacets(entity).map((facet) => [facet, value])));
    fc.assert(
      fc.property(fc.constantFrom("live", "deleted"), facets, (life, facetValues) => {
        const { Item } = entity.put({ ...facetValues, life, version: 1, shape: 1 }).params();
        const expectedEntries = Object.entries(Item).filter(([attribute]) => [...table.keys, "__edb_e__"].includes(attribute));
        expect(keys.buildItemKeys(life, facetValues)).toEqual(Object.fromEntries(expectedEntries));
        for (const index of Object.keys(entity.query).filter((indexName): indexName is IndexName => indexName !== "record")) {
          const { ExpressionAttributeValues: values } = entity.query[index]?.({ ...facetValues, life }).params() ?? {};
          expect(keys.buildPartitionKey(index, { ...facetValues, life })).toBe((values as { ":pk": string })[":pk"]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("are not made if a component is missing", () => {
    const { keys } = loadedCollections.get("lead") as Collection<never>;
    keys.buildPartitionKey("by_owner", { tenant_id: "ten_1", owner_id: "usr_1" });
    expect(() => keys.buildPartitionKey("by_owner", { tenant_id: "ten_1" })).toThrow(
      "The key requires owner_id, which is missing",
    );
  });
});
