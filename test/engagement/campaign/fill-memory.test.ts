import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { resolveTestSize } from "../../support/sample.ts";

/** Number of leads; `npm run campaign-fill` fills 20,000 and compares with 2,000. */
const LEAD_COUNT = resolveTestSize("CRM_CAMPAIGN_FILL", 110, 400);
/** Bytes by which the heap may grow from the first to the last quarter: the size of one page of a hundred, and noise. */
const MAX_HEAP_GROWTH_BYTES = 16 * 1024 * 1024;

const execFileAsync = promisify(execFile);
const toMegabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

const sizes = LEAD_COUNT >= 20_000 ? [LEAD_COUNT / 10, LEAD_COUNT] : [LEAD_COUNT];

it.each(sizes)(
  "filling a campaign with %i leads needs flat memory and adds each person once",
  async (size) => {
    const options = ["--expose-gc", join(import.meta.dirname, "fill-memory.run.ts"), String(size)];
    const { stdout } = await execFileAsync(process.execPath, options, { maxBuffer: 64 * 1024 * 1024 });
    const { heaps, ...result } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { heaps: number[] };
    expect(result).toEqual({ status: "completed", found: size, added: size, members: size, persons: size });
    expect(heaps.length).toBeGreaterThanOrEqual(size / 100);
    const quarters = [1, 2, 3, 4].map((quarter) => heaps[Math.ceil((heaps.length * quarter) / 4) - 1] ?? 0);
    const growth = Number(quarters[3]) - Number(quarters[0]);
    console.log(`${size} leads, ${heaps.length} pages; peak ${toMegabytes(Math.max(...heaps))}, growth ${toMegabytes(growth)}`);
    expect(growth).toBeLessThan(MAX_HEAP_GROWTH_BYTES);
  },
  3_600_000,
);
