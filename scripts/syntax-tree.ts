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
  parseAst(source, { lang: "ts" }, file) as unknown as AstNode;
