import type { Json } from "@crm/core/kernel/json.ts";
import { evaluateTemplate, findExpressionFault, type Scope } from "@crm/core/lib/state-machine/expression.ts";
import { describe, expect, it } from "vitest";
import { START } from "./machine-simulator.ts";

const buildScope = (input: Json, more: Partial<Scope> = {}): Scope => {
  let draws = 0;
  return { states: { input, context: {} }, variables: {}, time: START, random: () => (draws++ % 10) / 10, ...more };
};
const evaluateExpression = (expression: string, input: Json = {}, more: Partial<Scope> = {}): Promise<Json> =>
  evaluateTemplate(`{% ${expression} %}`, buildScope(input, more), "Output");

describe("JSONata expressions, as in the AWS guide to Step Functions", () => {
  const order = {
    orderId: "o1",
    total: 12.5,
    items: [
      { sku: "a", price: 3, qty: 2 },
      { sku: "b", price: 10, qty: 1 },
    ],
  };
  const title = {
    title: "Numbers",
    name: "Ann",
    isValid: true,
    array: [1, 2, 3, 4, 5, 6, 7],
    nested: { deep: [{ v: 1 }, { v: 2 }] },
  };
  it.each<[expression: string, input: Json, value: Json]>([
    ["$states.input.title", title, "Numbers"],
    ["$states.input.array[0]", title, 1],
    ["$states.input.array[-1]", title, 7],
    ["$states.input.array[[0..2]]", title, [1, 2, 3]],
    ["$states.input.nested.deep.v", title, [1, 2]],
    ["$states.input.nested.deep[v = 2].v", title, 2],
    ["'Hello ' & $states.input.name", title, "Hello Ann"],
    ["$states.input.isValid ? 'yes' : 'no'", title, "yes"],
    ["$states.input.isValid and $states.input.name = 'Ann'", title, true],
    ["$not($states.input.isValid)", title, false],
    ["$exists($states.input.missing)", title, false],
    ["$sum($states.input.items.(price * qty))", order, 16],
    ["$count($states.input.items)", order, 2],
    ["$states.input.items[price > 5].sku", order, "b"],
    ["[$states.input.items[price > 5].sku]", order, ["b"]],
    ["$map($states.input.items, function($i) { $i.sku })", order, ["a", "b"]],
    ["$filter($states.input.items, function($i) { $i.qty = 2 }).sku", order, "a"],
    ["$states.input.items.{'id': sku}", order, [{ id: "a" }, { id: "b" }]],
    ["$merge([$states.input, {'total': 1}]).total", order, 1],
    ["( $a := 2; $b := 3; $a * $b )", {}, 6],
    ["$type($states.input.total)", order, "number"],
    ["$number('12')", {}, 12],
    ["$string(12)", {}, "12"],
    ["$boolean('')", {}, false],
    ["$join(['a', 'b'], '-')", {}, "a-b"],
    ["$split('a-b', '-')", {}, ["a", "b"]],
    ["$uppercase('straße')", {}, "STRASSE"],
    ["$length('日本語')", {}, 3],
    ["$contains('abc', /b/)", {}, true],
    ["$replace('a.b', '.', '-')", {}, "a-b"],
    ["$round(2.5)", {}, 2],
    ["$sort([3, 1, 2])", {}, [1, 2, 3]],
    ["$distinct([1, 1, 2])", {}, [1, 2]],
    ["$append([1], 2)", {}, [1, 2]],
    ["$lookup($states.input, 'orderId')", order, "o1"],
    ["$keys($states.input)", { a: 1, b: 2 }, ["a", "b"]],
    ["$base64encode('Hi')", {}, "SGk="],
    ["null", {}, null],
    // Functions that Step Functions adds to JSONata.
    ["$partition([1,2,3,4,5,6,7,8,9], 4)", {}, [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
    ["$range(0, 10, 2)", {}, [0, 2, 4, 6, 8, 10]],
    ["$range(1, 9, 3)", {}, [1, 4, 7]],
    ["$range(5, 1, -2)", {}, [5, 3, 1]],
    ["$hash('input data', 'SHA-1')", {}, "aaff4a450a104cd177d28d18d74485e8cae074b7"],
    ["$hash('', 'MD5')", {}, "d41d8cd98f00b204e9800998ecf8427e"],
    ['$parse(\'{"foo": "bar"}\').foo', {}, "bar"],
    ["$now()", {}, "2026-03-14T09:00:00.000Z"],
    ["$now('[Y0001]-[M01]-[D01]', '+1500')", {}, "2026-03-15"],
    ["$millis()", {}, START],
    ["$random() = $random()", {}, false],
    ["$random(7) = $random(7)", {}, true],
  ])("%s", async (expression, input, expected) => {
    expect(await evaluateExpression(expression, input)).toEqual(expected);
  });

  it("are evaluated at any depth, and other texts stay", async () => {
    const template = { a: ["{% $x + 1 %}", "{%", 3, null], "{% no %}": { b: "{% $states.input.n %} " } };
    expect(await evaluateTemplate(template, buildScope({ n: 4 }, { variables: { x: 1 } }), "Output")).toEqual({
      a: [2, "{%", 3, null],
      "{% no %}": { b: "{% $states.input.n %} " },
    });
  });

  it("read variables by name, also those named like functions", async () => {
    expect(await evaluateExpression("$greeting & $n", {}, { variables: { greeting: "Hi", n: 2 } })).toBe("Hi2");
    expect(await evaluateExpression("$count", {}, { variables: { count: 3 } })).toBe(3);
  });

  it("generate ids of version 4", async () => {
    expect(await evaluateExpression("$uuid()")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    ["$states.input.missing", "it returns no value"],
    ["title", "it returns no value"],
    ["1 / 'a'", "right side"],
    ["$uppercase(1)", "does not match function signature"],
    ["$error('Too much')", "Too much"],
    ["function($a) { $a }", "it returns a function"],
    ["$range(1, 5000, 1)", "at most 1000"],
    ["$partition([1], 0)", "whole number"],
    ["$hash('a', 'CRC')", "$hash supports only MD5"],
    ["$parse('{')", "JSON"],
    ["( $f := function() { $f() + 1 }; $f() )", "Stack"],
  ])("%s is an error that names field and expression", async (expression, why) => {
    await expect(evaluateExpression(expression)).rejects.toMatchObject({
      error: "States.QueryEvaluationError",
      message: expect.stringContaining(`'{% ${expression} %}' in field 'Output'`),
    });
    await expect(evaluateExpression(expression)).rejects.toThrow(why);
  });

  it("are checked before they run", () => {
    expect(findExpressionFault("{% $a + %}")).toMatch(/Unexpected end/);
    expect(findExpressionFault("{% [1].($eval('2')) %}")).toMatch(/no \$eval/);
    expect(findExpressionFault("{% $states.input.a %}")).toBeUndefined();
  });
});
