import { type AstNode, isNode, parseSource, walkTree } from "./syntax-tree.ts";

/** The ways around the type checker. */
type TypeEscape = "as never" | "as never without a reason" | "as any" | "as unknown as" | "non-null !" | "@ts-expect-error";

/** At most this many in all files. Lower a bound with each repair; never raise one. */
export const ESCAPE_BOUNDS: Readonly<Record<TypeEscape, number>> = {
  "as never": 14,
  "as never without a reason": 0,
  "as any": 1,
  "as unknown as": 104,
  "non-null !": 0,
  "@ts-expect-error": 14,
};

const isType = (value: unknown, type: string): boolean => isNode(value) && value.type === type;

function findEscape({ type, typeAnnotation, expression }: AstNode): TypeEscape | undefined {
  if (type === "TSNonNullExpression") return "non-null !";
  if (type !== "TSAsExpression") return undefined;
  if (isType(typeAnnotation, "TSNeverKeyword")) return "as never";
  if (isNode(typeAnnotation) && isType(typeAnnotation.elementType, "TSNeverKeyword")) return "as never";
  if (isType(typeAnnotation, "TSAnyKeyword")) return "as any";
  const inner = isType(expression, "TSAsExpression") ? (expression as AstNode).typeAnnotation : undefined;
  return isType(inner, "TSUnknownKeyword") ? "as unknown as" : undefined;
}

/** Whether a comment on the line, or on the line above, says why. */
const hasReason = (lines: readonly string[], line: number): boolean =>
  /\S\s+\/\/ \S/.test(lines[line - 1] ?? "") || /^\s*(?:\/\/|\/\*\*?|\*) ?\S/.test(lines[line - 2] ?? "");

/** Returns the lines of a module that go around the type checker, by the way they do it. */
export function listTypeEscapes(source: string, file: string): { kind: TypeEscape; line: number }[] {
  const lineAt = (place: number): number => source.slice(0, place).split("\n").length;
  const lines = source.split("\n");
  const found = [...walkTree(parseSource(source, file))].flatMap((node): { kind: TypeEscape; line: number }[] => {
    const kind = findEscape(node);
    if (kind === undefined) return [];
    const line = lineAt(node.end);
    const isUnexplained = kind === "as never" && !hasReason(lines, line);
    return [{ kind, line }, ...(isUnexplained ? [{ kind: "as never without a reason" as const, line }] : [])];
  });
  const directives = lines.flatMap((text, index) =>
    /^\s*(?:\/\/|\/\*).*@ts-expect-error/.test(text) ? [{ kind: "@ts-expect-error" as const, line: index + 1 }] : [],
  );
  return [...found, ...directives];
}
