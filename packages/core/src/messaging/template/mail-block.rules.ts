import type { ErrorDetail } from "../../kernel/error.ts";
import { describeFieldInAttribute } from "./html.rules.ts";
import type { MailBlock, SimpleMailBlock } from "./mail-block.ts";
import { parseInline, readInlineText } from "./mail-inline.rules.ts";
import { parseMergeFields } from "./merge-fields.rules.ts";

/** Pure rules of blocks that their schema does not state: the markup and the merge fields of their texts. */

/** A block with its path in a template: `blocks[2]`, or in columns `blocks[2].columns[0][1]`. */
interface PlacedBlock {
  readonly path: string;
  readonly block: MailBlock;
}

/** Lists the blocks in reading order. Columns come before the blocks in them. */
export const listPlacedBlocks = (blocks: readonly MailBlock[], path = "blocks"): PlacedBlock[] =>
  blocks.flatMap((block, index): PlacedBlock[] => [
    { path: `${path}[${index}]`, block },
    ...(block.type === "columns"
      ? block.columns.flatMap((column: readonly SimpleMailBlock[], position) =>
          listPlacedBlocks(column, `${path}[${index}].columns[${position}]`),
        )
      : []),
  ]);

/** Returns the texts of a block that readers see, by their path in the block. */
export function listBlockTexts(block: MailBlock): { path: string; text: string }[] {
  switch (block.type) {
    case "heading":
      return [{ path: "text", text: block.text }];
    case "text":
      return [{ path: "html", text: readInlineText(block.html) }];
    case "image":
      return [{ path: "alt", text: block.alt }];
    case "button":
      return [{ path: "label", text: block.label }];
    case "products":
      return block.items.flatMap(({ name, text, price }, index) =>
        Object.entries({ name, text, price }).map(([field, value]) => ({ path: `items[${index}].${field}`, text: value ?? "" })),
      );
    case "footer":
      return [{ path: "text", text: block.text ?? "" }];
    default:
      return [];
  }
}

/** Returns all errors in the texts of blocks, each at the path of its field. */
export const findBlockFaults = (blocks: readonly MailBlock[]): ErrorDetail[] =>
  listPlacedBlocks(blocks).flatMap(({ path, block }) => [
    ...(block.type === "text" ? parseInline(block.html).faults.map((message) => ({ field: `${path}.html`, message })) : []),
    ...listBlockTexts(block).flatMap(({ path: field, text }) =>
      // An alternative text is an attribute of its image.
      block.type === "image" && /\{\{|\}\}/.test(text)
        ? [
            {
              field: `${path}.${field}`,
              message: describeFieldInAttribute("alt"),
            },
          ]
        : parseMergeFields(text, "html").faults.map((message) => ({ field: `${path}.${field}`, message })),
    ),
  ]);

/** Returns the addresses to which a block links, by their path in the block. */
export function listBlockLinks(block: MailBlock): { path: string; url: string }[] {
  switch (block.type) {
    case "text":
      return parseInline(block.html).tokens.flatMap((token) =>
        token.kind === "open" && token.href ? [{ path: "html", url: token.href }] : [],
      );
    case "image":
      return block.link ? [{ path: "link", url: block.link }] : [];
    case "button":
      return [{ path: "url", url: block.url }];
    case "products":
      return block.items.flatMap(({ url }, index) => (url ? [{ path: `items[${index}].url`, url }] : []));
    case "social":
      return block.links.map(({ url }, index) => ({ path: `links[${index}].url`, url }));
    default:
      return [];
  }
}

/** Returns the addresses of the images of a block, by their path in the block. */
export function listBlockImages(block: MailBlock): { path: string; url: string }[] {
  if (block.type === "image") return [{ path: "url", url: block.url }];
  if (block.type !== "products") return [];
  return block.items.flatMap(({ image_url }, index) =>
    image_url ? [{ path: `items[${index}].image_url`, url: image_url }] : [],
  );
}
