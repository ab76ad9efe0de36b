/**
 * Patterns that tenants write, matched in time that grows with the length of the text and of the pattern, and never
 * faster: all ways through the pattern are followed at once, and none is tried again. What a pattern may say is a part
 * of what JavaScript's regular expressions do, and means the same; what cannot be matched that way (references back,
 * looking ahead or behind) is refused.
 */
export interface Pattern {
  matches(text: string): boolean;
}

/** A pattern that cannot be taken, and why, for the person who wrote it. */
export class NotAPattern extends Error {
  override name = "NotAPattern";
}

export const LONGEST_PATTERN = 200;
/** Steps of a pattern once its repetitions are written out. */
const MOST_STEPS = 1000;

type Node =
  | { kind: "char"; test: RegExp }
  | { kind: "all" | "any"; parts: readonly Node[] }
  | { kind: "repeat"; node: Node; min: number; max: number };

/** A step of the way: a character that fits leads on to `next`; without a test all of `next` are gone to at once. */
interface Step {
  test?: RegExp;
  next: number[];
}

export function patternOf(source: string): Pattern {
  if (source.length > LONGEST_PATTERN) throw new NotAPattern(`At most ${LONGEST_PATTERN} characters`);
  try {
    new RegExp(source, "u");
  } catch {
    throw new NotAPattern("Not a regular expression");
  }
  const fromStart = source.startsWith("^");
  const toEnd = /(^|[^\\])(\\\\)*\$$/.test(source);
  const body = source.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  const node = new Reader(body, fromStart || toEnd).whole();
  const steps: Step[] = [{ next: [] }];
  const start = laid(steps, node, 0);
  return { matches: (text) => runs(steps, start, text, fromStart, toEnd) };
}

/** Reads a pattern from left to right. */
class Reader {
  readonly #chars: readonly string[];
  readonly #anchored: boolean;
  #at = 0;

  constructor(source: string, anchored: boolean) {
    this.#chars = [...source];
    this.#anchored = anchored;
  }

  whole(): Node {
    const node = this.#alternatives();
    if (this.#anchored && node.kind === "any") throw new NotAPattern("Put alternatives between ^ and $ into parentheses");
    return node;
  }

  #alternatives(): Node {
    const parts = [this.#sequence()];
    while (this.#takes("|")) parts.push(this.#sequence());
    return parts.length === 1 ? (parts[0] as Node) : { kind: "any", parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#chars.length && this.#peek() !== "|" && this.#peek() !== ")") parts.push(this.#repeated());
    return { kind: "all", parts };
  }

  #repeated(): Node {
    const node = this.#atom();
    const rest = this.#chars.slice(this.#at).join("");
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(rest);
    if (!found) return node;
    this.#at += found[0].length;
    const [min, max] = boundsOf(found);
    if (Math.max(min, max === Number.POSITIVE_INFINITY ? 0 : max) > MOST_STEPS) throw tooLong();
    return { kind: "repeat", node, min, max };
  }

  #atom(): Node {
    const char = this.#peek();
    if (char === "(") return this.#group();
    if (char === "^" || char === "$") throw new NotAPattern("^ stands only at the beginning, $ only at the end");
    const token = char === "[" ? this.#class() : char === "\\" ? this.#escape() : this.#next();
    return { kind: "char", test: new RegExp(`^${token}$`, "u") };
  }

  #group(): Node {
    this.#next();
    if (this.#takes("?") && !this.#takes(":")) throw new NotAPattern("Groups neither look around nor have names");
    const node = this.#alternatives();
    this.#next();
    return node;
  }

  #class(): string {
    let token = this.#next();
    while (this.#peek() !== "]") token += this.#peek() === "\\" ? this.#escape() : this.#next();
    return token + this.#next();
  }

  #escape(): string {
    const token = this.#next() + this.#next();
    if (/^\\[0-9bBkc]$/.test(token)) throw new NotAPattern(`${token} cannot be used`);
    if (!/^\\[pPux]$/.test(token)) return token;
    const found = /^(\{[^}]*\}|[0-9a-fA-F]{2,4})/.exec(this.#chars.slice(this.#at).join(""))?.[0] ?? "";
    const own = token === "\\x" ? found.slice(0, 2) : found;
    this.#at += own.length;
    return token + own;
  }

  #peek(): string | undefined {
    return this.#chars[this.#at];
  }

  #next(): string {
    return this.#chars[this.#at++] ?? "";
  }

  #takes(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }
}

function boundsOf([sign, least, comma, most]: RegExpExecArray): [number, number] {
  if (least !== undefined)
    return [Number(least), comma === undefined ? Number(least) : most ? Number(most) : Number.POSITIVE_INFINITY];
  return [sign?.startsWith("+") ? 1 : 0, sign?.startsWith("?") ? 1 : Number.POSITIVE_INFINITY];
}

const tooLong = (): NotAPattern => new NotAPattern(`Longer than ${MOST_STEPS} steps with its repetitions written out`);

function added(steps: Step[], step: Step): number {
  if (steps.push(step) > MOST_STEPS) throw tooLong();
  return steps.length - 1;
}

/** Lays a node down before the step `to`, and gives the step that it begins with. */
function laid(steps: Step[], node: Node, to: number): number {
  switch (node.kind) {
    case "char":
      return added(steps, { test: node.test, next: [to] });
    // What takes no room is a step too, so that repetitions of it are counted as well.
    case "all":
      if (node.parts.length === 0) return added(steps, { next: [to] });
      return node.parts.reduceRight((next, part) => laid(steps, part, next), to);
    case "any":
      return added(steps, { next: node.parts.map((part) => laid(steps, part, to)) });
    case "repeat": {
      if (node.max === 0) return added(steps, { next: [to] });
      let next = to;
      if (node.max === Number.POSITIVE_INFINITY) {
        next = added(steps, { next: [to] });
        steps[next]?.next.push(laid(steps, node.node, next));
      } else {
        for (let more = node.min; more < node.max; more++) next = added(steps, { next: [to, laid(steps, node.node, next)] });
      }
      for (let must = 0; must < node.min; must++) next = laid(steps, node.node, next);
      return next;
    }
  }
}

/** Step 0 is the end of the pattern. */
function runs(steps: readonly Step[], start: number, text: string, fromStart: boolean, toEnd: boolean): boolean {
  let now = reached(steps, [start]);
  if (now.has(0) && !toEnd) return true;
  for (const char of text) {
    const next: number[] = [];
    for (const at of now) {
      const { test, next: leads } = steps[at] as Step;
      if (test?.test(char)) next.push(...leads);
    }
    if (!fromStart) next.push(start);
    now = reached(steps, next);
    if (now.has(0) && !toEnd) return true;
    if (now.size === 0) return false;
  }
  return now.has(0);
}

/** All steps that these lead to without a further character. */
function reached(steps: readonly Step[], from: readonly number[]): Set<number> {
  const seen = new Set<number>();
  const open = [...from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const { test, next } = steps[at] as Step;
    if (!test) open.push(...next);
  }
  return seen;
}
