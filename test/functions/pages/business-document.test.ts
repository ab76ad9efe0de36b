import type { Block, BusinessDocument } from "@crm/core/lib/pdf/document.ts";
import { renderDocument } from "@crm/functions/pages/business-document.ts";
import { expect, it } from "vitest";

/** The content of a PDF as a page that fits on a phone. */

const render = (block: Block, more: Partial<BusinessDocument> = {}): string =>
  renderDocument({
    ...{ id: "d", title: "D", language: "en", at: "2030-03-05T00:00:00.000Z", paper: "A4", blocks: [block] },
    ...more,
  }).text;

const table = (heads: readonly (readonly [head: string, share: number])[], ...rows: readonly (readonly string[])[]): Block => ({
  kind: "table",
  columns: heads.map(([head, share]) => ({ head, share })),
  rows,
});

it("shows two columns without heads as labels before their values", () => {
  const page = render(
    table(
      [
        ["", 1],
        ["", 3],
      ],
      ["Contract", "CT-1"],
    ),
  );
  expect(page).toContain('<dt class="text">Contract</dt><dd class="text">CT-1</dd>');
  expect(page).not.toContain("<table>");
});

it("begins each cell with its head, unless one column is wider than all others", () => {
  const figures = render(
    table(
      [
        ["Figure", 1],
        ["Before", 1],
        ["After", 1],
      ],
      ["Value", "1", "2"],
    ),
  );
  expect(figures).not.toContain('class="main"');
  const lines = render(
    table(
      [
        ["Item", 3],
        ["Price", 1],
      ],
      ["Sails", "50"],
    ),
  );
  expect(lines.match(/class="main" data-head="\w+"/g)).toEqual(['class="main" data-head="Item"']);
});

it.each([
  ["empty cells", ["", ""]],
  ["labels without values", ["Name: \n\nSignature: \n\n", "姓名：\n"]],
])("leaves out space to write by hand: %s", (_, cells) => {
  expect(
    render(
      table(
        [
          ["For the provider", 1],
          ["For the customer", 1],
        ],
        cells,
      ),
    ),
  ).not.toContain("<table>");
  expect(
    render(
      table(
        [
          ["For the provider", 1],
          ["For the customer", 1],
        ],
        ["Name: Ann", ""],
      ),
    ),
  ).toContain("Name: Ann");
});

it("shows the sender only beside an addressee, because the page names it", () => {
  const paragraph: Block = { kind: "paragraph", text: "Hello" };
  expect(render(paragraph, { header: { from: ["Harbour Ltd"], to: [] } })).not.toContain("Harbour Ltd");
  expect(render(paragraph, { header: { from: ["Harbour Ltd"], to: ["Fjord"] } })).toContain("Harbour Ltd");
});
