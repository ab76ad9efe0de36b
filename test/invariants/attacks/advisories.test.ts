import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** The table of published advisories names tests that exist. */

const root = fileURLToPath(new URL("../../..", import.meta.url));
const page = readFileSync(join(root, "docs/security/advisories.md"), "utf8");

interface AdvisoryRow {
  ids: string[];
  cells: string[];
  tests: string[];
}

const rows: AdvisoryRow[] = page
  .split("\n")
  .filter((line) => /^\| (?:CVE|GHSA)-/.test(line))
  .map((line) => {
    const cells = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    return {
      cells,
      ids: [...(cells[0] ?? "").matchAll(/CVE-\d{4}-\d{4,}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}/g)].map(([id]) => id),
      tests: [...(cells[3] ?? "").matchAll(/`(test\/[^`]+)`/g)].map(([, path = ""]) => path),
    };
  });

describe("docs/security/advisories.md", () => {
  it("has four cells in each row: advisory, what happened there, what it would be here, test", () => {
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter(({ cells }) => cells.length !== 4 || cells.some((cell) => cell === ""))).toEqual([]);
  });

  it("names each advisory once", () => {
    const ids = rows.flatMap((row) => row.ids);
    expect(rows.filter((row) => row.ids.length === 0)).toEqual([]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it("names an existing test for each advisory that could apply", () => {
    const untested = rows.filter(({ tests, cells }) => tests.length === 0 && !cells[3]?.startsWith("none: "));
    expect(untested.map(({ ids }) => ids)).toEqual([]);
    expect(rows.flatMap(({ tests }) => tests).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("is in the index of the documentation", () => {
    expect(readFileSync(join(root, "docs/README.md"), "utf8")).toContain("(security/advisories.md)");
  });
});
