import type { Input } from "./world.ts";

/** The path of a value in an input. */
export type Path = readonly (string | number)[];

/** Formats a path as errors have it: `lines[1].id`. */
export const formatPath = (path: Path): string =>
  path.reduce<string>((text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text && `${text}.`}${part}`), "");

type Container = Record<string | number, unknown>;

export const readAtPath = (input: Input, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (value as Container | null | undefined)?.[key], input);

/** Returns a copy of the input with another value at a path, or undefined if the input has no object there. */
export function withValue(input: Input, path: Path, value: unknown): Input | undefined {
  const copy = structuredClone(input);
  const container = readAtPath(copy, path.slice(0, -1));
  if (container === null || typeof container !== "object") return undefined;
  (container as Container)[path.at(-1) ?? ""] = value;
  return copy;
}
