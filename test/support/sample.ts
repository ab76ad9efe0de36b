import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * Selects the cases of generated suites. `npm test` runs a tenth of the cases of each kind, at least one; the number in test/sample.json
 * selects the tenth. The ten numbers together run every case. `CRM_SAMPLE` sets another number, or `all`.
 */
export const SAMPLES = 10;

export type Sample = number | "all";

/** Parses `CRM_SAMPLE`, or the number in the file if it is undefined. Throws if it is neither `all` nor a number from 0 to 9. */
export function parseSample(setting: string | undefined): Sample {
  if (setting === "all") return "all";
  const text = setting ?? String((JSON.parse(readFileSync("test/sample.json", "utf8")) as { number: number }).number);
  if (!/^\d$/.test(text)) throw new Error(`CRM_SAMPLE is ${text}: it must be a number from 0 to 9, or all.`);
  return Number(text);
}

export const sample = parseSample(process.env.CRM_SAMPLE);

export interface SampleKeys<T> {
  /** The name of a case, which alone decides its sample, independent of its position in the list. */
  readonly name: (item: T) => string;
  /** Cases of one kind can represent each other. */
  readonly kind: (item: T) => string;
}

/** The cases of a sample in their original order. */
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

/** Whether tests run in the long form, as in `npm run test:all`. */
export const isExhaustive = sample === "all";

/** The size of a test: its environment variable, or the size for the short or the long form. */
export const resolveTestSize = (variable: string, short: number, long: number): number =>
  Number(process.env[variable] ?? (isExhaustive ? long : short));
