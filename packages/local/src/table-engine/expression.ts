import type { AttributeValue, Item } from "./attribute-value.ts";
import { ValidationError } from "./table-error.ts";

/** What expressions are made of after parsing: paths, operands, conditions. Names and values are placeholders until they are bound. */

/** `a.#b[3]`: names as written, and indexes of lists. */
export interface Path {
  readonly steps: readonly (string | number)[];
}

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly placeholder: string }
  | { readonly kind: "size"; readonly operand: Exclude<Operand, { kind: "size" }> };

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type Condition =
  | { readonly kind: "compare"; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "between"; readonly operand: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly kind: "in"; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly condition: Condition }
  | { readonly kind: "exists" | "not_exists"; readonly path: Path }
  | { readonly kind: "function"; readonly name: ConditionFunction; readonly operands: readonly [Operand, Operand] };

export type ConditionFunction = "attribute_type" | "begins_with" | "contains";

export type SetOperand =
  | Exclude<Operand, { kind: "size" }>
  | { readonly kind: "if_not_exists"; readonly path: Path; readonly otherwise: SetOperand }
  | { readonly kind: "list_append"; readonly left: SetOperand; readonly right: SetOperand };

export interface SetAction {
  readonly path: Path;
  readonly value:
    | SetOperand
    | { readonly kind: "sum"; readonly sign: "+" | "-"; readonly left: SetOperand; readonly right: SetOperand };
}

export interface Update {
  readonly set: readonly SetAction[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly placeholder: string }[];
  readonly delete: readonly { readonly path: Path; readonly placeholder: string }[];
}

/** The placeholders and paths of one expression. */
export interface Usage {
  /** Names (`#a`) and values (`:a`). */
  readonly placeholders: readonly string[];
  readonly paths: readonly Path[];
}

/** The names and values of a command, and which of them its expressions use. */
export class Bindings {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, AttributeValue>>;
  readonly #used = new Set<string>();
  readonly #paths = new Map<string, readonly Path[]>();

  constructor(names: Readonly<Record<string, string>> = {}, values: Readonly<Record<string, AttributeValue>> = {}) {
    this.#names = names;
    this.#values = values;
  }

  name(reference: string): string {
    return reference.startsWith("#") ? (this.#names[reference] as string) : reference;
  }

  value(placeholder: string): AttributeValue {
    return this.#values[placeholder] as AttributeValue;
  }

  /** Marks an expression's placeholders as used. Refuses those that the command does not define. */
  use(expression: string, { placeholders, paths }: Usage): void {
    this.#paths.set(expression, paths);
    for (const placeholder of placeholders) {
      const isName = placeholder.startsWith("#");
      if (!Object.hasOwn(isName ? this.#names : this.#values, placeholder))
        throw new ValidationError(
          isName
            ? `Invalid ${expression}: An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`
            : `Invalid ${expression}: An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
        );
      this.#used.add(placeholder);
    }
  }

  requireAllUsed(): void {
    for (const [parameter, defined] of [
      ["ExpressionAttributeNames", this.#names],
      ["ExpressionAttributeValues", this.#values],
    ] as const) {
      const unused = Object.keys(defined).filter((placeholder) => !this.#used.has(placeholder));
      if (unused.length > 0)
        throw new ValidationError(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(", ")}}`);
    }
  }

  /** Returns the paths of one expression, or of all. */
  paths(expression?: string): (string | number)[][] {
    const paths = expression === undefined ? [...this.#paths.values()].flat() : (this.#paths.get(expression) ?? []);
    return paths.map((path) => this.steps(path));
  }

  /** Returns the steps of a path, with placeholders replaced by names. */
  steps({ steps }: Path): (string | number)[] {
    return steps.map((step) => (typeof step === "number" ? step : this.name(step)));
  }
}

/** Returns the value at a path; undefined if a step is missing or of another type. */
export function valueAt(item: Item, steps: readonly (string | number)[]): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const step of steps) {
    if (!value) return undefined;
    value = childAt(value, step);
  }
  return value;
}

/** Returns the attribute of a map or the element of a list; undefined if there is none. */
export function childAt(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if (typeof step === "number") return "L" in value ? value.L[step] : undefined;
  return "M" in value && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
}

/** `[a, [3], b]`, as DynamoDB writes a path in its messages. */
export const describePath = (steps: readonly (string | number)[]): string =>
  `[${steps.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;

/** Refuses two paths if one contains the other, or if they use one value both as a list and as a map. */
export function requireDistinctPaths(expression: string, paths: readonly (readonly (string | number)[])[]): void {
  for (const [index, one] of paths.entries())
    for (const path of paths.slice(index + 1)) {
      const length = Math.min(one.length, path.length);
      let shared = 0;
      while (shared < length && one[shared] === path[shared]) shared++;
      const detail = `path one: ${describePath(one)}, path two: ${describePath(path)}`;
      if (shared === length)
        throw new ValidationError(
          `Invalid ${expression}: Two document paths overlap with each other; must remove or rewrite one of these paths; ${detail}`,
        );
      if (typeof one[shared] !== typeof path[shared])
        throw new ValidationError(
          `Invalid ${expression}: Two document paths conflict with each other; must remove or rewrite one of these paths; ${detail}`,
        );
    }
}
