import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

/** Commands, paths and links in the documents exist. */

const root = join(import.meta.dirname, "../../..");
/** A test of its own builds the domain of this page. */
const BUILT_PAGE = "docs/adding-a-domain.md";
/** What commands make. */
const MADE_PATH = /node_modules|^docs\/test-runs\.md$/;
const documents = [...globSync("*.md", { cwd: root }), ...globSync("docs/**/*.md", { cwd: root })].filter(
  // Released lines name what existed then.
  (file) => file !== "CHANGELOG.md",
);
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Readonly<Record<string, string>> };

/** `[text](path#anchor)` of a file, not of a site. */
const LINK = /\]\((?!https?:|mailto:|#)(?<path>[^)#\s]+)(?:#[^)]*)?\)/g;
/** A path of the repository in backticks. */
const PATH = /`(?<path>(?:packages|test|scripts|stacks|docs|bench)\/[^`\s:#]+)`/g;
const COMMAND = /npm run (?:-s )?(?<name>[a-z][\w:-]*)/g;
/** A part that stands for many: `<area>`, `*`, `…`. */
const PLACEHOLDER = /[<*…$]|\bNAME\b|\bx\./;

const expandBraces = (path: string): string[] => {
  const { head, list, tail } = /^(?<head>[^{]*)\{(?<list>[^}]+)\}(?<tail>.*)$/.exec(path)?.groups ?? {};
  return list === undefined ? [path] : list.split(",").flatMap((part) => expandBraces(`${head}${part.trim()}${tail}`));
};

const listMatches = (pattern: RegExp, group: string): { file: string; found: string }[] =>
  documents.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(pattern)].map(({ groups }) => ({ file, found: groups?.[group] ?? "" })),
  );

const format = ({ file, found }: { file: string; found: string }): string => `${file}: ${found}`;

describe("documents", () => {
  it("name commands that package.json has", () => {
    const commands = listMatches(COMMAND, "name");
    expect(commands.filter(({ found }) => !(found in scripts)).map(format)).toEqual([]);
    expect(commands.length).toBeGreaterThan(50);
  });

  it("name paths that exist", () => {
    const paths = listMatches(PATH, "path").filter(
      ({ file, found }) => file !== BUILT_PAGE && !PLACEHOLDER.test(found) && !MADE_PATH.test(found),
    );
    const missing = paths.filter(({ found }) => !expandBraces(found).every((path) => existsSync(join(root, path))));
    expect(missing.map(format)).toEqual([]);
    expect(paths.length).toBeGreaterThan(100);
  });

  it("link to files that exist", () => {
    const links = listMatches(LINK, "path").filter(({ found }) => !PLACEHOLDER.test(found));
    expect(links.filter(({ file, found }) => !existsSync(join(root, dirname(file), found))).map(format)).toEqual([]);
    expect(links.length).toBeGreaterThan(100);
  });
});
