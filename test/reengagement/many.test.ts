import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { sizeFrom } from "../sample.ts";

/** `CRM_FILL=20000` is the long form. */
const FILL = sizeFrom("CRM_FILL", 120, 400);
/** Bytes by which the last quarter's heap may be above the first's: what a page of a hundred holds, and noise. */
const ALLOWED = 16 * 1024 * 1024;

const run = promisify(execFile);

it(`a batch of ${FILL} persons is filled in flat memory, each of them once`, async () => {
  const options = ["--expose-gc", join(import.meta.dirname, "filled.ts"), String(FILL)];
  const { stdout } = await run(process.execPath, options);
  const { heaps, ...told } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { heaps: number[] };
  expect(told).toEqual({ status: "completed", found: FILL, added: FILL, members: FILL, persons: FILL });
  expect(heaps.length).toBeGreaterThanOrEqual(FILL / 100);
  const quarters = [1, 2, 3, 4].map((at) => heaps[Math.ceil((heaps.length * at) / 4) - 1] ?? 0);
  const said = quarters.map((bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`).join(", ");
  console.log(`${FILL} persons, ${heaps.length} pages; heap at each quarter: ${said}`);
  expect(Number(quarters[3]) - Number(quarters[0])).toBeLessThan(ALLOWED);
}, 3_600_000);
