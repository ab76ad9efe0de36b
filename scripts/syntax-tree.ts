import { parseAst } from "rolldown/parseAst";

/** A node of a syntax tree in the form of ESTree, with its place in the source. */
export interface AstNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export const isNode = (value: unknown): value is AstNode => typeof value === "object" && value !== null && "type" in value;

/** Parses a TypeScript module. Throws a SyntaxError that names the file. */
export const parseSource = (source: string, file: string): AstNode =>
  parseAst(source, { lang: file.endsWith(".tsx") ? "tsx" : "ts" }, file) as unknown as AstNode;

/** The nodes of a tree, parents before their children. */
export function* walkTree(node: AstNode): Generator<AstNode> {
  yield node;
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* walkTree(child);
}
