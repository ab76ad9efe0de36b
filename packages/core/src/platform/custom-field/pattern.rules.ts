/**
 * Matches patterns that tenants write, in time proportional to the length of the text and of the pattern: the matcher follows all alternatives at
 * once and never backtracks. The syntax is a subset of JavaScript's regular expressions with the same meaning. Constructs that need backtracking
 * (back references, lookahead, lookbehind) are refused.
 */
interface Pattern {
  matches(text: string): boolean;
}

/** A pattern that is refused; the message is for the person who wrote it. */
export class InvalidPattern extends Error {
  override name = "NotAPattern";
}

export const MAX_PATTERN_LENGTH = 200;
/** Steps of a pattern once its repetitions are expanded. */
const MAX_STEPS = 1000;

type PatternNode =
  | { kind: "char"; test: RegExp }
  | { kind: "all" | "any"; parts: readonly PatternNode[] }
  | { kind: "repeat"; node: PatternNode; min: number; max: number };

/** A state of the matcher: a character that matches `test` leads to `next`; without a test, all of `next` are entered at once. */
interface Step {
  test?: RegExp;
  next: number[];
}

export function compilePattern(source: string): Pattern {
  if (source.length > MAX_PATTERN_LENGTH) throw new InvalidPattern(`Must have at most ${MAX_PATTERN_LENGTH} characters`);
  try {
    new RegExp(source, "u");
  } catch {
    throw new InvalidPattern("Must be a regular expression");
  }
  const fromStart = source.startsWith("^");
  const toEnd = /(^|[^\\])(\\\\)*\$$/.test(source);
  const body = source.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  const node = new PatternReader(body, fromStart || toEnd).readPattern();
  const steps: Step[] = [{ next: [] }];
  const start = compileNode(steps, node, 0);
  return { matches: (text) => matchSteps(steps, start, text, fromStart, toEnd) };
}

/** Parses a pattern from left to right. */
class PatternReader {
  readonly #chars: readonly string[];
  readonly #anchored: boolean;
  #at = 0;

  constructor(source: string, anchored: boolean) {
    this.#chars = [...source];
    this.#anchored = anchored;
  }

  readPattern(): PatternNode {
    const node = this.#readAlternatives();
    if (this.#anchored && node.kind === "any") throw new InvalidPattern("Alternatives between ^ and $ must be in parentheses");
    return node;
  }

  #readAlternatives(): PatternNode {
    const parts = [this.#readSequence()];
    while (this.#accept("|")) parts.push(this.#readSequence());
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: "any", parts };
  }

  #readSequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.#chars.length && this.#peek() !== "|" && this.#peek() !== ")") parts.push(this.#readRepetition());
    return { kind: "all", parts };
  }

  #readRepetition(): PatternNode {
    const node = this.#readAtom();
    const rest = this.#chars.slice(this.#at).join("");
    const match = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(rest);
    if (!match) return node;
    this.#at += match[0].length;
    const [min, max] = parseBounds(match);
    if (Math.max(min, max === Number.POSITIVE_INFINITY ? 0 : max) > MAX_STEPS) throw patternTooLong();
    return { kind: "repeat", node, min, max };
  }

  #readAtom(): PatternNode {
    const char = this.#peek();
    if (char === "(") return this.#readGroup();
    if (char === "^" || char === "$") throw new InvalidPattern("^ is allowed only at the beginning, $ only at the end");
    const token = char === "[" ? this.#readClass() : char === "\\" ? this.#readEscape() : this.#next();
    return { kind: "char", test: new RegExp(`^${token}$`, "u") };
  }

  #readGroup(): PatternNode {
    this.#next();
    if (this.#accept("?") && !this.#accept(":")) throw new InvalidPattern("Lookaround and named groups are not allowed");
    const node = this.#readAlternatives();
    this.#next();
    return node;
  }

  #readClass(): string {
    let token = this.#next();
    while (this.#peek() !== "]") token += this.#peek() === "\\" ? this.#readEscape() : this.#next();
    return token + this.#next();
  }

  #readEscape(): string {
    const token = this.#next() + this.#next();
    if (/^\\[0-9bBkc]$/.test(token)) throw new InvalidPattern(`${token} is not allowed`);
    if (!/^\\[pPux]$/.test(token)) return token;
    const matchText = /^(\{[^}]*\}|[0-9a-fA-F]{2,4})/.exec(this.#chars.slice(this.#at).join(""))?.[0] ?? "";
    const argument = token === "\\x" ? matchText.slice(0, 2) : matchText;
    this.#at += argument.length;
    return token + argument;
  }

  #peek(): string | undefined {
    return this.#chars[this.#at];
  }

  #next(): string {
    return this.#chars[this.#at++] ?? "";
  }

  #accept(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }
}

function parseBounds([sign, min, comma, max]: RegExpExecArray): [number, number] {
  if (min !== undefined) return [Number(min), comma === undefined ? Number(min) : max ? Number(max) : Number.POSITIVE_INFINITY];
  return [sign?.startsWith("+") ? 1 : 0, sign?.startsWith("?") ? 1 : Number.POSITIVE_INFINITY];
}

const patternTooLong = (): InvalidPattern =>
  new InvalidPattern(`The pattern has more than ${MAX_STEPS} steps when its repetitions are written out`);

function addStep(steps: Step[], step: Step): number {
  if (steps.push(step) > MAX_STEPS) throw patternTooLong();
  return steps.length - 1;
}

/** Compiles a node so that it leads to step `to`, and returns the index of its first step. */
function compileNode(steps: Step[], node: PatternNode, to: number): number {
  switch (node.kind) {
    case "char":
      return addStep(steps, { test: node.test, next: [to] });
    // An empty node is a step too, so that repetitions of it count.
    case "all":
      if (node.parts.length === 0) return addStep(steps, { next: [to] });
      return node.parts.reduceRight((next, part) => compileNode(steps, part, next), to);
    case "any":
      return addStep(steps, { next: node.parts.map((part) => compileNode(steps, part, to)) });
    case "repeat": {
      if (node.max === 0) return addStep(steps, { next: [to] });
      let next = to;
      if (node.max === Number.POSITIVE_INFINITY) {
        next = addStep(steps, { next: [to] });
        steps[next]?.next.push(compileNode(steps, node.node, next));
      } else {
        for (let more = node.min; more < node.max; more++)
          next = addStep(steps, { next: [to, compileNode(steps, node.node, next)] });
      }
      for (let must = 0; must < node.min; must++) next = compileNode(steps, node.node, next);
      return next;
    }
  }
}

/** Runs the compiled pattern on a text. Step 0 is the end of the pattern. */
function matchSteps(steps: readonly Step[], start: number, text: string, fromStart: boolean, toEnd: boolean): boolean {
  let now = followSteps(steps, [start]);
  if (now.has(0) && !toEnd) return true;
  for (const char of text) {
    const next: number[] = [];
    for (const stepIndex of now) {
      const { test, next: leads } = steps[stepIndex] as Step;
      if (test?.test(char)) next.push(...leads);
    }
    if (!fromStart) next.push(start);
    now = followSteps(steps, next);
    if (now.has(0) && !toEnd) return true;
    if (now.size === 0) return false;
  }
  return now.has(0);
}

/** Returns all steps that these lead to without a further character. */
function followSteps(steps: readonly Step[], from: readonly number[]): Set<number> {
  const seen = new Set<number>();
  const open = [...from];
  for (let stepIndex = open.pop(); stepIndex !== undefined; stepIndex = open.pop()) {
    if (seen.has(stepIndex)) continue;
    seen.add(stepIndex);
    const { test, next } = steps[stepIndex] as Step;
    if (!test) open.push(...next);
  }
  return seen;
}
