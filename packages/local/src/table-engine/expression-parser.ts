import type { Comparator, Condition, ConditionFunction, Operand, Path, Update, Usage } from "./expression.ts";
import { ExpressionCursor } from "./expression-cursor.ts";
import type { Token } from "./expression-tokens.ts";
import { UpdateParser } from "./expression-update.ts";

const MAX_IN_OPERANDS = 100;

interface Parsed<T> extends Usage {
  readonly tree: T;
}

const comparators = new Set(["=", "<>", "<", "<=", ">", ">="]);
const TESTS = ["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"];
const FUNCTIONS = [...TESTS, "size"];

/** A recursive descent over the tokens of a condition or a projection. */
class ConditionParser extends ExpressionCursor {
  condition(): Condition {
    const condition = this.#or();
    this.requireEnd();
    return condition;
  }

  projection(): Path[] {
    const paths = [this.path()];
    while (this.take(",")) paths.push(this.path());
    this.requireEnd();
    return paths;
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#takeOperator("OR")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#takeOperator("AND")) left = { kind: "and", left, right: this.#not() };
    return left;
  }

  #not(): Condition {
    return this.#takeOperator("NOT") ? { kind: "not", condition: this.#not() } : this.#primary();
  }

  #takeOperator(word: string): boolean {
    const isNext = this.takeWord(word);
    if (isNext) this.countOperator();
    return isNext;
  }

  #primary(): Condition {
    if (this.peek().text === "(" && !this.#isComparison(this.behindBracket())) {
      this.next();
      const condition = this.#or();
      this.expect(")");
      return condition;
    }
    if (this.isFunction() && this.peek().text !== "size") return this.#function();
    return this.#comparison(this.#operand());
  }

  /** Whether a comparison follows, given the token after the operand. */
  #isComparison(token: Token): boolean {
    return comparators.has(token.text) || this.isWord(token, "BETWEEN") || this.isWord(token, "IN");
  }

  #comparison(operand: Operand): Condition {
    if (this.#takeOperator("BETWEEN")) {
      const lower = this.#operand();
      this.expectWord("AND");
      return { kind: "between", operand, lower, upper: this.#operand() };
    }
    if (this.#takeOperator("IN")) return { kind: "in", operand, list: this.#list() };
    if (!comparators.has(this.peek().text)) throw operand.kind === "size" ? this.misused("size") : this.unexpected();
    const comparator = this.next().text as Comparator;
    this.countOperator();
    return { kind: "compare", comparator, left: operand, right: this.#operand() };
  }

  #list(): Operand[] {
    this.expect("(");
    const list = [this.#operand()];
    while (this.take(",")) list.push(this.#operand());
    this.expect(")");
    if (list.length > MAX_IN_OPERANDS)
      throw this.invalid(`The IN operator is provided with too many operands; number of operands: ${list.length}`);
    return list;
  }

  #function(): Condition {
    this.requireFunction(FUNCTIONS, TESTS);
    const name = this.peek().text;
    const [first, second] = this.operands(() => this.#argument());
    if (this.#isComparison(this.peek())) throw this.misused(name);
    if (name !== "attribute_exists" && name !== "attribute_not_exists")
      return { kind: "function", name: name as ConditionFunction, operands: [first as Operand, second as Operand] };
    if (first?.kind !== "path") throw this.pathRequired(name);
    return { kind: name === "attribute_exists" ? "exists" : "not_exists", path: first.path };
  }

  /** Reads an operand of a function, which may not itself be a function. */
  #argument(): Exclude<Operand, { kind: "size" }> {
    if (this.isFunction()) this.requireFunction(FUNCTIONS, []);
    if (this.peek().kind === "value") return { kind: "value", placeholder: this.value() };
    return { kind: "path", path: this.path() };
  }

  /** Reads an operand of a comparison: a path, a value or a size. */
  #operand(): Operand {
    if (this.peek().text === "(") {
      this.behindBracket();
      this.next();
      const operand = this.#operand();
      this.expect(")");
      return operand;
    }
    if (!this.isFunction()) return this.#argument();
    this.requireFunction(FUNCTIONS, ["size"]);
    const [operand] = this.operands(() => this.#argument()) as [Exclude<Operand, { kind: "size" }>];
    return { kind: "size", operand };
  }
}

const MAX_CACHED = 2000;
const cache = new Map<string, Parsed<unknown>>();

/** Parses an expression, and caches the tree by its text for all commands. */
function parseOnce<T, P extends ExpressionCursor>(
  Parser: new (expression: string, text: string) => P,
  expression: string,
  text: string,
  parse: (parser: P) => T,
): Parsed<T> {
  const key = `${expression} ${text}`;
  const cachedResult = cache.get(key);
  if (cachedResult) return cachedResult as Parsed<T>;
  const parser = new Parser(expression, text);
  const parsed = { tree: parse(parser), placeholders: [...parser.placeholders], paths: parser.paths };
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, parsed);
  return parsed;
}

export const parseCondition = (expression: string, text: string): Parsed<Condition> =>
  parseOnce(ConditionParser, expression, text, (parser) => parser.condition());
export const parseUpdate = (text: string): Parsed<Update> =>
  parseOnce(UpdateParser, "UpdateExpression", text, (parser) => parser.update());
export const parseProjection = (text: string): Parsed<Path[]> =>
  parseOnce(ConditionParser, "ProjectionExpression", text, (parser) => parser.projection());
