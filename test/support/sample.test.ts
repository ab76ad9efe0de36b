import { operations } from "@crm/functions/api/index.ts";
import { describe, expect, it } from "vitest";
import { operationKind } from "../invariants/registry/operation-sample.ts";
import { parseSample, SAMPLES, selectSample } from "./sample.ts";

describe("The sample", () => {
  const sampleKeys = { name: ({ name }: { name: string }) => name, kind: ({ name }: { name: string }) => name[0] ?? "" };
  const cases = Array.from({ length: 137 }, (_, n) => ({ name: `${"aaaabbc"[n % 7]}${n}` }));
  const numbers = Array.from({ length: SAMPLES }, (_, number) => number);

  it("covers every case with its ten numbers", () => {
    expect(new Set(numbers.flatMap((number) => selectSample(cases, sampleKeys, number)))).toEqual(new Set(cases));
    const all = numbers.flatMap((number) => selectSample(operations, { name: sampleKeys.name, kind: operationKind }, number));
    expect(new Set(all)).toEqual(new Set(operations));
  });

  it("has a case of each kind for every number, and a tenth of large kinds", () => {
    for (const number of numbers) {
      const selectedCases = selectSample(cases, sampleKeys, number);
      expect(new Set(selectedCases.map(sampleKeys.kind))).toEqual(new Set("abc"));
      expect(selectedCases.length).toBeLessThan(18);
    }
  });

  it("keeps a case if another is added", () => {
    const [first, ...rest] = selectSample(cases, sampleKeys, 3);
    const more = selectSample([{ name: "d1" }, ...cases], sampleKeys, 3);
    expect(more).toEqual(expect.arrayContaining([first, ...rest]));
  });

  it("is rejected if it is not a number from 0 to 9", () => {
    expect(parseSample("all")).toBe("all");
    expect(parseSample("7")).toBe(7);
    expect(() => parseSample("10")).toThrow("CRM_SAMPLE is 10: it must be a number from 0 to 9, or all.");
  });
});
