import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { resolveTestSize } from "../../support/sample.ts";

const runFile = promisify(execFile);
const SIZE_MB = resolveTestSize("CRM_SHEET_MB", 20, 20);

/** A heap of 64 MB cannot hold a table of 200 MB; memory outside the heap is measured. */
it.each([
  ["csv", SIZE_MB],
  ["xlsx", SIZE_MB / 5],
])("a large %s is read in flat memory", async (kind, size) => {
  const options = ["--max-old-space-size=64", join(import.meta.dirname, "large-table.ts"), kind, String(size)];
  const { stdout } = await runFile(process.execPath, options);
  const report = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  expect(report.rows).toBe(report.expected);
  expect(report.rows).toBeGreaterThan(40_000);
  expect(report.grown).toBeLessThan(100);
});
