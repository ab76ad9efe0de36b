import type { BusinessDocument } from "@crm/core/document/document.ts";
import { getDocumentProxy } from "unpdf";

/** What pdf.js, which is no part of the product, reads in a file. */

export const opened = (bytes: Uint8Array) => getDocumentProxy(bytes.slice());

export interface Written {
  readonly text: string;
  /** In points, from the left and from the foot of the page. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The texts of each page, in the order of the file. */
export async function pagesOf(bytes: Uint8Array): Promise<Written[][]> {
  const file = await opened(bytes);
  const pages: Written[][] = [];
  for (let number = 1; number <= file.numPages; number++) {
    const { items } = await (await file.getPage(number)).getTextContent();
    pages.push(
      items.flatMap((item) =>
        "str" in item && item.str.trim() !== ""
          ? [{ text: item.str, x: item.transform[4] as number, y: item.transform[5] as number, width: item.width }]
          : [],
      ),
    );
  }
  return pages;
}

/** Without spaces, as pdf.js makes its own of them, and without what only joins and parts letters. */
export const letters = (text: string): string => text.replace(/[\s\u200b-\u200f\u061c]/g, "");

export const lettersOnPage = (page: readonly Written[]): string => letters(page.map(({ text }) => text).join(""));

/** All that a document says, in the order in which it is read. */
export function saidBy({ header, title, blocks, footer = "" }: BusinessDocument, numbers = "1/1"): string {
  const said = blocks.flatMap((block) => {
    if (block.kind === "heading" || block.kind === "paragraph") return [block.text];
    if (block.kind === "totals") return block.lines.flatMap(({ label, amount }) => [label, amount]);
    if (block.kind !== "table") return [];
    const cells = block.rows.flat().flatMap((cell) => (typeof cell === "string" ? [cell] : [cell.text, cell.note ?? ""]));
    return [...block.columns.map(({ head }) => head), ...cells];
  });
  return letters([...(header?.from ?? []), ...(header?.to ?? []), title, ...said, footer, numbers].join(""));
}
