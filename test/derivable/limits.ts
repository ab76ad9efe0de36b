import type * as z from "zod";
import type { Random } from "../chance.ts";
import type { Fillings } from "../registry/generate.ts";
import type { Input } from "../registry/world.ts";

/** Values as large as a schema takes them, in the letters of one alphabet, from a valid input of an operation. */
export type Letter = (typeof letters)[number];

/** The first of alphabets of one to four bytes a letter; one of the last is two units of a string, by which lengths are counted. */
export const letters = ["a", "\u{100}", "\u{4e00}", "\u{20000}"] as const;

/** How many letters an alphabet has, from its first on. */
const SPAN: Readonly<Record<Letter, number>> = { a: 26, "\u{100}": 0x150, "\u{4e00}": 20_000, "\u{20000}": 40_000 };

interface Def {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  element?: z.ZodType;
  shape?: Record<string, z.ZodType>;
}

const bagOf = (schema: z.ZodType) => schema._zod.bag as { maximum?: number; patterns?: Set<RegExp>; format?: string };

/** Bytes of a free document, until it is refused. */
const DOCUMENT = 70_000;

/** Letters by chance, so many that no compression makes much of them. */
const pools = new Map<Letter, readonly string[]>();
function poolOf(letter: Letter, random: Random): readonly string[] {
  const first = letter.codePointAt(0) ?? 0;
  const known =
    pools.get(letter) ?? Array.from({ length: 120_000 }, () => String.fromCodePoint(first + Math.floor(random() * SPAN[letter])));
  pools.set(letter, known);
  return known;
}

/** A text of `length` units at most, in letters of one alphabet. */
function long(letter: Letter, length: number, random: Random): string {
  const pool = poolOf(letter, random);
  const count = Math.floor(length / letter.length);
  const from = Math.floor(random() * (pool.length - count));
  return pool.slice(from, from + count).join("");
}

export interface How {
  letter: Letter;
  fillings: Fillings;
  random: Random;
}

/** The value with every free text in it as long as it may be, and every list of such as well. */
export function largest(schema: z.ZodType, value: unknown, how: How, field = ""): unknown {
  const { letter, fillings, random } = how;
  const def = schema._zod.def as unknown as Def;
  const meta = (schema.meta() ?? {}) as Record<string, unknown>;
  const isGiven =
    Object.hasOwn(fillings.values, field) || ["x-record", "x-master", "x-names", "examples"].some((name) => name in meta);
  if (value === null || value === undefined || isGiven) return value;
  const inner = def.innerType ?? ((def.in?._zod.def as unknown as Def | undefined)?.type === "transform" ? def.out : def.in);
  if (inner) return largest(inner, value, how, field);
  const { maximum, patterns } = bagOf(schema);
  if (def.type === "string") {
    const { format } = schema._zod.def as { format?: string };
    return format || patterns?.size || maximum === undefined ? value : long(letter, maximum, random);
  }
  if (def.type === "object" && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => {
        const part = def.shape?.[name];
        return [name, part ? largest(part, each, how, name) : each];
      }),
    );
  if (def.type === "record") return { document: long(letter, (DOCUMENT / Buffer.byteLength(letter)) * letter.length, random) };
  if (def.type === "array" && def.element && Array.isArray(value)) {
    const [first] = value.map((each) => largest(def.element as z.ZodType, each, how, field));
    const isText = typeof first === "string" && first !== value[0];
    return isText ? Array.from({ length: maximum ?? 1 }, () => long(letter, first.length, random)) : [first];
  }
  return value;
}

/** A value that was refused, made smaller; undefined where nothing of it can be. */
function smaller(value: unknown): unknown {
  if (typeof value === "string")
    return value.length < 2 ? undefined : [...value].slice(0, Math.floor([...value].length / 2)).join("");
  if (Array.isArray(value)) return value.length < 2 ? undefined : value.slice(0, Math.ceil(value.length / 2));
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).map(([name, each]) => [name, smaller(each) ?? each] as const);
    return Object.fromEntries(parts);
  }
  return undefined;
}

/** The input with the fields that were refused as they were at first, or half as large, as often as they were. */
export function less(input: Input, plain: Input, refused: readonly string[], times: number): Input {
  const fields = new Set(refused.map((field) => field.split(/[.[]/)[0] ?? ""));
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (!fields.has(name)) return [name, value];
      return [name, times > 12 ? plain[name] : (smaller(value) ?? plain[name])];
    }),
  );
}
