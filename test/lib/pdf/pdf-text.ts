import type { BusinessDocument } from "@crm/core/lib/pdf/document.ts";
import { getDocumentProxy } from "unpdf";

/** Reads PDF files with pdf.js, which is not part of the product. */

export const openPdf = (bytes: Uint8Array) => getDocumentProxy(bytes.slice());

export interface PlacedText {
  readonly text: string;
  /** In points, from the left and bottom of the page. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** The font size. */
  readonly size: number;
}

/** The texts of each page, in file order. */
export async function readPages(bytes: Uint8Array): Promise<PlacedText[][]> {
  const file = await openPdf(bytes);
  const pages: PlacedText[][] = [];
  for (let number = 1; number <= file.numPages; number++) {
    const { items } = await (await file.getPage(number)).getTextContent();
    pages.push(
      items.flatMap((item) =>
        "str" in item && item.str.trim() !== ""
          ? [{ text: item.str, x: item.transform[4], y: item.transform[5], width: item.width, size: item.height }]
          : [],
      ),
    );
  }
  return pages;
}

/** Pairs of overlapping texts on a page: vertically by more than a descender, horizontally by more than half a point. */
export const findOverlaps = (page: readonly PlacedText[]): string[] =>
  page.flatMap((one, at) =>
    page
      .slice(at + 1)
      .filter(
        (other) =>
          Math.abs(one.y - other.y) < Math.min(one.size, other.size) * 0.7 &&
          Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x) > 0.5,
      )
      .map((other) => `${one.text} | ${other.text}`),
  );

/** Removes spaces, because pdf.js inserts its own, and characters that only join or separate letters. */
export const keepLetters = (text: string): string => text.replace(/[\s\u200b-\u200f\u061c]/g, "");

export const pageLetters = (page: readonly PlacedText[]): string => keepLetters(page.map(({ text }) => text).join(""));

/** All the text of a document in reading order. */
export function documentLetters({ header, title, blocks, footer = "" }: BusinessDocument, numbers = "1/1"): string {
  const said = blocks.flatMap((block) => {
    if (block.kind === "heading") return [block.text];
    if (block.kind === "paragraph") return [block.label ?? "", ...(block.facts?.flat() ?? [block.text])];
    if (block.kind === "totals") return block.lines.flatMap(({ label, amount }) => [label, amount]);
    if (block.kind !== "table") return [];
    const cells = block.rows.flat().flatMap((cell) => (typeof cell === "string" ? [cell] : [cell.text, cell.note ?? ""]));
    return [...block.columns.map(({ head }) => head), ...cells];
  });
  const { from = [], to = [] } = header ?? {};
  // An address stands once more above the recipient, in one line.
  const returnAddress = from.length > 1 && to.length > 0 ? from.join("·") : "";
  return keepLetters([...from, returnAddress, ...to, title, ...said, footer, numbers].join(""));
}
