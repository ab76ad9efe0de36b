import { join } from "node:path";
import type { Rolldown } from "vite";

/**
 * Files that every page loads, as few as possible: a browser shows nothing before all of them have come. Other files are those that the bundler makes: each
 * has what the same pages share.
 */

const packages = join(import.meta.dirname, "..", "..");
const start = join(packages, "console", "src", "main.tsx");
/** The first page of people without a session. */
const entry = join(packages, "console", "src", "frame", "session", "entry.tsx");
const console = join(packages, "console", "src", "console.tsx");

/** Returns our modules that a module loads at once. Modules of packages follow them into their file. */
function listAtOnce(start: string, context: Rolldown.ChunkingContext): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id) || !id.startsWith(packages)) return;
    found.add(id);
    for (const next of context.getModuleInfo(id)?.importedIds ?? []) visit(next);
  };
  visit(start);
  return found;
}

const listSets = (context: Rolldown.ChunkingContext) => ({
  start: listAtOnce(start, context),
  entry: listAtOnce(entry, context),
  console: listAtOnce(console, context),
});

/** Returns the groups of one build. */
export function listChunkGroups(): Rolldown.CodeSplittingGroup[] {
  let sets: ReturnType<typeof listSets> | undefined;
  const readSets = (context: Rolldown.ChunkingContext) => {
    sets ??= listSets(context);
    return sets;
  };
  return [
    {
      name: "react",
      test: /node_modules[\\/](?:react|react-dom|scheduler)[\\/]|^\0(?:vite\/preload-helper|rolldown)/,
      priority: 4,
    },
    {
      debugName: "start",
      name: (id, context) => (id !== start && readSets(context).start.has(id) ? "start" : null),
      priority: 3,
    },
    {
      debugName: "session",
      name: (id, context) => {
        const { entry: entryModules, console: consoleModules } = readSets(context);
        if (id === entry || !entryModules.has(id)) return null;
        return consoleModules.has(id) ? "session" : "visitor";
      },
      priority: 2,
    },
    { debugName: "frame", name: (id, context) => (readSets(context).console.has(id) ? "frame" : null), priority: 1 },
  ];
}
