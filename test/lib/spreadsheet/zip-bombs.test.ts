import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { isExhaustive } from "../../support/sample.ts";
import { bombs } from "./zip-bombs.ts";

const runFile = promisify(execFile);
const MAX_GROWTH_MB = 100;

interface BombReport {
  name: string;
  told: unknown;
  grown: number;
  ms: number;
  size: number;
  asked: number;
}

/** Reads zip bombs in a process whose heap is too small for their unpacked content. */
async function readBombs(names: readonly string[]): Promise<BombReport[]> {
  const options = ["--expose-gc", "--max-old-space-size=512", join(import.meta.dirname, "zip-bombs.ts"), ...names];
  const { stdout } = await runFile(process.execPath, options);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as BombReport);
}

const names = Object.keys(bombs);
const reports = new Map<string, BombReport>();
/** In the long form each bomb has its own process, so that memory left by one cannot hide the growth of another. */
beforeAll(async () => {
  for (const nameGroup of isExhaustive ? names.map((name) => [name]) : [names])
    for (const bomb of await readBombs(nameGroup)) reports.set(bomb.name, bomb);
});

const expectedReasons: Record<string, RegExp> = {
  "claims more than its size allows": /200 times its size/,
  "claims little and unpacks to much": /more than its declared size/,
  "unpacks to more than a gigabyte": /unpacked size is too large/,
  "has too many parts": /more than 2000 parts/,
  "claims too many parts": /more than 2000 parts/,
  "has parts that overlap": /overlap/,
  "has a part with a header that overlaps the next part": /overlap/,
  "has a part twice": /same name/,
  "has a long directory": /directory is too long/,
  "has a long comment": /comment is too long/,
  "laughs a billion times": /document type/,
  "is nested deep": /nested too deep/,
  "has a text without end": /characters/,
  "has an attribute without end": /characters/,
  "has attributes without end": /too many attributes/,
  "has a comment without end": /characters/,
  "has a cell of many runs": /characters/,
  "shares too much text": /too much text/,
};

describe("a workbook that", () => {
  it.each(names)("%s is rejected in bounded memory", (name) => {
    const { told: outcome, grown, ms } = reports.get(name) as BombReport;
    console.log(`${name}: refused after ${ms.toFixed(0)} ms and ${grown.toFixed(0)} MB`);
    expect(outcome).toEqual({ code: "VALIDATION_ERROR", message: expect.stringMatching(expectedReasons[name] ?? /^$/) });
    expect(grown).toBeLessThan(MAX_GROWTH_MB);
  });

  it.each(["claims more than its size allows", "has parts that overlap", "has a part twice"])(
    "%s is rejected before any part is unpacked",
    (name) => {
      const { asked: maxReadSize, size } = reports.get(name) as BombReport;
      // Only the directory, in blocks of 128 KB, and small parts were read.
      expect(maxReadSize).toBeLessThanOrEqual(1 << 17);
      expect(size).toBeGreaterThan(1000);
    },
  );
});
