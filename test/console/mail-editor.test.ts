import { networks } from "@crm/console/pages/messaging/template/block-names.ts";
import {
  blockTypes,
  changeBlock,
  columnBlockTypes,
  createBlock,
  findBlock,
  insertBlock,
  listBlockErrors,
  type MailBlock,
  moveBlock,
  parseFieldPath,
  placeImage,
  readColumns,
  removeBlock,
  summarizeBlock,
  toFieldPath,
} from "@crm/console/records/mail/mail-block.ts";
import { MailBlock as BlockSchema } from "@crm/core/messaging/template/mail-block.ts";
import { networkNames } from "@crm/core/messaging/template/social-networks.data.ts";
import { describe, expect, it } from "vitest";

/** The rules of the mail editor: the list of blocks with those in columns, their errors, and what the cards say. */

const heading = (text: string): MailBlock => ({ type: "heading", text });
const blocks: readonly MailBlock[] = [
  heading("a"),
  { type: "columns", columns: [[heading("b"), heading("c")], []] },
  heading("d"),
];
const write = (list: readonly MailBlock[]): string =>
  list.map((block) => (block.type === "columns" ? `(${readColumns(block).map(write).join("|")})` : String(block.text))).join(" ");

describe("the blocks of a mail", () => {
  it.each([
    ["are added at the end", insertBlock(blocks, [3], heading("x")), "a (b c|) d x"],
    ["are added in a column", insertBlock(blocks, [1, 1, 0], heading("x")), "a (b c|x) d"],
    ["are changed in a column", changeBlock(blocks, [1, 0, 1], heading("x")), "a (b x|) d"],
    ["are moved down", moveBlock(blocks, [0], 1), "(b c|) a d"],
    ["are moved up in a column", moveBlock(blocks, [1, 0, 1], -1), "a (c b|) d"],
    ["stay at the start of their list", moveBlock(blocks, [1, 0, 0], -1), "a (b c|) d"],
    ["stay at the end of their list", moveBlock(blocks, [2], 1), "a (b c|) d"],
    ["are removed", removeBlock(blocks, [1]), "a d"],
    ["are removed from a column", removeBlock(blocks, [1, 0, 0]), "a (c|) d"],
  ])("%s", (_, next, expected) => expect(write(next)).toBe(expected));

  it.each([
    ["blocks[2].url", [2]],
    ["blocks[1].columns[0][3].html", [1, 0, 3]],
    ["subject", undefined],
  ] as const)("are found by the path of an error, %s", (field, path) => {
    expect(parseFieldPath(field)).toEqual(path);
    if (path) expect(field.startsWith(`${toFieldPath(path)}.`)).toBe(true);
  });

  it("have their own errors, without those of the blocks inside", () => {
    const errors = { "blocks[1].columns": "x", "blocks[1].columns[0][1].text": "y", "blocks[10].text": "z" };
    expect(listBlockErrors([1], errors)).toEqual({ columns: "x" });
    expect(listBlockErrors([1, 0, 1], errors)).toEqual({ text: "y" });
  });

  it("have a summary on one line", () => {
    expect(summarizeBlock({ type: "text", html: "<p>One &amp; <b>two</b></p><p>3 &lt; 4</p>" })).toBe("One & two 3 < 4");
    expect(summarizeBlock({ type: "products", items: [{ name: "Case" }, { name: "Bag" }] })).toBe("Case, Bag");
    expect(summarizeBlock({ type: "divider" })).toBe("");
    expect(summarizeBlock(heading("x".repeat(90)))).toBe(`${"x".repeat(80)}…`);
  });

  it("are those of the API", () => {
    const types = BlockSchema.options.map(({ shape }) => shape.type.value);
    expect([...blockTypes].sort()).toEqual([...types].sort());
    expect(columnBlockTypes).not.toContain("columns");
    expect(networks).toEqual(networkNames);
    for (const type of ["divider", "spacer", "footer", "columns"])
      expect(BlockSchema.safeParse(createBlock(type)).success).toBe(true);
    expect(findBlock(blocks, [1, 0, 1])).toEqual(heading("c"));
  });
});

describe("an image of the library in a block", () => {
  const image = { url: "https://a.example/2.png", alt: null, width: 1200 };
  it.each([
    ["has no text of the image before it", { url: "https://a.example/1.png", alt: "The team" }, image, ""],
    ["has its own text", { url: "https://a.example/1.png", alt: "The team" }, { ...image, alt: "A berth" }, "A berth"],
    ["has the text that was written before it was chosen", { url: "", alt: "A berth in winter" }, image, "A berth in winter"],
    ["has no text as a decoration", { url: "", alt: "", decorative: true }, { ...image, alt: "A berth" }, ""],
  ])("%s", (_, block, chosen, alt) => {
    expect(placeImage({ type: "image", ...block }, chosen)).toEqual({ url: image.url, alt, width: 600 });
  });
});
