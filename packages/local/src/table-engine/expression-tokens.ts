import { ValidationError } from "./table-error.ts";

export interface Token {
  /** `unknown` is a character that no expression may contain. */
  readonly kind: "word" | "name" | "value" | "number" | "sign" | "unknown" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const MAX_EXPRESSION_BYTES = 4096;

const PATTERNS: readonly [Token["kind"], RegExp][] = [
  ["name", /#[A-Za-z0-9_]+/y],
  ["value", /:[A-Za-z0-9_]+/y],
  ["word", /[A-Za-z][A-Za-z0-9_]*/y],
  ["number", /\d+/y],
  ["sign", /<>|<=|>=|[=<>()[\],.+-]/y],
  ["unknown", /[\s\S]/uy],
];

/** Returns the tokens of an expression, followed by an end token. */
export function readTokens(expression: string, text: string): Token[] {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_EXPRESSION_BYTES)
    throw new ValidationError(
      `Invalid ${expression}: Expression size has exceeded the maximum allowed size;${expression === "UpdateExpression" ? "" : ` expression size: ${bytes}`}`,
    );
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    while (/\s/.test(text[position] ?? "")) position++;
    if (position === text.length) break;
    const token = tokenAt(text, position);
    tokens.push(token);
    position = token.end;
  }
  if (tokens.length === 0) throw new ValidationError(`Invalid ${expression}: The expression can not be empty;`);
  return [...tokens, { kind: "end", text: "<EOF>", start: position, end: position }];
}

function tokenAt(text: string, start: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = start;
    const [matchedText] = pattern.exec(text) ?? [];
    if (matchedText !== undefined) return { kind, text: matchedText, start, end: start + matchedText.length };
  }
  throw new Error("Unexpected character in an expression");
}
