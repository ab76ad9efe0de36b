import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseGuideIndex } from "../../packages/console/vite/guide-plugin.ts";

const FOLDER = fileURLToPath(new URL("../../docs/guide/", import.meta.url));
const MAX_WORDS = 15;

const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".md") && file !== "README.md")
  .map((file) => file.replace(/\.md$/, ""));
const read = (name: string): string => readFileSync(`${FOLDER}${name}.md`, "utf8");

/** Sentences of a page, without headings, pictures, tables and marks of Markdown. */
const listSentences = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => !/^(?:#|!|\|)/.test(line))
    .flatMap((line) =>
      line
        .replace(/^(?:- |\d+\. )/, "")
        .replaceAll(/\]\([^)]*\)|[[*`]/g, "")
        .split(/(?<=[.?!:]) /),
    )
    .filter((sentence) => sentence.trim() !== "");

describe("the user guide", () => {
  it("lists each page once, with its title", () => {
    const pages = parseGuideIndex(read("README")).flatMap((group) => group.pages);
    expect(pages.map(({ name }) => name).sort()).toEqual(names.sort());
    for (const { name, title } of pages) expect(read(name).split("\n", 1)[0], name).toBe(`# ${title}`);
  });

  it.each(names)("%s has short sentences, and links and pictures that exist", (name) => {
    const text = read(name);
    const targets = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
    const pictures = readdirSync(`${FOLDER}pictures`).map((file) => `pictures/${file}`);
    expect(targets.filter((target) => ![...names.map((page) => `${page}.md`), ...pictures].includes(target))).toEqual([]);
    expect(listSentences(text).filter((sentence) => sentence.split(/\s+/).length > MAX_WORDS)).toEqual([]);
  });

  it("has no picture that no page shows", () => {
    const text = names.map(read).join("\n");
    expect(readdirSync(`${FOLDER}pictures`).filter((file) => !text.includes(`pictures/${file}`))).toEqual([]);
  });
});
