import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { measureAccessPatterns } from "./access-patterns.ts";

/** Checks the cost table of the document by running and measuring each row. */
const page = readFileSync(new URL("../../../docs/access-patterns.md", import.meta.url), "utf8");
const rows = new Map(
  [...page.matchAll(/^\| ([^|]+?) \| ([\d.]+) \| ([\d.]+) \| (\d+) \|$/gm)].map(([, name = "", ...units]) => [
    name,
    units.map(Number),
  ]),
);

describe("docs/access-patterns.md", async () => {
  const measured = Object.entries(await measureAccessPatterns());

  it("has one row for each measured access, and no others", () => {
    expect([...rows.keys()].sort()).toEqual(measured.map(([name]) => name).sort());
  });

  it.each(measured)("%s", (name, { read, write, commands }) => {
    expect(rows.get(name)).toEqual([read, write, commands]);
  });
});
