import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { isNode, parseSource, walkTree } from "../../../scripts/syntax-tree.ts";
import { checkFloors, checkManifests, FLOORS, findCircles, PAGES } from "./console-floors.ts";
import { listFiles, readImports, readSource, root } from "./import-reader.ts";
import { AREAS, type Import } from "./layers.ts";

const CONSOLE = "packages/console/src";
const CORE = "packages/core/src";

/** Folders of pages that belong to no domain of the core. */
const OWN_FOLDERS = [
  "pages/platform/guide",
  "pages/platform/kit-page",
  "pages/platform/settings",
  "pages/platform/setup",
  "pages/service/conversation",
  "pages/views/features",
  "pages/views/home",
];

const imports = readImports(CONSOLE)
  .map(({ from, to, ...rest }) => ({ from: relative(CONSOLE, from), to: relative(CONSOLE, to), ...rest }))
  .filter(({ to }) => !to.startsWith("..") && /\.tsx?$/.test(to));

describe("the console", () => {
  it("imports only from lower floors and earlier folders, without rings of folders", () => {
    expect(imports.length).toBeGreaterThan(7_000);
    expect(checkFloors(imports)).toEqual([]);
  });

  it("has no circle of files, except editors that contain themselves", () => {
    expect(findCircles(imports)).toEqual([
      ["input/fields/field-input.tsx", "input/fields/item-input.tsx", "input/fields/part-input.tsx"],
    ]);
  });

  it("has the folders of the core's domains below its areas", () => {
    const files = listFiles(`${CONSOLE}/pages`).map((file) => relative(CONSOLE, file));
    const folders = [...new Set(files.filter((file) => file !== PAGES).map(dirname))];
    const unknown = folders.filter((folder) => !existsSync(join(root, CORE, relative("pages", folder))));
    expect(unknown.sort()).toEqual(OWN_FOLDERS);
  });

  it("has its floors in the documentation", () => {
    const page = readSource("docs/console/README.md");
    const rows = Object.entries({ ...FLOORS, pages: ["the areas of the core"] }).map(([floor, folders]) =>
      `| \`${floor}\` | ${folders.join(", ")}`.trimEnd(),
    );
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });

  it("has the manifest of contracts in the documentation, where the guide to domains leads", () => {
    const section = readSource("docs/console/README.md").split("### Page manifests\n")[1] ?? "";
    const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(section) ?? [];
    expect(example).toContain("definePage({");
    expect(readSource(`${CONSOLE}/pages/agreements/contract/contract.page.ts`)).toContain(example);
    expect(readSource("docs/adding-a-domain.md")).toContain("(console/README.md#page-manifests)");
  });

  it("has manifests of pages that only the list imports, with data and loaders", () => {
    expect(imports.filter(({ from }) => from === PAGES).length).toBeGreaterThan(50);
    expect(checkManifests(imports)).toEqual([]);
  });
});

describe("the check of floors", () => {
  const edge = (from: string, to: string, isLazy = false): Import => ({ from, to, isType: false, isLazy });

  it.each<[string, Import[], string[]]>([
    [
      "an import of a page by a generic one",
      [edge("records/list/list-page.tsx", "pages/sales/lead/convert-dialog.tsx")],
      ["upward: records/list/list-page.tsx → pages/sales/lead/convert-dialog.tsx"],
    ],
    [
      "an import of a later folder of the same floor",
      [edge("records/rows/list-columns.ts", "records/list/list-page.tsx")],
      ["upward: records/rows/list-columns.ts → records/list/list-page.tsx"],
    ],
    [
      "a page of a later area",
      [edge("pages/sales/lead/lead-page.tsx", "pages/analytics/kpi/kpi-page.tsx")],
      ["upward: pages/sales/lead/lead-page.tsx → pages/analytics/kpi/kpi-page.tsx"],
    ],
    [
      "a page that is loaded by a file that is no manifest",
      [edge("records/board/board-view.tsx", "pages/sales/lead/convert-dialog.tsx", true)],
      ["upward: records/board/board-view.tsx → pages/sales/lead/convert-dialog.tsx"],
    ],
    [
      "an import of what joins everything",
      [edge("frame/shell/menu.tsx", "routes.tsx")],
      ["upward: frame/shell/menu.tsx → routes.tsx"],
    ],
    [
      "two domains that import each other",
      [edge("pages/sales/lead/a.ts", "pages/sales/product/b.ts"), edge("pages/sales/product/c.ts", "pages/sales/lead/d.ts")],
      ["ring: pages/sales/lead, pages/sales/product"],
    ],
    ["a folder without a place", [edge("routes.tsx", "widgets/box.tsx")], ["on no floor: widgets/box.tsx"]],
    ["a file beside the folders of a floor", [edge("routes.tsx", "pages/box.tsx")], ["on no floor: pages/box.tsx"]],
    ["what a manifest loads", [edge("pages/sales/lead/lead.page.ts", "pages/analytics/kpi/kpi-page.tsx", true)], []],
    [
      "the list of manifests",
      [edge("pages/pages.ts", "pages/sales/lead/lead.page.ts"), edge("routes.tsx", "pages/pages.ts")],
      [],
    ],
    ["a lower floor", [edge("pages/sales/lead/lead-parts.tsx", "ui/kit/button.tsx")], []],
    ["an earlier area", [edge("pages/analytics/kpi/kpi-page.tsx", "pages/sales/lead/a.ts")], []],
  ])("tells of %s", (_, edges, faults) => {
    expect(checkFloors(edges)).toEqual(faults);
  });

  it.each<[string, Import, boolean]>([
    ["its list", edge("pages/pages.ts", "pages/sales/lead/lead.page.ts"), true],
    ["a page", edge("pages/sales/lead/convert-dialog.tsx", "pages/sales/lead/lead.page.ts"), false],
  ])("lets a manifest be imported by %s: %s", (_, use, isAllowed) => {
    expect(checkManifests([use]).length === 0).toBe(isAllowed);
  });

  it.each<[string, Import, boolean]>([
    ["rules of its folder", edge("pages/sales/lead/lead.page.ts", "pages/sales/lead/rules.ts"), true],
    ["a component of its folder", edge("pages/sales/lead/lead.page.ts", "pages/sales/lead/convert-dialog.tsx"), false],
    ["a component on demand", edge("pages/sales/lead/lead.page.ts", "pages/sales/lead/convert-dialog.tsx", true), true],
    ["rules of another folder", edge("pages/sales/lead/lead.page.ts", "input/form/first-owner.ts"), false],
  ])("lets a manifest import %s: %s", (_, use, isAllowed) => {
    expect(checkManifests([use]).length === 0).toBe(isAllowed);
  });

  it("lets only routes.tsx import the list of manifests", () => {
    expect(checkManifests([edge("records/list/list-page.tsx", "pages/pages.ts")])).toHaveLength(1);
  });

  it("finds circles of files, but not what is loaded on demand", () => {
    const both = [edge("ui/kit/a.tsx", "ui/kit/b.tsx"), edge("ui/kit/b.tsx", "ui/kit/a.tsx")];
    expect(findCircles(both)).toEqual([["ui/kit/a.tsx", "ui/kit/b.tsx"]]);
    expect(findCircles([both[0] ?? edge("a.ts", "b.ts"), edge("ui/kit/b.tsx", "ui/kit/a.tsx", true)])).toEqual([]);
  });
});

describe("floors below the pages", () => {
  /** Users, notes, activities and messages belong to records of every kind. */
  const everyRecord = new Set<string>(AREAS.slice(0, AREAS.indexOf("sales")));
  /** Words of the console that are names of kinds too: a sort order, the form of a page, the target of an event, the score of an answer. Figures and reports are generic. */
  const commonWords = new Set(["order", "form", "target", "report", "report_schedule", "score", "kpi", "dashboard"]);

  const KIND = /\bkind\(\s*"(\w+)"/g;
  const kinds = new Set(
    listFiles(CORE)
      .filter((file) => file.endsWith(".kind.ts") && !everyRecord.has(relative(CORE, file).split("/")[0] ?? ""))
      .flatMap((file) => [...readSource(file).matchAll(KIND)].map(([, name = ""]) => name))
      .filter((name) => !commonWords.has(name)),
  );

  /** Counts the texts and the keys of tables that are the name of a kind. */
  function countKindNames(source: string, file: string): number {
    return [...walkTree(parseSource(source, file))].filter((node) => {
      const isKey = node.type === "Property" && node.computed !== true && node.shorthand !== true && isNode(node.key);
      const name = node.type === "Literal" ? node.value : isKey && isNode(node.key) ? node.key.name : undefined;
      return typeof name === "string" && kinds.has(name);
    }).length;
  }

  /** Files below the pages that name kinds all the same: how often, and why. A number may only fall. */
  const ALLOWED: Readonly<Record<string, readonly [count: number, reason: string]>> = {
    "api/author-name.ts": [1, "a way to be booked, which has the name of a kind"],
    "api/page-reads.ts": [14, "what pages read first is asked for before the manifests are loaded"],
    "api/policies.ts": [2, "fields of every kind may name a policy, whose name the API does not expand"],
    "api/step-schema.ts": [3, "inputs of steps that the schema of steps does not mark as references"],
    "frame/app/app-shell.tsx": [6, "the menu of what is created from anywhere is a choice among kinds"],
    "frame/shell/command-palette.tsx": [1, "what is searched first while no kind is open"],
    "frame/shell/kind-icon.tsx": [1, "the name of an icon"],
    "frame/shell/menu-pages.ts": [12, "entries of the menu name the kind that a user must be able to list"],
    "frame/shell/menu-rules.ts": [31, "the menus of the roles are a choice among kinds"],
    "frame/shortcuts/shortcut-list.ts": [9, "keys that lead to four kinds"],
    "input/fields/field-value.tsx": [1, "fields of every kind may name a policy, whose name the API does not expand"],
    "records/mail/merge-labels.ts": [1, "merge fields call a contact the requester"],
    "records/record/automation-card.tsx": [3, "workflows are about records of every kind"],
  };

  it("do not name kinds of business", () => {
    expect(kinds.size).toBeGreaterThan(60);
    expect(countKindNames('const wins = { lead: kind === "opportunity" };', "sample.ts")).toBe(2);
    const floors = Object.keys(FLOORS).filter((floor) => floor !== "pages");
    const counts = floors
      .flatMap((floor) => listFiles(`${CONSOLE}/${floor}`))
      .map((file) => [relative(CONSOLE, file), countKindNames(readSource(file), file)] as const)
      .filter(([, count]) => count > 0);
    expect(Object.fromEntries(counts)).toEqual(
      Object.fromEntries(Object.entries(ALLOWED).map(([file, [count]]) => [file, count])),
    );
  });
});
