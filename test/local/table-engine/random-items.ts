import { table } from "@crm/core/storage/table/table.ts";
import {
  type AttributeType,
  type AttributeValue,
  Bytes,
  type Item,
  setAttribute,
} from "@crm/local/table-engine/attribute-value.ts";
import type { Draw } from "./random-draw.ts";

/** Items with few keys and attributes, so that commands often affect the same ones. */

export const PARTITIONS = ["a", "b", "T#1#E#lead"] as const;

/** Prefixes of each other, characters of one to four bytes, and two whose order differs between UTF-8 and UTF-16. */
export const SORT_KEYS = [
  ...["a", "ab", "abc", "b", "B", "-", "0", "9", "10", "é", "éa"],
  ...["\uffff", "\u{10000}", "a\uffff", "a\u{10000}", "a\u{10000}b", "\uffffa", "\u{10ffff}", "\ud7ff", "\ue000"],
] as const;

const INDEX_PARTITIONS = ["x", "y"] as const;

/** Attributes with their usual type. */
export const ATTRIBUTES: Readonly<Record<string, AttributeType>> = {
  ...{ n: "N", n2: "N", s: "S", s2: "S", b1: "B", t: "BOOL", u: "NULL", l: "L", m: "M" },
  ...{ ss: "SS", ns: "NS", bs: "BS", status: "S", "a.b": "S", row: "S", ["__proto__"]: "M" },
};

export const TYPES: readonly AttributeType[] = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"];

const NUMBERS = [
  ...[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "10",
    "1.5",
    "9.5",
    "-10.5",
    "-0",
    "1.0",
    "01",
    "1e2",
    "100",
    "0.1",
    "+5",
    ".5",
    "5.",
    "1E-130",
    "1e125",
  ],
  ...["99999999999999999999999999999999999999", "0.00000000000000000000000000000000000001", "-2.50", "1234567890.123456789"],
  ...["9.9999999999999999999999999999999999999E+125", "-1e-130", "12345678901234567890", "0e125", "1.e2", "9007199254740993"],
];
const TEXTS = ["", "a", "ab", "abc", "b", "é", "\uffff", "\u{10000}", "S", "N", "x y", "10", "1"];
const BYTES = [[], [0], [1], [0, 1], [0, 255], [255], [1, 2, 3]].map((bytes) => new Bytes(bytes));

export type Key = { pk: { S: string }; sk: { S: string } };

export const drawKey = (draw: Draw): Key => ({ pk: { S: draw.pick(PARTITIONS) }, sk: { S: draw.pick(SORT_KEYS) } });

export function drawValue(draw: Draw, type: AttributeType = draw.pick(TYPES), depth = 0): AttributeValue {
  const inner = (): AttributeValue => drawValue(draw, depth > 2 ? draw.pick(["S", "N", "B", "BOOL"]) : undefined, depth + 1);
  switch (type) {
    case "S":
      return { S: draw.pick(TEXTS) };
    case "N":
      return { N: draw.chance(0.8) ? draw.pick(NUMBERS.slice(0, 9)) : draw.pick(NUMBERS) };
    case "B":
      return { B: draw.pick(BYTES) };
    case "BOOL":
      return { BOOL: draw.chance(0.5) };
    case "NULL":
      return { NULL: true };
    case "L":
      return { L: draw.times(draw.integer(5), inner) };
    case "M":
      return {
        M: Object.fromEntries(
          draw.pickSeveral(["a", "b", "c", "l", "status", "__proto__"], draw.integer(4)).map((name) => [name, inner()]),
        ),
      };
    case "SS":
      return { SS: draw.pickSeveral(TEXTS, 1 + draw.integer(4)) };
    case "NS":
      return { NS: draw.pickSeveral(["1", "2", "3.5", "-4", "5e1", "0.10", "100"], 1 + draw.integer(4)) };
    case "BS":
      return { BS: draw.pickSeveral(BYTES, 1 + draw.integer(3)) };
  }
}

/** A value that mostly has the attribute's usual type. */
export const drawAttribute = (draw: Draw, name: string): AttributeValue =>
  drawValue(draw, draw.chance(0.9) ? ATTRIBUTES[name] : undefined);

export const indexNames: readonly string[] = table.indexes.map(({ name }) => name);

/** A value for an index's key attribute. */
export const drawIndexKey = (draw: Draw, name: string): { S: string } => ({
  S: indexNames.includes(name) ? draw.pick(INDEX_PARTITIONS) : draw.pick(SORT_KEYS),
});

export const INDEX_KEYS: readonly string[] = table.keys.filter((name) => name !== "pk" && name !== "sk");

export function drawItem(draw: Draw): Item {
  const item: Item = { ...drawKey(draw) };
  for (const name of draw.pickSeveral(Object.keys(ATTRIBUTES), draw.integer(6)))
    setAttribute(item, name, drawAttribute(draw, name));
  for (const name of draw.pickSeveral(INDEX_KEYS, draw.integer(6))) item[name] = drawIndexKey(draw, name);
  if (draw.chance(0.3)) item.id = drawIndexKey(draw, "id");
  if (draw.chance(0.05)) item.s = { S: "x".repeat(draw.pick([900, 1000, 1020, 2000, 4090, 5000])) };
  return item;
}

/** A value nested in `depth` lists and maps. */
export function nestValue(draw: Draw, depth: number): AttributeValue {
  let value: AttributeValue = { S: "inside" };
  for (let level = 0; level < depth; level++) value = draw.chance(0.5) ? { L: [value] } : { M: { a: value } };
  return value;
}

/** Values that DynamoDB rejects at any position. */
export const WRONG_VALUES: readonly Record<string, unknown>[] = [
  { SS: [] },
  { NS: [] },
  { BS: [] },
  { SS: ["a", "b", "a"] },
  { NS: ["1", "1.0"] },
  { NS: ["2", "2"] },
  { BS: [Uint8Array.of(1), Uint8Array.of(1)] },
  ...["abc", "", "1e", "0x10", "NaN", "Infinity", "1.2.3", " 1", "1 ", "1+2", "-", "."].map((N) => ({ N })),
  ...["1e126", "-1e126", "9e200", "1e-131", "-1e-131", "1e-200", "123456789012345678901234567890123456789"].map((N) => ({ N })),
  { N: "0.123456789012345678901234567890123456789" },
  { NS: ["1", "x"] },
  { NULL: false },
  {},
  { S: "a", N: "1" },
  { L: [{ N: "x" }] },
  { M: { a: { SS: [] } } },
];
