import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { listModuleTexts } from "../../../scripts/console-messages.ts";
import { isNode, parseSource, walkTree } from "../../../scripts/syntax-tree.ts";

const SOURCES = join(import.meta.dirname, "..", "src");
/** The console itself, which the pages before the sign-in open. */
const CONSOLE = join(SOURCES, "console.tsx");

/** Returns the modules of the console that a module imports, at once or later. Types are no modules. */
function listImports(file: string, source: string): string[] {
  const imports: string[] = [];
  for (const node of walkTree(parseSource(source, file))) {
    const isImport = (node.type === "ImportDeclaration" && node.importKind !== "type") || node.type === "ImportExpression";
    if (!isImport || !isNode(node.source) || typeof node.source.value !== "string") continue;
    if (/^\..*\.tsx?$/.test(node.source.value)) imports.push(join(dirname(file), node.source.value));
  }
  return imports;
}

/** Returns the texts of the pages before the sign-in, which load no others. */
export function listEntryTexts(): ReadonlySet<string> {
  const texts = new Set<string>();
  const visited = new Set([CONSOLE]);
  const visit = (file: string): void => {
    if (visited.has(file)) return;
    visited.add(file);
    const source = readFileSync(file, "utf8");
    for (const text of listModuleTexts(source, file)) texts.add(text);
    for (const name of listImports(file, source)) visit(name);
  };
  visit(join(SOURCES, "frame", "session", "entry.tsx"));
  return texts;
}
