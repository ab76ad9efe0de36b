import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "rolldown/parseAst";

/**
 * Where a mutant strikes, and how. A place is a declaration by its name, wherever its module lies:
 * `transaction#Transaction.commit`, `convert#convertNow`, `api/lead#leads`; as much of the path as tells the module from others
 * of its name. What is declared inside a function follows a slash, a member or property a dot.
 */
export type Change =
  | { how: "returns"; expression: string }
  | { how: "drop"; callee: string }
  | { how: "negate" | "always" | "never"; condition: string | number }
  | { how: "constant"; value: string }
  | { how: "replaceCall"; callee: string; expression: string }
  | { how: "property"; name: string; expression: string }
  | { how: "omit"; name: string }
  | { how: "without"; word: string }
  | { how: "edit"; find: string; put: string };

/** The declaration does nothing, or gives this. */
export const skip: Change = { how: "returns", expression: "undefined" };
export const returns = (expression: string): Change => ({ how: "returns", expression });
/** The one statement that calls this is gone. */
export const drop = (callee: string): Change => ({ how: "drop", callee });
/** A condition, by a word of it or its number in the declaration, says the contrary, always holds, or never. */
export const negate = (condition: string | number): Change => ({ how: "negate", condition });
export const always = (condition: string | number): Change => ({ how: "always", condition });
export const never = (condition: string | number): Change => ({ how: "never", condition });
/** A constant has another value. */
export const constant = (value: string): Change => ({ how: "constant", value });
/** The one call of this is another expression. */
export const replaceCall = (callee: string, expression: string): Change => ({ how: "replaceCall", callee, expression });
/** The one property of this name in the declaration has another value, or is gone. */
export const property = (name: string, expression: string): Change => ({ how: "property", name, expression });
export const omit = (name: string): Change => ({ how: "omit", name });
/** Of what is joined by && or ||, or listed, the one part that names this is gone. */
export const without = (word: string): Change => ({ how: "without", word });
/** Where nothing else fits: a text that stands once in the declaration. */
export const edit = (find: string, put: string): Change => ({ how: "edit", find, put });

interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

/** A mutant that does not find its place, or changes nothing there. */
export class Misplaced extends Error {
  override name = "Misplaced";
}

interface Place {
  file: string;
  source: string;
  node: Node;
}

/** The modules of a project, read once. */
export class Modules {
  readonly #files: readonly string[];
  readonly #tests: readonly string[];
  readonly #read = new Map<string, { source: string; program: Node }>();
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    const folders = ["packages", "stacks", "scripts", "test"];
    const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", ...folders], { cwd: root, encoding: "utf8" });
    // What was deleted and not yet committed is listed still.
    const files = listed.split("\n").filter((file) => file.endsWith(".ts") && existsSync(join(root, file)));
    this.#files = files.filter((file) => !file.startsWith("test/"));
    this.#tests = files.filter((file) => file.endsWith(".test.ts"));
  }

  #moduleIn(file: string): { source: string; program: Node } {
    const kept = this.#read.get(file);
    if (kept) return kept;
    const source = readFileSync(join(this.#root, file), "utf8");
    const read = { source, program: parsed(source, file) };
    this.#read.set(file, read);
    return read;
  }

  place(at: string): Place {
    // A name of its own begins with the same sign.
    const [module = "", ...names] = at.split("#");
    const symbol = names.join("#");
    const found = this.#files.filter((file) => `/${file}`.endsWith(`/${module}.ts`));
    const [file, ...others] = found;
    if (!file) throw new Misplaced(`There is no module ${module}`);
    if (others.length > 0) throw new Misplaced(`There are several modules ${module}: ${found.join(", ")}`);
    const { source, program } = this.#moduleIn(file);
    let node: Node | undefined = program;
    for (const name of symbol.split(/[./]/)) {
      const within: Node | undefined = node;
      node = within && declarationsIn(within).find((each) => each.name === name)?.node;
      if (!node) throw new Misplaced(`${file} declares no ${symbol}${name === symbol ? "" : `: it has no ${name}`}`);
    }
    return { file, source, node };
  }

  /** Mutants that do not find their place, change nothing in it, leave no program behind where that is asked, or name tests that are not there. */
  faultsOf<M extends Wanted>(mutants: readonly M[], isParsed: (mutant: M) => boolean = () => true): string[] {
    return mutants.flatMap((mutant) => {
      const { name, at, change, tests } = mutant;
      try {
        const place = this.place(at);
        const source = mutated(place, change);
        if (isParsed(mutant)) parsed(source, place.file);
        // `-t` and the word behind it choose among the tests of a file.
        const files = tests.split(" ").filter((word, at, all) => word !== "-t" && all[at - 1] !== "-t");
        const missing = files.filter((test) => !this.#hasTests(test));
        return missing.length === 0 ? [] : [`${name} (${at}): there are no tests ${missing.join(", ")}`];
      } catch (error) {
        return [`${name} (${at}): ${error instanceof Error ? error.message : error}`];
      }
    });
  }

  /** As vitest finds them: what it is told stands somewhere in the path. */
  #hasTests(part: string): boolean {
    return this.#tests.some((file) => file.includes(part));
  }
}

/** What is wanted of a list of mutants, said of each that fails it by its name. */
interface Wanted {
  name: string;
  at: string;
  change: Change;
  tests: string;
}

const parsed = (source: string, file: string): Node => parseAst(source, { lang: "ts" }, file) as unknown as Node;

/** The source with the change made. */
export function mutated({ source, node }: Place, change: Change): string {
  const [start, end, put] = replacement(source, node, change);
  const result = source.slice(0, start) + put + source.slice(end);
  if (result === source) throw new Misplaced("It changes nothing");
  return result;
}

type Replacement = [start: number, end: number, put: string];

function replacement(source: string, node: Node, change: Change): Replacement {
  const text = ({ start, end }: Node): string => source.slice(start, end);
  switch (change.how) {
    case "returns": {
      const body = bodyOf(node);
      if (!body) throw new Misplaced("It is no function");
      const block = body.type === "BlockStatement";
      return [body.start, body.end, block ? `{ return ${change.expression}; }` : `(${change.expression})`];
    }
    case "drop": {
      const calls = callsOf(source, node, change.callee);
      const statements = new Set(calls.map((call) => statementAround(node, call)));
      const statement = only([...statements], `statements that call ${change.callee}`);
      return [statement.start, statement.end, ";"];
    }
    case "negate":
    case "always":
    case "never": {
      const condition = conditionOf(source, node, change.condition);
      const put = { negate: `!(${text(condition)})`, always: "true", never: "false" }[change.how];
      return [condition.start, condition.end, put];
    }
    case "constant": {
      const value = (node.init ?? node.value) as Node | undefined;
      if (!value) throw new Misplaced("It is no constant");
      return [value.start, value.end, change.value];
    }
    case "replaceCall": {
      const call = only(callsOf(source, node, change.callee), `calls of ${change.callee}`);
      return [call.start, call.end, change.expression];
    }
    case "property": {
      const { start, end, value, shorthand } = only(propertiesOf(node, change.name), `properties ${change.name}`);
      if (shorthand) return [start, end, `${change.name}: ${change.expression}`];
      const { start: from, end: to } = value as Node;
      return [from, to, change.expression];
    }
    case "omit": {
      const { start, end } = only(propertiesOf(node, change.name), `properties ${change.name}`);
      const comma = /^\s*,/.exec(source.slice(end))?.[0].length ?? 0;
      return [start, end + comma, ""];
    }
    case "without":
      return withoutPart(source, node, change.word);
    case "edit": {
      const times = text(node).split(change.find).length - 1;
      if (times !== 1) throw new Misplaced(`The text ${JSON.stringify(change.find)} stands in it ${times} times`);
      const start = node.start + text(node).indexOf(change.find);
      return [start, start + change.find.length, change.put];
    }
  }
}

function only<T>(all: readonly T[], what: string): T {
  const [one, ...others] = all;
  if (one === undefined || others.length > 0) throw new Misplaced(`It has ${all.length} ${what}`);
  return one;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode);

function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* walk(child);
}

const functions = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

/** The function that a declaration is, or is made with: `const verb = fn(schema, async () => …)`. */
function functionOf(node: Node): Node | undefined {
  if (functions.has(node.type)) return node;
  const value = (node.init ?? node.value) as Node | undefined;
  if (!value) return undefined;
  if (functions.has(value.type)) return value;
  return childrenOf(value)
    .filter((each) => functions.has(each.type))
    .at(-1);
}

const bodyOf = (node: Node): Node | undefined => functionOf(node)?.body as Node | undefined;

const nameOf = (key: unknown): string | undefined => {
  const { type, name, value } = (key ?? {}) as { type?: string; name?: string; value?: unknown };
  if (type === "PrivateIdentifier") return `#${name}`;
  return name ?? (typeof value === "string" ? value : undefined);
};

/** What is declared right inside: at the top of a module, in a function's body, of a class, in an object. */
function declarationsIn(node: Node): { name: string; node: Node }[] {
  const found: { name: string; node: Node }[] = [];
  const add = (name: string | undefined, each: Node): void => {
    if (name !== undefined) found.push({ name, node: each });
  };
  const look = (each: Node): void => {
    if (each.type === "FunctionDeclaration" || each.type === "ClassDeclaration") add(nameOf(each.id), each);
    else if (each.type === "VariableDeclarator") {
      add(nameOf(each.id), each);
      const patterns = (each.id as Node).type === "ObjectPattern" ? [each.id as Node] : [];
      for (const pattern of patterns) for (const { value } of childrenOf(pattern)) add(nameOf(value), each);
    } else if (["Property", "MethodDefinition", "PropertyDefinition"].includes(each.type)) add(nameOf(each.key), each);
    else if (!functions.has(each.type)) for (const child of childrenOf(each)) look(child);
  };
  const inner = functionOf(node);
  for (const child of inner ? childrenOf(inner.body as Node) : childrenOf(node)) look(child);
  if (inner && inner !== node)
    for (const child of childrenOf((node.init ?? node.value) as Node)) if (child !== inner) look(child);
  return found;
}

/** Calls by the whole text of what is called, or by its last name. */
function callsOf(source: string, node: Node, callee: string): Node[] {
  return [...walk(node)].filter((each) => {
    if (each.type !== "CallExpression" && each.type !== "NewExpression") return false;
    const called = each.callee as Node;
    const whole = source.slice(called.start, called.end);
    return whole === callee || nameOf(called.property ?? called) === callee;
  });
}

const isStatement = ({ type }: Node): boolean =>
  /Statement$/.test(type) && type !== "BlockStatement" ? true : type === "VariableDeclaration";

/** The statement that a call stands in; with the condition that it depends on alone. */
function statementAround(node: Node, call: Node): Node {
  let around: Node | undefined;
  let owner: Node | undefined;
  for (const each of walk(node)) {
    if (each.start > call.start || each.end < call.end || !isStatement(each)) continue;
    owner = around;
    around = each;
  }
  if (!around) throw new Misplaced("No statement of it calls that");
  const alone = owner?.type === "IfStatement" && owner.alternate === null && owner.consequent === around;
  return alone && owner ? owner : around;
}

/** A condition by its number, from 1, or by a word that none of the others has. */
function conditionOf(source: string, node: Node, wanted: string | number): Node {
  const all = [...walk(node)].flatMap((each) => (isNode(each.test) ? [each.test] : []));
  all.sort((one, other) => one.start - other.start);
  if (typeof wanted === "string") return only(naming(source, all, wanted), `conditions that name ${wanted}`);
  const found = all[wanted - 1];
  if (!found) throw new Misplaced(`It has ${all.length} conditions`);
  return found;
}

const naming = (source: string, nodes: readonly Node[], word: string): Node[] => {
  const named = new RegExp(`(?<![\\w$])${word.replace(/[^\w]/g, "\\$&")}(?![\\w$])`);
  return nodes.filter(({ start, end }) => named.test(source.slice(start, end)));
};

/** The smallest operands and elements that name it are asked; there must be one. */
function withoutPart(source: string, node: Node, word: string): Replacement {
  const parts = [...walk(node)].flatMap((each): { part: Node; cut: Replacement }[] => {
    if (each.type === "LogicalExpression") {
      const [left, right] = [each.left as Node, each.right as Node];
      const keeps = (part: Node, other: Node) => ({
        part,
        cut: [each.start, each.end, source.slice(other.start, other.end)] as Replacement,
      });
      return [keeps(left, right), keeps(right, left)];
    }
    if (each.type !== "ArrayExpression") return [];
    return (each.elements as (Node | null)[]).filter(isNode).map((part) => {
      const comma = /^\s*,/.exec(source.slice(part.end))?.[0].length ?? 0;
      return { part, cut: [part.start, part.end + comma, ""] };
    });
  });
  const those = naming(
    source,
    parts.map(({ part }) => part),
    word,
  );
  const smallest = parts.filter(({ part }) => those.includes(part) && !those.some((other) => isInside(other, part)));
  return only(smallest, `parts that name ${word}`).cut;
}

const isInside = (one: Node, other: Node): boolean =>
  one !== other && one.start >= other.start && one.end <= other.end && one.end - one.start < other.end - other.start;

const propertiesOf = (node: Node, name: string): Node[] =>
  [...walk(node)].filter(({ type, key }) => type === "Property" && nameOf(key) === name);
