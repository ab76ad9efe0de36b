import { expect, it } from "vitest";
import { listDestructuringRenames } from "../../../scripts/inner-names.ts";

const list = (source: string): string[] =>
  listDestructuringRenames(source, "a.ts").map(({ property, local, line }) => `${line} ${property}: ${local}`);

it.each([
  ["a parameter", "const f = ({ most: limit }) => limit;", ["1 most: limit"]],
  ["a default value", "const f = (x) => {\n  const { at: time = 0 } = x;\n};", ["2 at: time"]],
  ["a nested pattern", "const f = ({ a: { b: c } }) => c;", ["1 b: c"]],
  ["the same name in a function beside", "const g = (at) => at;\nconst f = ({ at: time }) => time;", ["2 at: time"]],
])("a rename is counted: %s", (_, source, expected) => {
  expect(list(source)).toEqual(expected);
});

it.each([
  ["no rename", "const f = ({ limit, at = 0, a: { b } }) => limit;"],
  ["a clash with a parameter", "const f = (kind, { kind: other }) => kind === other;"],
  ["a clash with a local of the same block", "const f = (x, y) => {\n  const { id } = x;\n  const { id: other } = y;\n};"],
  ["a clash with an import", 'import { name } from "./b.ts";\nconst f = ({ name: own }) => name + own;'],
  ["a reserved word", "const f = ({ default: value, enum: words }) => [value, words];"],
  ["a property that is discarded", "const f = ({ secret: _secret, ...rest }) => rest;"],
  ["an id named by its record", "const f = ({ id: leadId }) => leadId;"],
  ["the result of a hook", "const f = () => {\n  const { data: kinds } = useKinds();\n};"],
])("nothing is counted: %s", (_, source) => {
  expect(list(source)).toEqual([]);
});
