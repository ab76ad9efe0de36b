import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A block of the guide: a whole file, or lines inserted into an existing file. */
export interface Block {
  file: string;
  lines: readonly string[];
  /** For inserted lines, the line after which they go. */
  behind?: string;
}

const CODE_BLOCK = /^```(\w+)\n([\s\S]*?)\n```$/gm;
const PATH_HEADING = /^`([^`\s]+\.\w+)`$/gm;

/** The blocks of a guide, each for the last path that stood alone on a line above it. */
export function parseBlocks(guide: string): Block[] {
  const headings = [...guide.matchAll(PATH_HEADING)].map((match) => ({ file: match[1] ?? "", at: match.index }));
  return [...guide.matchAll(CODE_BLOCK)].map(([, language, code = ""], n, all) => {
    const heading = headings.findLast(({ at }) => at < (all[n]?.index ?? 0));
    if (!heading) throw new Error(`No path stands above block ${n + 1} of the guide`);
    const lines = code.split("\n");
    if (language !== "diff") return { file: heading.file, lines };
    const [behind, ...added] = lines;
    if (!behind?.startsWith(" ") || added.some((line) => !line.startsWith("+")))
      throw new Error(`${heading.file}: a line of the file comes first, and then what is added behind it`);
    return { file: heading.file, behind: behind.slice(1), lines: added.map((line) => line.slice(1)) };
  });
}

/** Writes the blocks into a copy of the project. */
export function applyBlocks(blocks: readonly Block[], root: string): void {
  for (const { file, lines, behind } of blocks) {
    const path = join(root, file);
    if (behind === undefined) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${lines.join("\n")}\n`);
      continue;
    }
    const present = readFileSync(path, "utf8").split("\n");
    const at = present.indexOf(behind);
    if (at < 0 || at !== present.lastIndexOf(behind)) throw new Error(`${file} has no one line ${JSON.stringify(behind)}`);
    writeFileSync(path, present.toSpliced(at + 1, 0, ...lines).join("\n"));
  }
}
