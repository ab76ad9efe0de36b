import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isNode, parseSource, walkTree } from "./syntax-tree.ts";

const SOURCES = "packages/console/src/**/*.{ts,tsx}";
/** The page of components is for developers. */
const EXCLUDED = "packages/console/src/pages/platform/kit-page/**";

/** Returns the messages of a module of the console: the first argument of each call of `t`. */
export function listModuleTexts(source: string, file: string): string[] {
  const texts: string[] = [];
  for (const node of walkTree(parseSource(source, file))) {
    if (node.type !== "CallExpression" || !isNode(node.callee) || node.callee.name !== "t") continue;
    const [message] = Array.isArray(node.arguments) ? node.arguments : [];
    if (!isNode(message) || message.type !== "Literal" || typeof message.value !== "string")
      throw new Error(`${file}: the first argument of t() must be a text, so that npm run translations finds it`);
    texts.push(message.value);
  }
  return texts;
}

/** Lists the messages of the console, sorted. */
export function listConsoleMessages(root: string): string[] {
  const files = globSync(SOURCES, { cwd: root, exclude: [EXCLUDED] });
  return [...new Set(files.flatMap((file) => listModuleTexts(readFileSync(join(root, file), "utf8"), file)))].sort();
}
