import type { Block, BusinessDocument } from "@crm/core/lib/pdf/document.ts";
import { Fontbook } from "@crm/core/lib/pdf/fonts.ts";
import { shapeRun, toVisualOrder } from "@crm/core/lib/pdf/glyph-shaping.ts";
import { renderBytes } from "@crm/core/lib/pdf/renderer.ts";
import { isRightToLeft, listVisibleCodePoints, splitGraphemes, toDrawableText } from "@crm/core/lib/pdf/text.rules.ts";
import { packagedFonts } from "@crm/local/ports/fonts.ts";
import { describe, expect, it } from "vitest";

describe("the drawn form of a text", () => {
  it.each([
    ["a\tb", "a b"],
    ["a\r\nb\rc\u2028d", "a\nb\nc\nd"],
    ["a\u0000\u0007\u001b[0m\u0085b", "a[0m\nb"],
    ["\u202eabc\u202c\u2066d\u2069", "abcd"],
    ["soft\u00adware", "software"],
    ["e\u0301 A\u030a", "é Å"],
    ["\u1112\u1161\u11ab", "한"],
    ["\ufa19 \u212b", "\ufa19 \u212b"],
    ["می\u200cخواهم", "می\u200cخواهم"],
    ["\ud83d", "\ufffd"],
  ])("of %j is %j", (text, expected) => {
    expect(toDrawableText(text)).toBe(expected);
  });

  it("is looked up in a font without joiners and variation selectors", () => {
    expect(splitGraphemes("👩‍👧é")).toEqual(["👩‍👧", "é"]);
    expect(listVisibleCodePoints("葛\u{e0100}")).toEqual([0x845b]);
    expect(listVisibleCodePoints("\u200f")).toEqual([]);
  });

  it("has the direction of its language", () => {
    expect(["ar", "ar-EG", "fa-IR", "he", "ur"].map(isRightToLeft)).toEqual([true, true, true, true, true]);
    expect(["en", "zh-TW", "ja", "tr"].map(isRightToLeft)).toEqual([false, false, false, false]);
  });
});

describe("parts of a line", () => {
  it.each([
    [[0], [0]],
    [
      [0, 1, 0],
      [0, 1, 2],
    ],
    [
      [1, 2, 1],
      [2, 1, 0],
    ],
    [
      [0, 1, 2, 1, 0],
      [0, 3, 2, 1, 4],
    ],
    [
      [1, 2, 2, 1],
      [3, 1, 2, 0],
    ],
    [
      [1, 2, 3, 2, 1, 0],
      [4, 1, 2, 3, 0, 5],
    ],
  ])("of levels %j are placed in the order %j", (levels, order) => {
    expect(toVisualOrder(levels.map((level, index) => ({ level, at: index }))).map(({ at: index }) => index)).toEqual(order);
  });
});

it("have mirrored brackets with their original text", async () => {
  const book = await Fontbook.open(packagedFonts(), "en", { Regular: ["("], Bold: [] });
  const shapeGlyph = (text: string, level: number) =>
    shapeRun({ text, level, font: book.selectFont(text, "Regular", undefined) }).glyphs[0];
  expect(shapeGlyph("(", 1)?.id).toBe(shapeGlyph(")", 0)?.id);
  expect(shapeGlyph("(", 1)?.text).toBe("(");
});

describe("a rejected document", () => {
  const table = (more: Partial<Extract<Block, { kind: "table" }>>): Block => ({
    kind: "table",
    columns: [{ head: "a", share: 1 }],
    rows: [],
    ...more,
  });
  const repeatItem = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
  const block = (content: Block): Partial<BusinessDocument> => ({ blocks: [content] });
  it.each<[field: string, Partial<BusinessDocument>]>([
    ["language", { language: "not a language" }],
    ["at", { at: "yesterday" }],
    ["title", { title: "x".repeat(301) }],
    ["footer", { footer: "x".repeat(301) }],
    ["header.from", { header: { from: repeatItem(13, "x") } }],
    ["header.to.0", { header: { to: ["x".repeat(301)] } }],
    ["blocks", { blocks: repeatItem<Block>(2001, { kind: "page_break" }) }],
    ["blocks", { blocks: repeatItem<Block>(51, { kind: "paragraph", text: "x".repeat(20_000) }) }],
    ["blocks.0.text", block({ kind: "paragraph", text: "x".repeat(20_001) })],
    ["blocks.0.height", block({ kind: "spacer", height: Number.NaN })],
    ["blocks.0.lines", block({ kind: "totals", lines: repeatItem(51, { label: "a", amount: "b" }) })],
    ["blocks.0.columns", block(table({ columns: [] }))],
    ["blocks.0.columns", block(table({ columns: repeatItem(13, { head: "a", share: 1 }) }))],
    [
      "blocks.0.columns",
      block(
        table({
          columns: [{ head: "long ".repeat(200), share: 1 }, ...repeatItem(11, { head: "", share: 1 })],
          rows: [repeatItem(12, "")],
        }),
      ),
    ],
    ["blocks.0.columns.0.share", block(table({ columns: [{ head: "a", share: 0 }] }))],
    ["blocks.0.rows", block(table({ rows: repeatItem(2001, ["a"]) }))],
    ["blocks.0.rows.1", block(table({ rows: [["a"], ["a", "b"]] }))],
    ["blocks.0.rows.0.0", block(table({ rows: [[{ text: "a", note: "x".repeat(20_001) }]] }))],
  ])("names its field: %s", async (field, more) => {
    const document: BusinessDocument = {
      language: "en",
      title: "T",
      id: "i",
      at: "2026-01-31T00:00:00Z",
      paper: "A4",
      blocks: [],
      ...more,
    };
    await expect(renderBytes(document, packagedFonts())).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: expect.arrayContaining([expect.objectContaining({ field })]),
    });
  });
});
