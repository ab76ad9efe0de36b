import { beforeEach, describe, expect, it, vi } from "vitest";

/** A deployed function has loaded nothing but what its own module imports. */
describe("a function that goes through records", () => {
  beforeEach(() => vi.resetModules());

  it.each([
    ["custom-fields", () => import("@crm/functions/subscribe/custom-fields.ts")],
    ["search-paths", () => import("@crm/functions/subscribe/search-paths.ts")],
  ])("%s knows their kinds, and all that declares what they are found by", async (_, load) => {
    const { collections } = await import("@crm/core/storage/table/collection.ts");
    expect(collections.has("lead")).toBe(false);
    await load();
    const kinds = ["lead", "person", "custom_field", "search_path"] as const;
    expect(kinds.filter((kind) => !collections.has(kind))).toEqual([]);
  });
});

describe("the sweep", () => {
  it("knows every kind that has clocks", async () => {
    vi.resetModules();
    await import("@crm/functions/schedule/due.ts");
    const { collections } = await import("@crm/core/storage/table/collection.ts");
    const alone = [...collections.values()].filter(({ definition }) => definition.clocks).map(({ kind }) => kind);
    await import("@crm/functions/api/index.ts");
    for (const { load } of (await import("@crm/functions/subscribe/index.ts")).subscribers) await load();
    const all = [...collections.values()].filter(({ definition }) => definition.clocks).map(({ kind }) => kind);
    expect(alone.sort()).toEqual(all.sort());
  });
});
