import { type AstNode, isNode, walkTree } from "./syntax-tree.ts";

/** A small change of a source that a test should notice. */
export interface DrawnMutation {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly description: string;
}

const operators: Readonly<Record<string, string>> = {
  ...{ "===": "!==", "!==": "===", "<": "<=", "<=": "<", ">": ">=", ">=": ">" },
  ...{ "+": "-", "-": "+", "*": "/", "/": "*", "&&": "||", "||": "&&" },
};

const isEmptyText = (source: string, node: AstNode): boolean => /^["'`]/.test(source.slice(node.start, node.end));

/** Returns the change of an operator. Sums with a text would no longer be the text, which every test of types notices. */
function mutateOperator(source: string, node: AstNode): DrawnMutation | undefined {
  const { left, right, operator } = node;
  const put = operators[String(operator)];
  if (put === undefined || !isNode(left) || !isNode(right)) return undefined;
  if (operator === "+" && [left, right].some((side) => side.type === "TemplateLiteral" || isEmptyText(source, side)))
    return undefined;
  const start = source.indexOf(String(operator), left.end);
  const isFound = start >= 0 && start < right.start;
  const end = start + String(operator).length;
  return isFound ? { start, end, replacement: put, description: `${operator} → ${put}` } : undefined;
}

function mutateTest(source: string, node: AstNode): DrawnMutation[] {
  const { test } = node;
  if (!isNode(test)) return [];
  const text = source.slice(test.start, test.end).replace(/\s+/g, " ");
  return [true, false].map((value) => ({
    ...{ start: test.start, end: test.end, replacement: `(${value})` },
    description: `the condition ${text} is always ${value}`,
  }));
}

function mutateNode(source: string, node: AstNode): DrawnMutation[] {
  const { start, end } = node;
  const text = (): string => source.slice(start, end).replace(/\s+/g, " ");
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return [mutateOperator(source, node) ?? []].flat();
    case "IfStatement":
    case "ConditionalExpression":
      return mutateTest(source, node);
    case "UnaryExpression":
      if (node.operator !== "!" || !isNode(node.argument)) return [];
      return [{ start, end: node.argument.start, replacement: "!!", description: `${text()} is no longer negated` }];
    case "Literal":
      if (typeof node.value === "boolean")
        return [{ start, end, replacement: String(!node.value), description: `${node.value} → ${!node.value}` }];
      if (typeof node.value !== "number") return [];
      return [{ start, end, replacement: String(node.value + 1), description: `${node.value} → ${node.value + 1}` }];
    case "ExpressionStatement": {
      const expression =
        isNode(node.expression) && node.expression.type === "AwaitExpression" ? node.expression.argument : node.expression;
      if (!isNode(expression) || expression.type !== "CallExpression") return [];
      return [{ start, end, replacement: ";", description: `without ${text()}` }];
    }
    default:
      return [];
  }
}

/** Lists the changes of a module, outside of types. */
export function listMutations(source: string, program: AstNode): DrawnMutation[] {
  const nodes = [...walkTree(program)];
  const types = nodes.filter(({ type }) => /^TS.*(Type|Keyword|Declaration|Annotation|Instantiation)$/.test(type));
  return nodes
    .filter(({ start, end }) => !types.some((type) => type.start <= start && end <= type.end))
    .flatMap((node) => mutateNode(source, node));
}
