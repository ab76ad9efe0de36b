import type * as z from "zod";
import type { Random } from "../../support/random.ts";
import type { InputSeeds } from "../registry/input-generator.ts";
import type { Input } from "../registry/world.ts";

/** Builds values as large as a schema allows, in the characters of one alphabet, from a valid input. */
export type Letter = (typeof letters)[number];

/** The first letter of each alphabet, with one to four bytes. The last one counts as two units in the length of a string. */
export const letters = ["a", "\u{100}", "\u{4e00}", "\u{20000}"] as const;

/** The number of letters in each alphabet. */
const ALPHABET_SIZES: Readonly<Record<Letter, number>> = { a: 26, "\u{100}": 0x150, "\u{4e00}": 20_000, "\u{20000}": 40_000 };

interface SchemaDef {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  element?: z.ZodType;
  shape?: Record<string, z.ZodType>;
}

const schemaBag = (schema: z.ZodType) => schema._zod.bag as { maximum?: number; patterns?: Set<RegExp>; format?: string };

/** Initial size of a free-form document; a rejected one is made smaller. */
const MAX_DOCUMENT_BYTES = 70_000;

/** Random letters, enough of them that compression has little effect. */
const pools = new Map<Letter, readonly string[]>();
function letterPool(letter: Letter, random: Random): readonly string[] {
  const first = letter.codePointAt(0) ?? 0;
  const pool =
    pools.get(letter) ??
    Array.from({ length: 120_000 }, () => String.fromCodePoint(first + Math.floor(random() * ALPHABET_SIZES[letter])));
  pools.set(letter, pool);
  return pool;
}

/** A text of at most `length` string units, in the letters of one alphabet. */
function buildText(letter: Letter, length: number, random: Random): string {
  const pool = letterPool(letter, random);
  const count = Math.floor(length / letter.length);
  const from = Math.floor(random() * (pool.length - count));
  return pool.slice(from, from + count).join("");
}

export interface FillOptions {
  letter: Letter;
  seeds: InputSeeds;
  random: Random;
}

/** Returns the value with every free text and every list of texts as long as allowed. */
export function buildLargest(schema: z.ZodType, value: unknown, how: FillOptions, field = ""): unknown {
  const { letter, seeds: fillings, random } = how;
  const def = schema._zod.def as SchemaDef;
  const meta = (schema.meta() ?? {}) as Record<string, unknown>;
  const isGiven =
    Object.hasOwn(fillings.values, field) || ["x-record", "x-master", "x-names", "examples"].some((name) => name in meta);
  if (value === null || value === undefined || isGiven) return value;
  const inner = def.innerType ?? ((def.in?._zod.def as SchemaDef | undefined)?.type === "transform" ? def.out : def.in);
  if (inner) return buildLargest(inner, value, how, field);
  const { maximum, patterns } = schemaBag(schema);
  if (def.type === "string") {
    const { format } = schema._zod.def as { format?: string };
    return format || patterns?.size || maximum === undefined ? value : buildText(letter, maximum, random);
  }
  if (def.type === "object" && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => {
        const part = def.shape?.[name];
        return [name, part ? buildLargest(part, each, how, name) : each];
      }),
    );
  if (def.type === "record")
    return { document: buildText(letter, (MAX_DOCUMENT_BYTES / Buffer.byteLength(letter)) * letter.length, random) };
  if (def.type === "array" && def.element && Array.isArray(value)) {
    const [first] = value.map((each) => buildLargest(def.element as z.ZodType, each, how, field));
    const isText = typeof first === "string" && first !== value[0];
    return isText ? Array.from({ length: maximum ?? 1 }, () => buildText(letter, first.length, random)) : [first];
  }
  return value;
}

/** Returns a smaller value after a rejection; undefined if it cannot be smaller. */
function shrinkValue(value: unknown): unknown {
  if (typeof value === "string")
    return value.length < 2 ? undefined : [...value].slice(0, Math.floor([...value].length / 2)).join("");
  if (Array.isArray(value)) return value.length < 2 ? undefined : value.slice(0, Math.ceil(value.length / 2));
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).map(([name, fieldValue]) => [name, shrinkValue(fieldValue) ?? fieldValue] as const);
    return Object.fromEntries(parts);
  }
  return undefined;
}

/** Halves the rejected fields of the input; after many rejections it restores their original values. */
export function shrinkInput(input: Input, plain: Input, refused: readonly string[], times: number): Input {
  const fields = new Set(refused.map((field) => field.split(/[.[]/)[0] ?? ""));
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (!fields.has(name)) return [name, value];
      return [name, times > 12 ? plain[name] : (shrinkValue(value) ?? plain[name])];
    }),
  );
}
