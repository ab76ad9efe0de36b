import { expect, it } from "vitest";
import { findUnusedExports, parseModule } from "../../../scripts/unused-exports.ts";

const EXPORTS = "export const used = 1, unused = 2;";

/** Returns the exports of `packages/core/src/a.ts` that a second file does not use. */
function findUnused(use: string, { file = "packages/core/src/b.ts", exports = EXPORTS } = {}): string[] {
  const modules = [parseModule("packages/core/src/a.ts", exports), parseModule(file, use)];
  return findUnusedExports(modules).unused.map((each) => each.replace("packages/core/src/", ""));
}

it.each<[string, string, string[]]>([
  ["nothing", "", ["a.ts#used", "a.ts#unused"]],
  ["an import", 'import { used as other } from "./a.ts";', ["a.ts#unused"]],
  ["an import of a type", 'import type { used } from "./a.ts";', ["a.ts#unused"]],
  ["an import by the name of the package", 'import { used } from "@crm/core/a.ts";', ["a.ts#unused"]],
  ["a namespace", 'import * as A from "./a.ts";', []],
  ["an exported name that nothing uses", 'export { used as again } from "./a.ts";', ["a.ts#unused", "b.ts#again"]],
  ["an exported namespace that nothing uses", 'export * as A from "./a.ts";', ["b.ts#A"]],
  ["a member of a loaded module", 'const load = async () => (await import("./a.ts")).used;', ["a.ts#unused"]],
  ["names of a loaded module", 'const { used: other } = await import("./a.ts");', ["a.ts#unused"]],
  ["names in a callback", 'import("./a.ts").then(({ used }) => used);', ["a.ts#unused"]],
  ["a loaded module as a whole", 'const load = () => import("./a.ts");', []],
  ["a type of a loaded module", 'type Used = typeof import("./a.ts").used;', ["a.ts#unused"]],
  ["a module of the same name elsewhere", 'import { used } from "./b/a.ts";', ["a.ts#used", "a.ts#unused"]],
])("a file with %s uses what it names", (_, use, unused) => {
  expect(findUnused(use)).toEqual(unused);
});

it("an own namespace uses all exports of its file", () => {
  expect(findUnused("", { exports: `${EXPORTS} export * as A from "./a.ts";` })).toEqual(["a.ts#A"]);
});

it("a stack uses the files whose paths it names", () => {
  expect(findUnused('const file = "packages/core/src/a.ts";', { file: "stacks/bundle.ts" })).toEqual([]);
});

it("what only tests use is listed apart", () => {
  const modules = [
    parseModule("packages/core/src/a.ts", EXPORTS),
    parseModule("test/a.test.ts", 'import { used, unused } from "@crm/core/a.ts";'),
    parseModule("scripts/a.ts", 'import { unused } from "@crm/core/a.ts";'),
  ];
  expect(findUnusedExports(modules)).toEqual({ unused: [], testOnly: ["packages/core/src/a.ts#used"] });
});

it("the text that generates imports uses the names in it", () => {
  expect(findUnusedExports([parseModule("packages/core/src/a.ts", EXPORTS)], "import { used }").unused).toEqual([
    "packages/core/src/a.ts#unused",
  ]);
});
