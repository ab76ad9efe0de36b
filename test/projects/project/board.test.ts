import { findPlaceBetween, respace } from "@crm/core/projects/project/project.rules.ts";
import type { App } from "@crm/local/app.ts";
import { createRandom } from "@crm/local/seeded-random.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { seed } from "../../support/random.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

describe("places", () => {
  it.each([
    [null, null, 2 ** 20],
    [null, 5, 5 - 2 ** 20],
    [5, null, 5 + 2 ** 20],
    [1, 3, 2],
    [-3, -1, -2],
    [1, 2, undefined],
    [1, 1, undefined],
  ])("between %s and %s is %s", (before, after, place) => expect(findPlaceBetween(before, after)).toBe(place));

  it.each([
    [1, [2], [1 + 2 ** 20, 1 + 2 ** 21]],
    [1, [2, 3, 100], [25, 49, 73]],
    [1, [2, 100], [34, 67]],
    [1, [1, 1, 3], undefined],
  ])("after %s move %s to %s", (before, following, places) => expect(respace(before, following, 2)).toEqual(places));
});

describe("a board", () => {
  const create = async (status: string) => (await tenant.admin.createProject({ title: "Boat house", status })).data.id;
  const listColumn = async (status: string) =>
    (await tenant.admin.listProjects({ status, sort: "space_order", order: "asc", limit: 100 })).data.map(({ id }) => id);

  it("keeps the order in which projects are put, also where no place is free", async () => {
    const column: string[] = [];
    for (let index = 0; index < 6; index++) column.push(await create("ACTIVE"));
    const [first = "", second = "", ...others] = column;
    const random = createRandom(seed);
    let expected = [...column];
    const move = async (id: string, after: string | null) => {
      await tenant.admin.moveProject({ id, after_id: after });
      expected = expected.filter((other) => other !== id);
      expected.splice(after === null ? 0 : expected.indexOf(after) + 1, 0, id);
    };
    // The gap after the first project halves with each move, until its neighbors get other places.
    for (let index = 0; index < 50; index++) await move(others[index % others.length] ?? second, first);
    for (let index = 0; index < 10; index++) {
      const [id = "", after = ""] = [...column].sort(() => random() - 0.5);
      await move(id, random() < 0.2 ? null : after);
    }
    await app.settle();
    expect(await listColumn("ACTIVE")).toEqual(expected);
    await tenant.admin.moveProject({ id: first, status: "ON_HOLD" });
    const held = await create("ON_HOLD");
    await tenant.admin.moveProject({ id: second, status: "ON_HOLD", before_id: first });
    await tenant.admin.moveProject({ id: first, before_id: null });
    await app.settle();
    expect(await listColumn("ON_HOLD")).toEqual([second, held, first]);
    await expect(tenant.admin.moveProject({ id: held, after_id: others[0] })).rejects.toMatchObject({ status: 400 });
    await expect(tenant.admin.moveProject({ id: held, after_id: held })).rejects.toMatchObject({ status: 400 });
  });
});
