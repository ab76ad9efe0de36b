import { mergeRows, type OrderedRows } from "@crm/core/storage/columns/merged-rows.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";

const isBefore = (a: number, b: number): boolean => a < b;
const toRows = (numbers: readonly number[]): OrderedRows<number> => ({
  length: numbers.length,
  at: (index) => numbers[index] as number,
});

describe("merged rows", () => {
  it("are the rows of all sources in their order, after those that are left out", () => {
    const random = createTestRandom("merged rows");
    for (let turn = 0; turn < 300; turn++) {
      const sources: number[][] = Array.from({ length: Math.floor(random() * 5) }, () => []);
      if (sources.length > 0)
        for (let row = 0; row < random() * 60; row++) sources[Math.floor(random() ** 2 * sources.length)]?.push(row);
      const skip = Math.floor(random() * 70);
      const limit = Math.floor(random() * 20);
      const all = sources.flat().sort((a, b) => a - b);
      expect(mergeRows(sources.map(toRows), { skip, limit }, isBefore)).toEqual(all.slice(skip, skip + limit));
    }
  });

  it("of a page far behind build few of the rows before it", () => {
    let built = 0;
    const sources = [0, 1, 2].map((remainder) => ({
      length: 8000,
      at: (index: number): number => {
        built++;
        return index * 3 + remainder;
      },
    }));
    expect(mergeRows(sources, { skip: 8000, limit: 20 }, isBefore)[0]).toBe(8000);
    expect(built).toBeLessThan(300);
  });
});
