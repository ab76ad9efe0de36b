import type { Path } from "./expression.ts";
import { readTokens, type Token } from "./expression-tokens.ts";
import { reservedWords } from "./reserved-words.ts";
import { ValidationError } from "./table-error.ts";

const MAX_OPERATORS = 300;
const MAX_STEPS = 32;
const MAX_INDEX = 2 ** 31 - 1;

/** Number of operands of each function. */
const arity: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
  if_not_exists: 2,
  list_append: 2,
};

/** A position in the tokens of one expression. `expression` is its name in messages: `ConditionExpression`. */
export class ExpressionCursor {
  readonly expression: string;
  readonly placeholders = new Set<string>();
  readonly paths: Path[] = [];
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  #operators = 0;

  constructor(expression: string, text: string) {
    this.expression = expression;
    this.#text = text;
    this.#tokens = readTokens(expression, text);
  }

  peek(offset = 0): Token {
    return (this.#tokens[this.#position + offset] ?? this.#tokens.at(-1)) as Token;
  }

  next(): Token {
    const token = this.peek();
    this.#position++;
    return token;
  }

  take(sign: string): boolean {
    const isNext = this.peek().kind === "sign" && this.peek().text === sign;
    if (isNext) this.#position++;
    return isNext;
  }

  /** Takes an operator in words, in any case. */
  takeWord(word: string): boolean {
    const isNext = this.isWord(this.peek(), word);
    if (isNext) this.#position++;
    return isNext;
  }

  isWord({ kind, text }: Token, word: string): boolean {
    return kind === "word" && text.toUpperCase() === word;
  }

  expect(sign: string): void {
    if (!this.take(sign)) throw this.unexpected();
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected();
  }

  requireEnd(): void {
    if (this.peek().kind !== "end") throw this.unexpected();
    if (this.#operators > MAX_OPERATORS)
      throw this.invalid(`The expression contains too many operators; operator count: ${this.#operators}`);
  }

  countOperator(): void {
    this.#operators++;
  }

  /** Returns the token after the bracket that closes the next one. Refuses redundant brackets. */
  behindBracket(): Token {
    const close = this.#findClose(this.#position);
    if (this.peek(1).text === "(" && this.#findClose(this.#position + 1) === close - 1)
      throw this.invalid("The expression has redundant parentheses;");
    return (this.#tokens[close + 1] ?? this.#tokens.at(-1)) as Token;
  }

  #findClose(open: number): number {
    let depth = 0;
    for (let index = open; index < this.#tokens.length; index++) {
      const { text } = this.#tokens[index] as Token;
      if (text === "(") depth++;
      if (text === ")" && --depth === 0) return index;
    }
    return this.#tokens.length;
  }

  /** Whether a function's name is next. */
  isFunction(): boolean {
    return this.peek().kind === "word" && this.peek(1).text === "(";
  }

  /** Reads the operands of the next function. */
  operands<T>(read: () => T): T[] {
    const name = this.next().text;
    this.expect("(");
    const operands = [read()];
    while (this.take(",")) operands.push(read());
    this.expect(")");
    if (operands.length !== arity[name])
      throw this.invalid(
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
      );
    return operands;
  }

  /** Refuses a function that does not exist, that this kind of expression does not have, or that is not allowed at this position. */
  requireFunction(inExpression: readonly string[], allowedFunctions: readonly string[]): void {
    const name = this.peek().text;
    if (!Object.hasOwn(arity, name)) throw this.invalid(`Invalid function name; function: ${name}`);
    if (!inExpression.includes(name)) {
      const kind = this.expression === "UpdateExpression" ? "an update" : "a condition";
      throw this.invalid(`The function is not allowed in ${kind} expression; function: ${name}`);
    }
    if (!allowedFunctions.includes(name)) throw this.misused(name);
  }

  misused(name: string): ValidationError {
    return this.invalid(`The function is not allowed to be used this way in an expression; function: ${name}`);
  }

  pathRequired(name: string): ValidationError {
    return this.invalid(`Operator or function requires a document path; operator or function: ${name}`);
  }

  value(): string {
    if (this.peek().kind !== "value") throw this.unexpected();
    const { text } = this.next();
    this.placeholders.add(text);
    return text;
  }

  path(): Path {
    const steps: (string | number)[] = [this.#pathName()];
    for (;;) {
      if (this.take(".")) steps.push(this.#pathName());
      else if (this.take("[")) steps.push(this.#listIndex());
      else break;
    }
    if (steps.length > MAX_STEPS)
      throw this.invalid(`The document path has too many nesting levels; nesting levels: ${steps.length}`);
    const path = { steps };
    this.paths.push(path);
    return path;
  }

  #listIndex(): number {
    const token = this.peek();
    if (token.kind !== "number") throw this.unexpected();
    this.next();
    this.expect("]");
    if (Number(token.text) > MAX_INDEX)
      throw this.invalid(`List index is not within the allowable range; index: [${token.text}]`);
    return Number(token.text);
  }

  #pathName(): string {
    const { kind, text } = this.peek();
    if (kind === "name") this.placeholders.add(text);
    else if (kind !== "word") throw this.unexpected();
    else if (reservedWords.has(text.toUpperCase()))
      throw this.invalid(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
    this.next();
    return text;
  }

  invalid(problem: string): ValidationError {
    return new ValidationError(`Invalid ${this.expression}: ${problem}`);
  }

  /** Builds the error for an unexpected next token, which shows it between its neighbours. */
  unexpected(): ValidationError {
    const token = this.peek();
    const position = Math.min(this.#position, this.#tokens.length - 1);
    const { start } = this.#tokens[position - 1] ?? token;
    const { end } = this.#tokens[position + 1] ?? token;
    return this.invalid(`Syntax error; token: "${token.text}", near: "${this.#text.slice(start, end)}"`);
  }
}
