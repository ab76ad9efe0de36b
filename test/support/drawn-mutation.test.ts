import { describe, expect, it } from "vitest";
import { listMutations } from "../../scripts/drawn-mutation.ts";
import { parseSource } from "../../scripts/syntax-tree.ts";

const mutate = (source: string): string[] =>
  listMutations(source, parseSource(source, "a.ts")).map(
    ({ start, end, replacement }) => source.slice(0, start) + replacement + source.slice(end),
  );

describe("drawn mutations", () => {
  it.each([
    ["a < b;", ["a <= b;"]],
    ["a && b;", ["a || b;"]],
    ["const n = 3;", ["const n = 4;"]],
    ["const is = true;", ["const is = false;"]],
    ["x = !a;", ["x = !!a;"]],
    ["if (a) b = c;", ["if ((true)) b = c;", "if ((false)) b = c;"]],
    ["await f(a);", [";"]],
    ['"a" + b;', []],
    ["type A = 1 | true;", []],
  ])("of %s", (source, expected) => expect(mutate(source)).toEqual(expected));
});
