import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { resolveTestSize } from "../../support/sample.ts";

/** Number of persons; `CRM_FILL=20000` is the long form. */
const PERSON_COUNT = resolveTestSize("CRM_FILL", 120, 400);
/** Bytes by which the heap may grow from the first to the last quarter: the size of one page of a hundred, and noise. */
const MAX_HEAP_GROWTH_BYTES = 16 * 1024 * 1024;

const execFileAsync = promisify(execFile);

it(`filling a batch with ${PERSON_COUNT} persons needs flat memory and adds each once`, async () => {
  const options = ["--expose-gc", join(import.meta.dirname, "fill-memory.run.ts"), String(PERSON_COUNT)];
  const { stdout } = await execFileAsync(process.execPath, options);
  const { heaps, ...fillResult } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { heaps: number[] };
  expect(fillResult).toEqual({
    status: "completed",
    found: PERSON_COUNT,
    added: PERSON_COUNT,
    members: PERSON_COUNT,
    persons: PERSON_COUNT,
  });
  expect(heaps.length).toBeGreaterThanOrEqual(PERSON_COUNT / 100);
  const quarters = [1, 2, 3, 4].map((quarter) => heaps[Math.ceil((heaps.length * quarter) / 4) - 1] ?? 0);
  const report = quarters.map((bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`).join(", ");
  console.log(`${PERSON_COUNT} persons, ${heaps.length} pages; heap at each quarter: ${report}`);
  expect(Number(quarters[3]) - Number(quarters[0])).toBeLessThan(MAX_HEAP_GROWTH_BYTES);
}, 3_600_000);
