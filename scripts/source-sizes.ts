import { type AstNode, isNode, parseSource, walkTree } from "./syntax-tree.ts";

const MAX_FILE_LINES = 350;
const MAX_FUNCTION_LINES = 60;

/** At most this many in all files. Lower a bound with each file or function that is split; never raise one. */
export const SIZE_BOUNDS = { files: 158, functions: 309 };

const FUNCTION_TYPES = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

const countLines = (source: string, start = 0, end = source.length): number =>
  source.slice(start, end).trimEnd().split("\n").length;

/** Whether the body of a function has statements. An expression, such as a table or JSX, is no long function. */
const hasStatements = ({ body }: AstNode): boolean => isNode(body) && (body as AstNode).type === "BlockStatement";

/** Returns the lines on which functions begin that are too long, and 1 if the file itself is. Data (`*.data.ts`) may have any size. */
export function listSizeFaults(source: string, file: string): { kind: keyof typeof SIZE_BOUNDS; line: number }[] {
  if (file.endsWith(".data.ts")) return [];
  const isLong = countLines(source) > MAX_FILE_LINES;
  // The bodies of tests are lists of cases.
  const functions = file.startsWith("test/")
    ? []
    : [...walkTree(parseSource(source, file))].filter(({ type }) => FUNCTION_TYPES.has(type));
  return [
    ...(isLong ? [{ kind: "files" as const, line: 1 }] : []),
    ...functions
      .filter((node) => hasStatements(node) && countLines(source, node.start, node.end) > MAX_FUNCTION_LINES)
      .map(({ start }) => ({ kind: "functions" as const, line: countLines(source, 0, start) })),
  ];
}
