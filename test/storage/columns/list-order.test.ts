import { readKey, writeKey } from "@crm/core/storage/read/list-order.ts";
import { expect, it } from "vitest";
import { createSeededRandom } from "../../support/random.ts";

const letters = ["a", "b", "ab", "", "-", "z", "ß", "漢", "\u{1F600}", "\uffff"];

it("keys of several sorts compare as their records, in each combination of directions, and can be read again", () => {
  const random = createSeededRandom(7);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  for (let round = 0; round < 200; round++) {
    const orders = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(["asc", "desc"] as const));
    const [direction] = orders;
    const places = Array.from({ length: 12 }, (_, index) => ({
      keys: orders.map(() => (random() < 0.2 ? undefined : pick(letters) + pick(letters))),
      id: `led_${index + 10}`,
    }));
    const compareIds = (a: string, b: string): number => (a < b === (direction === "asc") ? -1 : 1);
    const byValues = places.toSorted((a, b) => {
      for (const [index, order] of orders.entries()) {
        const [left, right] = [a.keys[index], b.keys[index]];
        if (left === right) continue;
        if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
        return left < right === (order === "asc") ? -1 : 1;
      }
      return compareIds(a.id, b.id);
    });
    const byKeys = places.toSorted((a, b) => compareIds(writeKey(a, orders), writeKey(b, orders)));
    expect(byKeys, JSON.stringify(orders)).toEqual(byValues);
    for (const place of places) expect(readKey(writeKey(place, orders), orders)).toEqual(place);
  }
});
