import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { domains } from "@crm/core/domains.ts";
import type { Json } from "@crm/core/kernel/json.ts";
import { describe, expect, it } from "vitest";
import { type AstNode, isNode, parseSource } from "../../../scripts/syntax-tree.ts";
import { EXPRESSION_ATTACKS } from "./expression-attacks.ts";
import { buildError, buildMachine, runMachine, taskState } from "./machine-simulator.ts";

/** What a tenant writes reaches state machines as values only: JSONata evaluates the constant texts of the machine files and nothing else. */

const root = fileURLToPath(new URL("../../../", import.meta.url));
const sources = new Map(
  globSync("{packages,stacks}/**/*.ts", { cwd: root, exclude: (path) => path.endsWith("node_modules") })
    .sort()
    .map((file) => [file, readFileSync(root + file, "utf8")]),
);
const findSources = (pattern: RegExp): string[] => [...sources].flatMap(([file, text]) => (pattern.test(text) ? [file] : []));

const listNodes = (node: AstNode): AstNode[] => [
  node,
  ...Object.values(node)
    .flat()
    .filter(isNode)
    .flatMap((child) => listNodes(child)),
];

const listTexts = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.entries(value).flat().flatMap(listTexts) : [];
};

describe("an expression", () => {
  const machineFiles = [...sources.keys()].filter((file) => file.endsWith(".asl.ts"));
  const parseFile = (file: string): AstNode[] => listNodes(parseSource(sources.get(file) ?? "", file));

  it("is evaluated in one module only", () => {
    const lib = "packages/core/src/lib/state-machine";
    expect(findSources(/(?:from |import\(|require\()"jsonata"/)).toEqual([`${lib}/expression.ts`]);
    // The text of an expression is written in machine files, and in the modules that define its form.
    const defining = ["asl", "diagram", "expression", "machine"].map((name) => `${lib}/${name}.ts`);
    expect(findSources(/\{%/)).toEqual([...machineFiles, ...defining].sort());
  });

  it.each(machineFiles)("of %s is a constant, into which no value is inserted", (file) => {
    const nodes = parseFile(file);
    const types = new Set(nodes.map(({ type }) => type));
    const computing = ["TemplateLiteral", "TaggedTemplateExpression", "BinaryExpression", "CallExpression", "NewExpression"];
    const imported = ["ImportDeclaration", "ImportExpression", "SpreadElement"];
    expect([...computing, ...imported].filter((type) => types.has(type))).toEqual([]);
  });

  it("of every flow is one of those constants", async () => {
    const constants = new Set(
      machineFiles.flatMap((file) => parseFile(file).flatMap(({ type, value }) => (type === "Literal" ? [value] : []))),
    );
    const machines = await Promise.all(
      domains.flatMap(({ flows = {} }) => Object.values(flows).map(async ({ machine }) => machine())),
    );
    const expressions = machines.flatMap(listTexts).filter((text) => text.includes("{%"));
    expect(machines).toHaveLength(machineFiles.length);
    expect(expressions.length).toBeGreaterThan(10);
    expect(expressions.filter((text) => !constants.has(text))).toEqual([]);
  });
});

describe("a value in every field of every state stays data", () => {
  const machine = buildMachine({
    Receive: {
      Type: "Pass",
      Assign: { text: "{% $states.input.text %}", nested: "{% $states.input.nested %}" },
      Output: "{% $states.input %}",
      Next: "Compare",
    },
    Compare: {
      Type: "Choice",
      Choices: [{ Condition: "{% $text = $states.input.text %}", Assign: { again: "{% $text %}" }, Next: "Each" }],
      Default: "Other",
    },
    Each: {
      Type: "Map",
      Items: "{% [$text, $again] %}",
      ItemSelector: { item: "{% $states.context.Map.Item.Value %}" },
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Repeat",
        States: {
          Repeat: taskState("repeat", { input: "{% $states.input %}", Output: "{% $states.result.Payload %}", End: true }),
        },
      },
      Assign: { each: "{% $states.result %}" },
      Next: "Side",
    },
    Side: {
      Type: "Parallel",
      Arguments: { text: "{% $text %}" },
      Branches: [
        { StartAt: "Pass", States: { Pass: { Type: "Pass", Output: { again: "{% $states.input.text %}" }, End: true } } },
      ],
      Assign: { side: "{% $states.result[0].again %}" },
      Next: "Break",
    },
    Break: taskState("break", {
      input: "{% $text %}",
      Catch: [{ ErrorEquals: ["States.ALL"], Assign: { cause: "{% $states.errorOutput.Cause %}" }, Next: "End" }],
      Next: "Other",
    }),
    End: {
      Type: "Succeed",
      Output: {
        ...{ text: "{% $text %}", nested: "{% $nested %}", each: "{% $each %}", side: "{% $side %}", cause: "{% $cause %}" },
      },
    },
    Other: { Type: "Fail", Error: "Other" },
  });

  /** Runs the machine: one step returns its input, another one fails with it. */
  const run = async (text: Json, nested: Json) => {
    const inputs: Json[] = [];
    const output = await runMachine(
      machine,
      { text, nested },
      {
        repeat: (input) => {
          inputs.push(input);
          return (input as { item: Json }).item;
        },
        break: (input) => {
          inputs.push(input);
          throw buildError("Broken", typeof input === "string" ? input : JSON.stringify(input));
        },
      },
    );
    return { inputs, output };
  };

  it.each(EXPRESSION_ATTACKS)("if it is a text with %s", async (_, text) => {
    const nested = { list: [text, { deep: text }], [text]: text };
    expect(await run(text, nested)).toEqual({
      inputs: [{ item: text }, { item: text }, text],
      output: { text, nested, each: [text, text], side: text, cause: text },
    });
    expect(Object.hasOwn(Object.prototype, "evaluated")).toBe(false);
  });

  it.each([
    ["a lambda", { _jsonata_lambda: true, body: { type: "string", value: "evaluated" }, arguments: [], environment: {} }],
    ["a function", { _jsonata_function: true, implementation: "evaluated", signature: null }],
    ["a prototype", JSON.parse('{"__proto__": {"evaluated": true}, "constructor": {"prototype": {"evaluated": true}}}') as Json],
  ])("if it is an object that looks like %s of JSONata", async (_, value) => {
    const { output } = await run("text", { value });
    expect(JSON.stringify((output as { nested: Json }).nested)).toBe(JSON.stringify({ value }));
    expect(({} as { evaluated?: unknown }).evaluated).toBeUndefined();
  });
});
