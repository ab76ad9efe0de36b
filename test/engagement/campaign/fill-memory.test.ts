import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { resolveTestSize } from "../../support/sample.ts";

/** Number of leads; `npm run campaign-fill` fills 20,000 and 2,000. */
const LEAD_COUNT = resolveTestSize("CRM_CAMPAIGN_FILL", 110, 400);
/** The heap in the last third of the pages, divided by the heap in the first third. One page of a hundred persons is less than this. */
const MAX_HEAP_RATIO = 1.02;

const execFileAsync = promisify(execFile);
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
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
    const third = Math.ceil(heaps.length / 3);
    const [first, last] = [average(heaps.slice(0, third)), average(heaps.slice(-third))];
    const ratio = last / first;
    console.log(
      `${size} leads, ${heaps.length} pages: heap ${toMegabytes(first)} in the first third, ${toMegabytes(last)} in the last (ratio ${ratio.toFixed(4)}), peak ${toMegabytes(Math.max(...heaps))}`,
    );
    expect(ratio).toBeLessThan(MAX_HEAP_RATIO);
  },
  3_600_000,
);
