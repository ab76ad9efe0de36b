import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AstNode, isNode, parseSource } from "./syntax-tree.ts";

/**
 * A change that a mutant makes to a declaration. A place names a declaration and enough of its module's path to identify it:
 * `transaction#Transaction.commit`, `convert#convertNow`, `api/lead#leads`. A declaration inside a function follows a slash, a member or property a
 * dot.
 */
export type Change =
  | { kind: "returns"; expression: string }
  | { kind: "drop"; callee: string }
  | { kind: "always" | "never"; condition: string | number }
  | { kind: "constant"; value: string }
  | { kind: "replaceCall"; callee: string; expression: string }
  | { kind: "property"; name: string; expression: string }
  | { kind: "omit"; name: string }
  | { kind: "without"; word: string }
  | { kind: "edit"; find: string; put: string };

/** The declaration's body or value becomes `undefined`, or this expression. */
export const skip: Change = { kind: "returns", expression: "undefined" };
export const returns = (expression: string): Change => ({ kind: "returns", expression });
/** Removes the one statement that calls this. */
export const drop = (callee: string): Change => ({ kind: "drop", callee });
/** Makes a condition always or never hold. The condition is found by a word in it or by its number in the declaration. */
export const always = (condition: string | number): Change => ({ kind: "always", condition });
export const never = (condition: string | number): Change => ({ kind: "never", condition });
/** Changes a constant's value. */
export const constant = (value: string): Change => ({ kind: "constant", value });
/** Replaces the one call of this by another expression. */
export const replaceCall = (callee: string, expression: string): Change => ({ kind: "replaceCall", callee, expression });
/** Changes, or removes, the one property of this name in the declaration. */
export const property = (name: string, expression: string): Change => ({ kind: "property", name, expression });
export const omit = (name: string): Change => ({ kind: "omit", name });
/** Removes the one operand of && or ||, or the one array element, that names this. */
export const without = (word: string): Change => ({ kind: "without", word });
/** Replaces a text that occurs once in the declaration, if no other change fits. */
export const edit = (find: string, replacement: string): Change => ({ kind: "edit", find, put: replacement });

/** A mechanism that is switched off at a declaration, and the tests that must notice. */
export interface Mutant {
  /** Messages about the mutant begin with it. */
  name: string;
  at: string;
  change: Change;
  /** Parts of paths of test files, and `-t` with a word of a title. */
  tests: string;
  env?: Record<string, string>;
}

/** Thrown if a mutant's place does not exist, or if the mutant changes nothing there. */
export class MisplacedMutant extends Error {
  override name = "Misplaced";
}

interface MutationPlace {
  file: string;
  source: string;
  node: AstNode;
}

/** Finds places in a project's modules, which are read once. */
export class ProjectModules {
  readonly #files: readonly string[];
  readonly #tests: readonly string[];
  readonly #cache = new Map<string, { source: string; program: AstNode }>();
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    const folders = ["packages", "stacks", "scripts", "test"];
    const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", ...folders], { cwd: root, encoding: "utf8" });
    // Git also lists deleted files until the deletion is committed.
    const files = listed.split("\n").filter((file) => file.endsWith(".ts") && existsSync(join(root, file)));
    this.#files = files.filter((file) => !file.startsWith("test/"));
    this.#tests = files.filter((file) => file.endsWith(".test.ts"));
  }

  #readModule(file: string): { source: string; program: AstNode } {
    const cachedModule = this.#cache.get(file);
    if (cachedModule) return cachedModule;
    const source = readFileSync(join(this.#root, file), "utf8");
    const read = { source, program: parseSource(source, file) };
    this.#cache.set(file, read);
    return read;
  }

  findPlace(location: string): MutationPlace {
    // A private name contains a # too.
    const [module = "", ...names] = location.split("#");
    const symbol = names.join("#");
    const matchingFiles = this.#files.filter((file) => `/${file}`.endsWith(`/${module}.ts`));
    const [file, ...otherFiles] = matchingFiles;
    if (!file) throw new MisplacedMutant(`No module is named ${module}`);
    if (otherFiles.length > 0) throw new MisplacedMutant(`Several modules are named ${module}: ${matchingFiles.join(", ")}`);
    const { source, program } = this.#readModule(file);
    let node: AstNode | undefined = program;
    for (const name of symbol.split(/[./]/)) {
      const parent: AstNode | undefined = node;
      node = parent && listDeclarations(parent).find((declaration) => declaration.name === name)?.node;
      if (!node) throw new MisplacedMutant(`${file} declares no ${symbol}${name === symbol ? "" : `; ${name} is missing`}`);
    }
    return { file, source, node };
  }

  /** Lists mutants without a place or an effect, with missing tests, or, where `isParsed`, with invalid syntax. */
  findFaults(mutants: readonly Mutant[], isParsed: (mutant: Mutant) => boolean = () => true): string[] {
    return mutants.flatMap((mutant) => {
      const { name, at: location, change, tests } = mutant;
      try {
        const place = this.findPlace(location);
        const source = applyChange(place, change);
        if (isParsed(mutant)) parseSource(source, place.file);
        // `-t` and the next word select tests within a file.
        const files = tests.split(" ").filter((word, index, all) => word !== "-t" && all[index - 1] !== "-t");
        const missing = files.filter((test) => !this.#hasTests(test));
        return missing.length === 0 ? [] : [`${name} (${location}): these tests do not exist: ${missing.join(", ")}`];
      } catch (error) {
        return [`${name} (${location}): ${error instanceof Error ? error.message : error}`];
      }
    });
  }

  /** As vitest does, matches a word against the whole path of a test file. */
  #hasTests(part: string): boolean {
    return this.#tests.some((file) => file.includes(part));
  }
}

/** Returns the source with the change applied. */
export function applyChange({ source, node }: MutationPlace, change: Change): string {
  const [start, end, replacement] = buildReplacement(source, node, change);
  const result = source.slice(0, start) + replacement + source.slice(end);
  if (result === source) throw new MisplacedMutant("The change has no effect");
  return result;
}

type Replacement = [start: number, end: number, put: string];

function buildReplacement(source: string, node: AstNode, change: Change): Replacement {
  const text = ({ start, end }: AstNode): string => source.slice(start, end);
  switch (change.kind) {
    case "returns": {
      const body = findBody(node);
      if (!body) throw new MisplacedMutant("The symbol is not a function");
      const block = body.type === "BlockStatement";
      return [body.start, body.end, block ? `{ return ${change.expression}; }` : `(${change.expression})`];
    }
    case "drop": {
      const calls = findCalls(source, node, change.callee);
      const statements = new Set(calls.map((call) => findStatement(node, call)));
      const statement = requireOne([...statements], `statements that call ${change.callee}`);
      return [statement.start, statement.end, ";"];
    }
    case "always":
    case "never": {
      const condition = findCondition(source, node, change.condition);
      const replacement = { always: "true", never: "false" }[change.kind];
      return [condition.start, condition.end, replacement];
    }
    case "constant": {
      const value = (node.init ?? node.value) as AstNode | undefined;
      if (!value) throw new MisplacedMutant("The symbol is not a constant");
      return [value.start, value.end, change.value];
    }
    case "replaceCall": {
      const call = requireOne(findCalls(source, node, change.callee), `calls of ${change.callee}`);
      return [call.start, call.end, change.expression];
    }
    case "property": {
      const { start, end, value, shorthand } = requireOne(findProperties(node, change.name), `properties ${change.name}`);
      if (shorthand) return [start, end, `${change.name}: ${change.expression}`];
      const { start: from, end: to } = value as AstNode;
      return [from, to, change.expression];
    }
    case "omit": {
      const { start, end } = requireOne(findProperties(node, change.name), `properties ${change.name}`);
      const comma = /^\s*,/.exec(source.slice(end))?.[0].length ?? 0;
      return [start, end + comma, ""];
    }
    case "without":
      return removePart(source, node, change.word);
    case "edit": {
      const times = text(node).split(change.find).length - 1;
      if (times !== 1)
        throw new MisplacedMutant(
          `The text ${JSON.stringify(change.find)} must occur once in the symbol, but occurs ${times} times`,
        );
      const start = node.start + text(node).indexOf(change.find);
      return [start, start + change.find.length, change.put];
    }
  }
}

function requireOne<T>(all: readonly T[], description: string): T {
  const [match, ...otherMatches] = all;
  if (match === undefined || otherMatches.length > 0)
    throw new MisplacedMutant(`The symbol has ${all.length} ${description} instead of one`);
  return match;
}

const listChildren = (node: AstNode): AstNode[] => Object.values(node).flat().filter(isNode);

function* walkTree(node: AstNode): Generator<AstNode> {
  yield node;
  for (const child of listChildren(node)) yield* walkTree(child);
}

const FUNCTION_TYPES = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

/** Returns the function of a declaration, or the last function in its value: `const verb = fn(schema, async () => …)`. */
function findFunction(node: AstNode): AstNode | undefined {
  if (FUNCTION_TYPES.has(node.type)) return node;
  const value = (node.init ?? node.value) as AstNode | undefined;
  if (!value) return undefined;
  if (FUNCTION_TYPES.has(value.type)) return value;
  return listChildren(value)
    .filter((child) => FUNCTION_TYPES.has(child.type))
    .at(-1);
}

const findBody = (node: AstNode): AstNode | undefined => findFunction(node)?.body as AstNode | undefined;

const readName = (key: unknown): string | undefined => {
  const { type, name, value } = (key ?? {}) as { type?: string; name?: string; value?: unknown };
  if (type === "PrivateIdentifier") return `#${name}`;
  return name ?? (typeof value === "string" ? value : undefined);
};

/** Returns the direct declarations: at the top of a module, in a function's body, in a class, in an object. */
function listDeclarations(node: AstNode): { name: string; node: AstNode }[] {
  const declarations: { name: string; node: AstNode }[] = [];
  const add = (name: string | undefined, declaration: AstNode): void => {
    if (name !== undefined) declarations.push({ name, node: declaration });
  };
  const look = (candidate: AstNode): void => {
    if (candidate.type === "FunctionDeclaration" || candidate.type === "ClassDeclaration") add(readName(candidate.id), candidate);
    else if (candidate.type === "VariableDeclarator") {
      add(readName(candidate.id), candidate);
      const patterns = (candidate.id as AstNode).type === "ObjectPattern" ? [candidate.id as AstNode] : [];
      for (const pattern of patterns) for (const { value } of listChildren(pattern)) add(readName(value), candidate);
    } else if (["Property", "MethodDefinition", "PropertyDefinition"].includes(candidate.type))
      add(readName(candidate.key), candidate);
    else if (!FUNCTION_TYPES.has(candidate.type)) for (const child of listChildren(candidate)) look(child);
  };
  const inner = findFunction(node);
  for (const child of inner ? listChildren(inner.body as AstNode) : listChildren(node)) look(child);
  if (inner && inner !== node)
    for (const child of listChildren((node.init ?? node.value) as AstNode)) if (child !== inner) look(child);
  return declarations;
}

/** Finds calls by the whole text of the callee, or by its last name. */
function findCalls(source: string, node: AstNode, callee: string): AstNode[] {
  return [...walkTree(node)].filter((candidate) => {
    if (candidate.type !== "CallExpression" && candidate.type !== "NewExpression") return false;
    const calleeNode = candidate.callee as AstNode;
    const calleeText = source.slice(calleeNode.start, calleeNode.end);
    return calleeText === callee || readName(calleeNode.property ?? calleeNode) === callee;
  });
}

const isStatement = ({ type }: AstNode): boolean =>
  /Statement$/.test(type) && type !== "BlockStatement" ? true : type === "VariableDeclaration";

/** Returns the statement that contains a call, with its `if` if that guards nothing else. */
function findStatement(node: AstNode, call: AstNode): AstNode {
  let statement: AstNode | undefined;
  let owner: AstNode | undefined;
  for (const candidate of walkTree(node)) {
    if (candidate.start > call.start || candidate.end < call.end || !isStatement(candidate)) continue;
    owner = statement;
    statement = candidate;
  }
  if (!statement) throw new MisplacedMutant("No statement of the symbol contains the call");
  const alone = owner?.type === "IfStatement" && owner.alternate === null && owner.consequent === statement;
  return alone && owner ? owner : statement;
}

/** Returns a condition by its number, from 1, or by a word that no other condition contains. */
function findCondition(source: string, node: AstNode, selector: string | number): AstNode {
  const all = [...walkTree(node)].flatMap((candidate) => (isNode(candidate.test) ? [candidate.test] : []));
  all.sort((a, b) => a.start - b.start);
  if (typeof selector === "string") return requireOne(filterByWord(source, all, selector), `conditions that name ${selector}`);
  const condition = all[selector - 1];
  if (!condition) throw new MisplacedMutant(`The symbol has ${all.length} conditions`);
  return condition;
}

const filterByWord = (source: string, nodes: readonly AstNode[], word: string): AstNode[] => {
  const pattern = new RegExp(`(?<![\\w$])${word.replace(/[^\w]/g, "\\$&")}(?![\\w$])`);
  return nodes.filter(({ start, end }) => pattern.test(source.slice(start, end)));
};

/** Removes the smallest operand or element that contains the word; there must be exactly one. */
function removePart(source: string, node: AstNode, word: string): Replacement {
  const parts = [...walkTree(node)].flatMap((candidate): { part: AstNode; cut: Replacement }[] => {
    if (candidate.type === "LogicalExpression") {
      const [left, right] = [candidate.left as AstNode, candidate.right as AstNode];
      const keeps = (part: AstNode, sibling: AstNode) => ({
        part,
        cut: [candidate.start, candidate.end, source.slice(sibling.start, sibling.end)] as Replacement,
      });
      return [keeps(left, right), keeps(right, left)];
    }
    if (candidate.type !== "ArrayExpression") return [];
    return (candidate.elements as (AstNode | null)[]).filter(isNode).map((part) => {
      const comma = /^\s*,/.exec(source.slice(part.end))?.[0].length ?? 0;
      return { part, cut: [part.start, part.end + comma, ""] };
    });
  });
  const matchingNodes = filterByWord(
    source,
    parts.map(({ part }) => part),
    word,
  );
  const smallest = parts.filter(
    ({ part }) => matchingNodes.includes(part) && !matchingNodes.some((matchingNode) => isInside(matchingNode, part)),
  );
  return requireOne(smallest, `parts that name ${word}`).cut;
}

const isInside = (innerNode: AstNode, outerNode: AstNode): boolean =>
  innerNode !== outerNode &&
  innerNode.start >= outerNode.start &&
  innerNode.end <= outerNode.end &&
  innerNode.end - innerNode.start < outerNode.end - outerNode.start;

const findProperties = (node: AstNode, name: string): AstNode[] =>
  [...walkTree(node)].filter(({ type, key }) => type === "Property" && readName(key) === name);
