import { type AstNode, isNode, parseSource } from "./syntax-tree.ts";

/** A property that a pattern binds to another name. */
interface DestructuringRename {
  readonly property: string;
  readonly local: string;
  readonly line: number;
}

/** At most this many in the packages. Lower it with each repair; never raise it. */
export const MAX_RENAMES = 149;

/** Words of the language, which no local can have as its name. */
const RESERVED_WORDS = new Set(
  `break case catch class const continue default delete do else enum export extends finally for function if import in new null return super switch
  this throw try typeof var void while with yield`.split(/\s+/),
);

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const BLOCKS = new Set([
  ...FUNCTIONS,
  "Program",
  "BlockStatement",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "CatchClause",
]);

/** The names that are declared in a block, and those of the blocks around it. */
interface Scope {
  readonly names: Set<string>;
  readonly parent: Scope | undefined;
}

const isDeclared = (scope: Scope | undefined, name: string): boolean =>
  scope !== undefined && (scope.names.has(name) || isDeclared(scope.parent, name));

const nameOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === "Identifier" ? (node.name as string) : undefined;

const childrenOf = (node: AstNode): AstNode[] => Object.values(node).flat().filter(isNode);

/** The identifiers that a pattern declares. */
function listBoundNames(pattern: unknown): string[] {
  if (!isNode(pattern)) return [];
  const { type, name, left, argument, properties, elements, value } = pattern;
  if (type === "Identifier") return [name as string];
  if (type === "AssignmentPattern") return listBoundNames(left);
  if (type === "RestElement") return listBoundNames(argument);
  if (type === "Property") return listBoundNames(value);
  return ([properties, elements].flat() as unknown[]).flatMap(listBoundNames);
}

/** The names that a node adds to the scope in which it is. */
function listDeclaredNames(node: AstNode): string[] {
  if (node.type === "VariableDeclarator") return listBoundNames(node.id);
  if (/^(?:FunctionDeclaration|ClassDeclaration|TSEnumDeclaration)$/.test(node.type)) return listBoundNames(node.id);
  if (/^Import(?:Default|Namespace)?Specifier$/.test(node.type)) return listBoundNames(node.local);
  return [];
}

function buildScope(block: AstNode, parent: Scope | undefined): Scope {
  const names = new Set([block.params, block.param].flat().flatMap(listBoundNames));
  const addNames = (node: AstNode): void => {
    for (const name of listDeclaredNames(node)) names.add(name);
    for (const child of childrenOf(node)) if (!BLOCKS.has(node.type)) addNames(child);
  };
  // The block of a function, and of a catch clause, shares the scope of its parameters.
  for (const child of childrenOf(block))
    for (const node of child === block.body ? [child, ...childrenOf(child)] : [child]) addNames(node);
  return { names, parent };
}

/** `_rest` discards a property, `Icon` is a component, `Items` is a name of AWS, and an `id` is qualified by the name of its record. */
function isConventional(property: string, local: string): boolean {
  return (
    local.startsWith("_") || /^[A-Z]/.test(local) || /^[A-Z]/.test(property) || (property === "id" && /(?:Id|_id)$/.test(local))
  );
}

const isHookResult = (pattern: AstNode, parent: AstNode | undefined): boolean => {
  const init = parent?.type === "VariableDeclarator" && parent.id === pattern ? parent.init : undefined;
  return isNode(init) && init.type === "CallExpression" && /^use[A-Z]/.test(nameOf(init.callee) ?? "");
};

/** Returns the properties that a module's patterns rename although the property's own name is free there. */
export function listDestructuringRenames(source: string, file: string): DestructuringRename[] {
  const found: DestructuringRename[] = [];
  const lineAt = (place: number): number => source.slice(0, place).split("\n").length;
  const visit = (node: AstNode, parent: AstNode | undefined, outer: Scope | undefined): void => {
    const isBody = parent !== undefined && parent.body === node && (FUNCTIONS.has(parent.type) || parent.type === "CatchClause");
    const scope = BLOCKS.has(node.type) && !isBody ? buildScope(node, outer) : outer;
    const properties = node.type === "ObjectPattern" ? (node.properties as AstNode[]) : [];
    for (const { key, value, computed, start } of properties) {
      const property = computed ? undefined : nameOf(key);
      const local = nameOf(isNode(value) && value.type === "AssignmentPattern" ? value.left : value);
      if (property === undefined || local === undefined || property === local || isConventional(property, local)) continue;
      // The hooks of TanStack Query name each result `data`.
      if (property === "data" && isHookResult(node, parent)) continue;
      if (!RESERVED_WORDS.has(property) && !isDeclared(scope, property)) found.push({ property, local, line: lineAt(start) });
    }
    for (const child of childrenOf(node)) visit(child, node, scope);
  };
  visit(parseSource(source, file), undefined, undefined);
  return found;
}
