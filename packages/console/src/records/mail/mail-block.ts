/** The blocks of a mail, as the API has them (docs/messaging/message-templates.md). */

export interface MailBlock {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface ProductItem {
  readonly name: string;
  readonly text?: string | null;
  readonly price?: string | null;
  readonly image_url?: string | null;
  readonly url?: string | null;
}

export interface SocialLink {
  readonly network: string;
  readonly url: string;
}

/** Where a block stands: its index, or in columns the indexes of the columns, the column and the block. */
export type BlockPath = readonly [number] | readonly [number, number, number];

/** Names a place, also in the address of a card. */
export const formatPath = (path: BlockPath): string => path.join(".");

/** The path of a place in the errors of the API. */
export const toFieldPath = ([index, column, inner]: BlockPath): string =>
  column === undefined ? `blocks[${index}]` : `blocks[${index}].columns[${column}][${inner}]`;

/** Reads the place of a block from the path of one of its fields. Undefined: the path is of no block. */
export function parseFieldPath(field: string): BlockPath | undefined {
  const [, index, column, inner] = /^blocks\[(\d+)\](?:\.columns\[(\d+)\]\[(\d+)\])?/.exec(field) ?? [];
  if (index === undefined) return undefined;
  return column === undefined ? [Number(index)] : [Number(index), Number(column), Number(inner)];
}

export const readColumns = ({ columns }: MailBlock): readonly (readonly MailBlock[])[] =>
  Array.isArray(columns) ? (columns as readonly (readonly MailBlock[])[]) : [];

export function findBlock(blocks: readonly MailBlock[], [index, column, inner]: BlockPath): MailBlock | undefined {
  const block = blocks[index];
  if (column === undefined || inner === undefined) return block;
  return block && readColumns(block)[column]?.[inner];
}

/** Changes the list in which a place is. */
function changeList(
  blocks: readonly MailBlock[],
  path: BlockPath,
  change: (list: readonly MailBlock[], index: number) => readonly MailBlock[],
): readonly MailBlock[] {
  const [index, column, inner] = path;
  if (column === undefined || inner === undefined) return change(blocks, index);
  return blocks.map((block, position) =>
    position === index
      ? { ...block, columns: readColumns(block).map((list, place) => (place === column ? change(list, inner) : list)) }
      : block,
  );
}

export const changeBlock = (blocks: readonly MailBlock[], path: BlockPath, block: MailBlock): readonly MailBlock[] =>
  changeList(blocks, path, (list, index) => list.map((other, position) => (position === index ? block : other)));

export const insertBlock = (blocks: readonly MailBlock[], path: BlockPath, block: MailBlock): readonly MailBlock[] =>
  changeList(blocks, path, (list, index) => [...list.slice(0, index), block, ...list.slice(index)]);

export const removeBlock = (blocks: readonly MailBlock[], path: BlockPath): readonly MailBlock[] =>
  changeList(blocks, path, (list, index) => list.filter((_, position) => position !== index));

/** The place beside another one in the same list. */
export const shiftPath = ([index, column, inner]: BlockPath, step: number): BlockPath =>
  column === undefined || inner === undefined ? [index + step] : [index, column, inner + step];

/** Exchanges a block with its neighbor. At the end of its list it stays. */
export function moveBlock(blocks: readonly MailBlock[], path: BlockPath, step: 1 | -1): readonly MailBlock[] {
  const [block, other] = [findBlock(blocks, path), findBlock(blocks, shiftPath(path, step))];
  if (!block || !other) return blocks;
  return changeBlock(changeBlock(blocks, path, other), shiftPath(path, step), block);
}

/** The errors of a block, by the path of the field in it. The errors of blocks in columns are their own. */
export function listBlockErrors(path: BlockPath, errors: Readonly<Record<string, string>>): Record<string, string> {
  const start = toFieldPath(path);
  return Object.fromEntries(
    Object.entries(errors).flatMap(([name, message]) => {
      if (name !== start && !name.startsWith(`${start}.`)) return [];
      const field = name.slice(start.length + 1);
      return /^columns\[\d+\]\[/.test(field) ? [] : [[field, message]];
    }),
  );
}

/** A new block of a kind, with which the mail is not broken. */
const newBlocks: Readonly<Record<string, MailBlock>> = {
  heading: { type: "heading", text: "", level: 2, align: "start" },
  text: { type: "text", html: "", align: "start" },
  image: { type: "image", url: "", alt: "", decorative: false, align: "start" },
  button: { type: "button", label: "", url: "", align: "start" },
  columns: { type: "columns", columns: [[], []], stack: true },
  products: { type: "products", items: [{ name: "" }] },
  social: { type: "social", links: [{ network: "linkedin", url: "" }], align: "start" },
  divider: { type: "divider" },
  spacer: { type: "spacer", height: 24 },
  footer: { type: "footer" },
};

export const blockTypes = Object.keys(newBlocks);
/** Blocks that columns may contain. */
export const columnBlockTypes = blockTypes.filter((type) => type !== "columns" && type !== "footer");

export const createBlock = (type: string): MailBlock => newBlocks[type] ?? { type };

/** The longest words of a card. */
const MAX_SUMMARY_LENGTH = 80;

/** What a block says, on one line. */
export function summarizeBlock(block: MailBlock): string {
  const list = (value: unknown): readonly Record<string, unknown>[] => (Array.isArray(value) ? value : []);
  const words =
    block.type === "text"
      ? String(block.html ?? "").replaceAll(/<[^<>]*>/g, " ")
      : block.type === "products"
        ? list(block.items)
            .map(({ name }) => name)
            .join(", ")
        : (block.text ?? block.label ?? block.alt ?? "");
  const line = decodeText(String(words)).replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_SUMMARY_LENGTH ? `${line.slice(0, MAX_SUMMARY_LENGTH)}…` : line;
}

const decodeText = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&nbsp;", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

/** As wide as the text of a mail. */
const MAX_IMAGE_WIDTH = 600;

/** Puts an image of the library into a block. The alternative text of another image does not fit it; one that was written before stays. */
export const placeImage = (
  block: MailBlock,
  { url, alt, width }: { readonly url: string; readonly alt: string | null; readonly width: number },
) => ({
  url,
  alt: block.decorative === true ? "" : (alt ?? (block.url ? "" : block.alt)),
  width: Math.min(width, MAX_IMAGE_WIDTH),
});
