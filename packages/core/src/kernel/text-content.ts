import type * as z from "zod";

/** Characters that texts must not contain, in inputs of clients and of code in this process. */

const NUL_MESSAGE = "Must not contain the character NUL";
const HALF_CHARACTER_MESSAGE = "Must be well-formed Unicode: contains half of a surrogate pair";

/** Returns why a text cannot be stored; undefined if it can. */
export function findTextProblem(text: string): string | undefined {
  if (!text.isWellFormed()) return HALF_CHARACTER_MESSAGE;
  return text.includes("\0") ? NUL_MESSAGE : undefined;
}

/** A text of one line has none of these (UAX #14, mandatory breaks). */
const LINE_END_PATTERN = /[\n\v\f\r\u0085\u2028\u2029]/;

export const LINE_END_MESSAGE = "Must be one line: replace the line ends with spaces";

export const hasLineEnd = (text: string): boolean => LINE_END_PATTERN.test(text);

/** Joins the lines of a text by blanks. */
export const joinLines = (text: string): string => text.trim().replaceAll(/\s*[\n\v\f\r\u0085\u2028\u2029]\s*/g, " ");

/**
 * Makes one line of a text from outside, such as the subject of a mail, without control characters and characters that change the direction of
 * text. Texts of other systems are converted, because refusing them would lose what they came with.
 */
export const toSingleLine = (text: string, maxLength = Number.POSITIVE_INFINITY): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(/[\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .replaceAll(/ {2,}/g, " ")
    .trim()
    .slice(0, maxLength)
    .toWellFormed()
    .trim();

/** A value in an input, with its name or position in the value above it. */
interface TextNode {
  readonly value: unknown;
  readonly name?: PropertyKey;
  readonly parent?: TextNode;
}

/**
 * Lists the texts and the names of fields in an input that cannot be stored, at every depth. It covers values without a schema of their own, such
 * as free JSON. It uses no recursion: the body of a webhook may be nested deeply enough to overflow the stack.
 */
export function listTextIssues(input: unknown): z.core.$ZodIssueCustom[] {
  const issues: z.core.$ZodIssueCustom[] = [];
  const add = (node: TextNode, message: string | undefined): void => {
    if (message !== undefined) issues.push({ code: "custom", path: buildPath(node), message });
  };
  const nodes: TextNode[] = [{ value: input }];
  for (const node of nodes) {
    const { value } = node;
    if (typeof value === "string") add(node, findTextProblem(value));
    else if (Array.isArray(value)) for (const [name, item] of value.entries()) nodes.push({ value: item, name, parent: node });
    else if (isPlainObject(value))
      for (const [name, field] of Object.entries(value)) {
        const child: TextNode = { value: field, name, parent: node };
        if (name === "__proto__") add(child, "The name __proto__ is not allowed");
        else add(node, findTextProblem(name));
        nodes.push(child);
      }
  }
  return issues;
}

function buildPath(node: TextNode): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let above: TextNode | undefined = node; above?.name !== undefined; above = above.parent) path.push(above.name);
  return path.reverse();
}

/** Bytes of files and other objects contain no texts of an input. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
