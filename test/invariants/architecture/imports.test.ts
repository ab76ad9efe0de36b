import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { listFiles, readImports, readSource, root } from "./import-reader.ts";
import { AREAS, checkConstants, checkImports, type Import } from "./layers.ts";

const CORE = "packages/core/src";
const PACKAGES = ["core", "functions", "aws", "local", "sdk", "chart"].map((name) => `packages/${name}/src`);

const core = readImports(CORE);
const all = [...core, ...PACKAGES.slice(1).flatMap(readImports)];
const relativeToCore = ({ from, to, ...rest }: Import): Import => ({
  from: relative(CORE, from),
  to: relative(CORE, to),
  ...rest,
});
const isWithin = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);
const arrows = (imports: readonly Import[]): string[] => imports.map(({ from, to }) => `${from} → ${to}`);

/** Imports from files in one folder to files in another; both folders must exist. */
function importsBetween(from: string, to: string): string[] {
  for (const folder of [from, to]) expect(existsSync(join(root, folder)), folder).toBe(true);
  return arrows(all.filter((dependency) => isWithin(dependency.from, from) && isWithin(dependency.to, to)));
}

describe("areas", () => {
  it("are exactly the folders of core", () => {
    const folders = readdirSync(join(root, CORE), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...AREAS].sort());
  });

  it("import only areas before them, without cycles of folders", () => {
    const inCore = core.map(relativeToCore);
    expect(inCore.length).toBeGreaterThan(5_000);
    expect(checkImports(inCore.filter(({ to }) => !to.startsWith("..")))).toEqual([]);
  });

  it("read constants of every area, which import the kernel and other constants; domains.ts alone imports manifests", () => {
    expect(checkConstants(all.map(relativeToCore))).toEqual([]);
  });

  it("refer to existing files", () => {
    const targets = all.filter(({ to }) => isWithin(to, "packages"));
    expect(arrows(targets.filter(({ to }) => !existsSync(join(root, to))))).toEqual([]);
  });
});

describe("the check of area imports", () => {
  const edge = (from: string, to: string, isLazy = false): Import => ({ from, to, isType: false, isLazy });

  it.each<[string, Import[], string[]]>([
    [
      "an import of a later area",
      [edge("sales/lead/lead.ts", "accounts/customer/customer.ts")],
      ["upward: sales/lead/lead.ts → accounts/customer/customer.ts"],
    ],
    [
      "a lazy import of a later area",
      [edge("kernel/id.ts", "storage/table/key.ts", true)],
      ["upward: kernel/id.ts → storage/table/key.ts"],
    ],
    ["a file outside the areas", [edge("sales/lead/lead.ts", "rooms/key.ts")], ["in no area: rooms/key.ts"]],
    [
      "two folders that import each other",
      [edge("sales/lead/a.ts", "sales/product/b.ts"), edge("sales/product/c.ts", "sales/lead/d.ts")],
      ["ring: sales/lead, sales/product"],
    ],
    [
      "three folders in a ring",
      [edge("sales/a/a.ts", "sales/b/b.ts"), edge("sales/b/b.ts", "sales/c/c.ts"), edge("sales/c/c.ts", "sales/a/a.ts", true)],
      ["ring: sales/a, sales/b, sales/c"],
    ],
    ["an earlier area", [edge("accounts/customer/customer.ts", "sales/lead/lead.ts")], []],
    ["a constant of a later area", [edge("sales/lead/lead.ts", "accounts/customer/customer.kind.ts")], []],
    ["what a manifest loads", [edge("sales/lead/lead.domain.ts", "engagement/segment/build.ts", true)], []],
    ["what a kind loads", [edge("sales/lead/lead.kind.ts", "sales/product/product.ts", true)], []],
    [
      "the port of an adapter for files",
      [
        edge("platform/user/user.export.ts", "platform/export/exportable.ts"),
        edge("platform/export/cells.ts", "platform/user/user.ts"),
      ],
      [],
    ],
  ])("tells of %s", (_, imports, faults) => {
    expect(checkImports(imports)).toEqual(faults);
  });

  it.each<[string, Import[], string[]]>([
    [
      "a manifest that a verb imports",
      [edge("accounts/customer/customer.ts", "sales/lead/lead.domain.ts")],
      ["manifest: accounts/customer/customer.ts → sales/lead/lead.domain.ts"],
    ],
    [
      "a manifest that another package loads",
      [edge("../../functions/src/http/handler.ts", "sales/lead/lead.domain.ts", true)],
      ["manifest: ../../functions/src/http/handler.ts → sales/lead/lead.domain.ts"],
    ],
    [
      "a kind that imports verbs",
      [edge("sales/lead/lead.kind.ts", "sales/lead/lead.ts")],
      ["constants: sales/lead/lead.kind.ts → sales/lead/lead.ts"],
    ],
    [
      "master data that imports rules of a lower area",
      [edge("sales/lead/lead.masters.ts", "platform/master-data/stage.rules.ts")],
      ["constants: sales/lead/lead.masters.ts → platform/master-data/stage.rules.ts"],
    ],
    [
      "a kind that imports a package",
      [edge("sales/lead/lead.kind.ts", "../../../zod")],
      ["constants: sales/lead/lead.kind.ts → ../../../zod"],
    ],
    [
      "a kind of rule that a manifest imports instead of loading it",
      [edge("sales/lead/lead.domain.ts", "sales/lead/assignment.rule-kind.ts")],
      ["constants: sales/lead/lead.domain.ts → sales/lead/assignment.rule-kind.ts"],
    ],
    ["the list of all domains", [edge("domains.ts", "sales/lead/lead.domain.ts")], []],
    [
      "constants that import the kernel and constants of later areas, and load their modules",
      [
        edge("sales/lead/lead.kind.ts", "kernel/id.ts"),
        edge("sales/lead/lead.masters.ts", "accounts/customer/customer.kind.ts"),
        edge("sales/lead/lead.kind.ts", "sales/lead/lead.entity.ts", true),
      ],
      [],
    ],
  ])("of constants tells of %s", (_, imports, faults) => {
    expect(checkConstants(imports)).toEqual(faults);
  });
});

describe("imports", () => {
  it("of the kernel include no cloud client and no table model", () => {
    expect(arrows(core.filter(({ from, to }) => isWithin(from, `${CORE}/kernel`) && /^(@aws-sdk|electrodb)/.test(to)))).toEqual(
      [],
    );
  });

  it("between the folders of storage go in one direction", () => {
    const folders = ["table", "vault", "read", "write", "stream", "scheduler"];
    expect(folders.filter((name) => !existsSync(join(root, CORE, "storage", name)))).toEqual([]);
    const position = (path: string): number => folders.indexOf(/^packages\/core\/src\/storage\/(\w+)\//.exec(path)?.[1] ?? "");
    expect(arrows(core.filter(({ from, to }) => position(from) >= 0 && position(to) > position(from)))).toEqual([]);
  });

  it("have names, and are never for side effects only", () => {
    expect(PACKAGES.flatMap(listFiles).filter((file) => /^import "/m.test(readSource(file)))).toEqual([]);
  });

  it("form no cycle of files, type imports included", () => {
    // A module may import itself by its package name.
    const targets = Map.groupBy(
      all.filter((dependency) => !dependency.isLazy && dependency.from !== dependency.to),
      ({ from }) => from,
    );
    const state = new Map<string, "open" | "done">();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
        return;
      }
      state.set(file, "open");
      for (const next of targets.get(file) ?? []) visit(next.to, [...path, file]);
      state.set(file, "done");
    };
    for (const file of targets.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  it("of core include no function or adapter, functions no adapter, and adapters not each other", () => {
    const [coreFolder = "", functions = "", aws = "", local = ""] = PACKAGES;
    for (const to of [functions, aws, local]) expect(importsBetween(coreFolder, to)).toEqual([]);
    for (const to of [aws, local]) expect(importsBetween(functions, to)).toEqual([]);
    expect([...importsBetween(aws, local), ...importsBetween(local, aws)]).toEqual([]);
    // Other projects install the SDK without the rest.
    const sdk = "packages/sdk/src";
    expect(arrows(all.filter(({ from, to }) => isWithin(from, sdk) !== isWithin(to, sdk)))).toEqual([]);
    // Browsers and servers draw charts with the same code.
    const chart = "packages/chart/src";
    expect(arrows(all.filter(({ from, to }) => isWithin(from, chart) && !isWithin(to, chart)))).toEqual([]);
  });

  it("of entities stay inside their domain's folder, except types and sign-in", () => {
    const SIGN_IN = `${CORE}/platform/sign-in`;
    expect(existsSync(join(root, SIGN_IN))).toBe(true);
    const area = (path: string): string => path.split("/").slice(0, 4).join("/");
    const foreign = core.filter(
      ({ from, to, isType }) => /\.entity\.ts$/.test(to) && area(from) !== area(to) && !isType && !isWithin(from, SIGN_IN),
    );
    expect(arrows(foreign)).toEqual([]);
  });
});

describe("the clock", () => {
  it("is read only through the kernel", () => {
    const CLOCK = `${CORE}/kernel/clock.ts`;
    const reading = listFiles(CORE).filter((file) => /Date\.now\(|new Date\(\)/.test(readSource(file)));
    expect(reading).toEqual([CLOCK]);
  });
});

it("docs/architecture.md names every area, in order", () => {
  const page = readSource("docs/architecture.md");
  const table = page.slice(page.indexOf("## Areas"), page.indexOf("```mermaid"));
  expect([...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, area]) => area)).toEqual([...AREAS]);
});
