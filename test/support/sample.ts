import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * Which cases of a generated suite run. `npm test` runs a tenth of the cases of each kind, and at least one of each; which tenth follows from the
 * number in test/sample.json. The ten numbers together run every case. `CRM_SAMPLE` gives another number, or `all`.
 */
export const SAMPLES = 10;

export type Sample = number | "all";

/** Reads `CRM_SAMPLE`, or the number of the file where it is undefined. Throws if it is neither `all` nor a number from 0 to 9. */
export function parseSample(setting: string | undefined): Sample {
  if (setting === "all") return "all";
  const text = setting ?? String((JSON.parse(readFileSync("test/sample.json", "utf8")) as { number: number }).number);
  if (!/^\d$/.test(text)) throw new Error(`CRM_SAMPLE is ${text}: it must be a number from 0 to 9, or all.`);
  return Number(text);
}

export const sample = parseSample(process.env.CRM_SAMPLE);

export interface SampleKeys<T> {
  /** Names a case; what it is called decides its sample, wherever it is in the list. */
  readonly name: (each: T) => string;
  /** Cases of one kind can stand for each other. */
  readonly kind: (each: T) => string;
}

/** The cases of a sample, in their order. */
export function selectSample<T>(cases: readonly T[], { name, kind }: SampleKeys<T>, number: Sample = sample): T[] {
  if (number === "all") return [...cases];
  const chosen = new Set<T>();
  for (const alike of Map.groupBy(cases, kind).values()) {
    const sorted = alike.toSorted((a, b) => hashName(name(a)) - hashName(name(b)));
    const period = Math.min(SAMPLES, sorted.length);
    for (const [position, each] of sorted.entries()) if (position % period === number % period) chosen.add(each);
  }
  return cases.filter((each) => chosen.has(each));
}

const hashName = (text: string): number => createHash("sha256").update(text).digest().readUInt32BE();

/** Whether tests run in their long form, as `npm run test:all` does. */
export const isExhaustive = sample === "all";

/** The size of a test: what its environment variable says, or else that of the short or of the long form. */
export const resolveTestSize = (variable: string, short: number, long: number): number =>
  Number(process.env[variable] ?? (isExhaustive ? long : short));
