import { describe, expect, it } from "vitest";
import {
  addReviewed,
  countImports,
  isChecklistShown,
  listSteps,
  type SetupFacts,
} from "../../packages/console/src/pages/platform/setup/setup-steps.ts";

/** The first steps of a new tenant: which are done by what the tenant has. */
const settings = { timezone: "UTC", brand_color: null };
const counts = { users: 1, imports: 0, channels: 0 };
const EMPTY_IMPORT = "imp_8";
const newTenant: SetupFacts = { tenant: { name: "Kelp", settings }, ...counts, hasSecondFactor: false, preferences: {} };
const withSettings = (change: Partial<SetupFacts["tenant"]["settings"]>): Partial<SetupFacts> => ({
  tenant: { name: "Kelp", settings: { ...settings, ...change } },
});

describe("the steps of the checklist", () => {
  it.each<[string, Partial<SetupFacts>, string[]]>([
    ["a new tenant", {}, []],
    ["a time zone", withSettings({ timezone: "Europe/Oslo" }), ["company"]],
    ["UTC, which the user has confirmed", { preferences: addReviewed({}, "company") }, ["company"]],
    ["a second user", { users: 2 }, ["colleagues"]],
    ["a completed import", { imports: 1 }, ["records"]],
    ["confirmed stages", { preferences: { reviewed: ["stages"] } }, ["stages"]],
    ["a mailbox", { channels: 1 }, ["channels"]],
    ["a second factor", { hasSecondFactor: true }, ["sign-in"]],
    ["a color alone", withSettings({ brand_color: "#0f766e" }), []],
  ])("with %s", (_, change, done) => {
    const steps = listSteps({ ...newTenant, ...change });
    expect(steps).toHaveLength(6);
    expect(steps.filter(({ isDone }) => isDone).map(({ name }) => name)).toEqual(done);
  });

  it.each([
    ["no import", [], [], 0],
    ["another import", ["imp_9"], [], 1],
    ["an import without rows", [EMPTY_IMPORT], [], 0],
    ["sample data that the list does not have yet", [], ["completed", "completed"], 2],
    ["sample data that the list still has", ["imp_0"], ["reverted", "reverted"], 0],
    ["sample data and another import", ["imp_9", "imp_0"], ["completed", "running"], 2],
  ])("count %s", (_, listed, sample, count) => {
    const imports = sample.map((status, index) => ({ id: `imp_${index}`, status }));
    expect(
      countImports(
        listed.map((id) => ({ id, created: id === EMPTY_IMPORT ? 0 : 1, updated: 0 })),
        imports,
      ),
    ).toBe(count);
  });

  it("are shown until all are done, or the user closes the checklist", () => {
    const open = listSteps(newTenant);
    expect([isChecklistShown(open, {}), isChecklistShown(open, { isDismissed: true })]).toEqual([true, false]);
    const done = open.map((step) => ({ ...step, isDone: true }));
    expect(isChecklistShown(done, {})).toBe(false);
  });

  it("keep what else the user has said", () => {
    const preferences = addReviewed({ isDismissed: true, reviewed: ["stages"] }, "company");
    expect(addReviewed(preferences, "stages")).toEqual({ isDismissed: true, reviewed: ["stages", "company"] });
  });
});
