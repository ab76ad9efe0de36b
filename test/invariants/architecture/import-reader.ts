import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Import } from "./layers.ts";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Modules in a folder, by path from the root. A missing folder means that the rule naming it is wrong. */
export function listFiles(folder: string): string[] {
  if (!existsSync(join(root, folder))) throw new Error(`A rule names ${folder}, which is not there`);
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

export const readSource = (file: string): string => readFileSync(join(root, file), "utf8");

const STATIC_IMPORT = /^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gms;
const LAZY_IMPORT = /\bimport\(\s*()"([^"]+)"\s*\)/g;

/** Every import between the project's own files, by path from its root. */
export function readImports(folder: string): Import[] {
  return listFiles(folder).flatMap((from) => {
    const source = readSource(from);
    const matches = [
      ...[...source.matchAll(STATIC_IMPORT)].map((match) => ({ match, isLazy: false })),
      ...[...source.matchAll(LAZY_IMPORT)].map((match) => ({ match, isLazy: true })),
    ];
    return matches.map(({ match: [, type, specifier = ""], isLazy }) => {
      const path = specifier.replace(/^@crm\/(\w+)\//, "packages/$1/src/");
      const to = path.startsWith(".") ? normalize(join(dirname(from), path)) : path;
      return { from, to, isType: Boolean(type), isLazy };
    });
  });
}
