import { dirname, posix } from "node:path";
import { type AstNode, isNode, parseSource } from "./syntax-tree.ts";

/** The exports of the packages that no other file uses. Files are named by their paths from the root of the project. */

export interface ParsedModule {
  readonly file: string;
  readonly body: readonly AstNode[];
}

/** The use of an export by another file. The name `*` means all exports of the file. */
interface Use {
  readonly file: string;
  readonly name: string;
}

const show = ({ file, name }: Use): string => `${file}#${name}`;

/** Files whose exports are for programs of others. */
const PUBLIC_FILES: ReadonlySet<string> = new Set(["packages/sdk/src/index.ts"]);

/** The use of a file by the namespace that it exports of itself, which uses all exports but the namespace. */
const OWN_NAMESPACE = "* of itself";

export const parseModule = (file: string, source: string): ParsedModule => ({
  file,
  body: listNodes(parseSource(source, file).body),
});

const listNodes = (value: unknown): readonly AstNode[] => (Array.isArray(value) ? value.filter(isNode) : []);

const readName = (node: unknown): string | undefined =>
  isNode(node) ? String(node.type === "Literal" ? node.value : node.name) : undefined;

/** Returns the file that a specifier names, or undefined for a package. */
function resolveFile(source: unknown, from: string): string | undefined {
  const specifier = isNode(source) && typeof source.value === "string" ? source.value : "";
  if (specifier.startsWith(".")) return posix.join(dirname(from), specifier);
  return specifier.startsWith("@crm/") ? specifier.replace(/^@crm\/(\w+)\//, "packages/$1/src/") : undefined;
}

/** The names of own declarations that a statement exports. */
function listDeclaredNames(statement: AstNode): string[] {
  if (statement.type !== "ExportNamedDeclaration" || !isNode(statement.declaration)) return [];
  const { declaration } = statement;
  const declared = Array.isArray(declaration.declarations) ? listNodes(declaration.declarations) : [declaration];
  return declared.flatMap(({ id }) => (isNode(id) && typeof id.name === "string" ? [id.name] : []));
}

/** The names that a module exports from its own declarations. */
export const listOwnExports = ({ body }: ParsedModule): string[] => body.flatMap(listDeclaredNames);

/** All names that a statement exports, except by `export *`. */
function listExportedNames(statement: AstNode): string[] {
  if (statement.type === "ExportAllDeclaration") return [readName(statement.exported) ?? ""].filter(Boolean);
  const renamed = listNodes(statement.specifiers).flatMap(({ exported }) => readName(exported) ?? []);
  return [...listDeclaredNames(statement), ...renamed];
}

/** The keys of a destructuring pattern; all exports if it has a rest. */
const listPatternKeys = (pattern: AstNode): string[] =>
  listNodes(pattern.properties).map((property) => (property.type === "Property" && readName(property.key)) || "*");

const isPattern = (node: unknown): node is AstNode => isNode(node) && node.type === "ObjectPattern";

/** Returns the `import()` that an expression is, or awaits. */
function findImportCall(node: unknown): AstNode | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "ImportExpression") return node;
  return node.type === "AwaitExpression" ? findImportCall(node.argument) : undefined;
}

/** Returns an `import()` whose exports the node takes by name, and these names. */
function readNamedImportCall(node: AstNode): { call: AstNode; names: readonly string[] } | undefined {
  const take = (value: unknown, names: readonly string[]) => {
    const call = findImportCall(value);
    return call && { call, names };
  };
  if (node.type === "VariableDeclarator" && isPattern(node.id)) return take(node.init, listPatternKeys(node.id));
  if (node.type === "MemberExpression" && !node.computed && readName(node.property) !== "then")
    return take(node.object, [readName(node.property) ?? "*"]);
  if (node.type === "CallExpression" && isNode(node.callee) && readName(node.callee.property) === "then") {
    const [callback] = listNodes(node.arguments);
    const [parameter] = listNodes(callback?.params);
    return take(node.callee.object, isPattern(parameter) ? listPatternKeys(parameter) : ["*"]);
  }
  return undefined;
}

/** The exports of other files that a statement names in its clause `from`. */
function listStaticUses(statement: AstNode, from: string): Use[] {
  const file = resolveFile(statement.source, from);
  if (file === undefined) return [];
  if (statement.type === "ExportAllDeclaration") return [{ file, name: file === from ? OWN_NAMESPACE : "*" }];
  return listNodes(statement.specifiers).map(({ type, imported, local }) => {
    if (type === "ImportNamespaceSpecifier") return { file, name: "*" };
    return { file, name: readName(type === "ImportSpecifier" ? imported : local) ?? "*" };
  });
}

/** The exports of other files that a module uses. */
function listUses({ body, file: from }: ParsedModule): Use[] {
  const uses: Use[] = body.flatMap((statement) => listStaticUses(statement, from));
  const done = new Set<AstNode>();
  const addUses = (call: AstNode, names: readonly string[]): void => {
    const file = resolveFile(call.source, from);
    if (file !== undefined && !done.has(call)) uses.push(...names.map((name) => ({ file, name })));
    done.add(call);
  };
  const visit = (node: AstNode): void => {
    const named = readNamedImportCall(node);
    if (named) addUses(named.call, named.names);
    if (node.type === "ImportExpression") addUses(node, ["*"]);
    // A bundle replaces packages by files that `stacks` names.
    if (node.type === "Literal" && from.startsWith("stacks/") && /^packages\/.*\.ts$/.test(String(node.value)))
      uses.push({ file: String(node.value), name: "*" });
    if (node.type === "TSImportType") {
      const { qualifier } = node;
      addUses(node, [(isNode(qualifier) && readName(qualifier.type === "Identifier" ? qualifier : qualifier.left)) || "*"]);
    }
    for (const value of Object.values(node)) for (const child of isNode(value) ? [value] : listNodes(value)) visit(child);
  };
  for (const statement of body) visit(statement);
  return uses;
}

/**
 * Returns the exports of the packages that no other file uses, and those that tests alone use. A namespace (`export * as Lead`) uses all exports of its
 * file. `generated` is text from which imports are generated; it uses each export that it names.
 */
export function findUnusedExports(modules: readonly ParsedModule[], generated = ""): { unused: string[]; testOnly: string[] } {
  const users = new Map<string, "test" | "product">();
  for (const module of modules)
    for (const use of listUses(module)) {
      const key = show(use);
      if (users.get(key) !== "product") users.set(key, module.file.startsWith("test/") ? "test" : "product");
    }
  const generatedNames = new Set(generated.match(/\w+/g));
  const exported = modules
    .filter(({ file }) => file.startsWith("packages/") && !PUBLIC_FILES.has(file))
    .flatMap(({ file, body }) =>
      body.flatMap((statement) => listExportedNames(statement).map((name) => ({ file, name, statement }))),
    )
    .filter(({ name }) => !generatedNames.has(name));
  const findUsers = ({ file, name, statement }: Use & { statement: AstNode }) =>
    [name, "*", ...(statement.type === "ExportAllDeclaration" ? [] : [OWN_NAMESPACE])].flatMap(
      (each) => users.get(show({ file, name: each })) ?? [],
    );
  return {
    unused: exported.filter((each) => findUsers(each).length === 0).map(show),
    testOnly: exported.filter((each) => findUsers(each).length > 0 && !findUsers(each).includes("product")).map(show),
  };
}
