import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import type { Block, BusinessDocument, Cell, Header } from "./document.ts";
import { bounds } from "./document-bounds.ts";
import { readPictureSize, readShapes } from "./svg-shapes.rules.ts";

/** Returns the document, or throws all errors in its shape. */
export function requireDrawable(document: BusinessDocument): BusinessDocument {
  const details = [
    ...validateDocument(document),
    ...document.blocks.flatMap((block, index) => validateBlock(block, `blocks.${index}`)),
  ];
  if (details.length > 0) throw invalidAll(details.slice(0, 100));
  return document;
}

const checkMax = (field: string, count: number, limit: number, unit: string): ErrorDetail[] =>
  count > limit ? [{ field, message: `Must have at most ${limit} ${unit}` }] : [];

function validateDocument({ language, at, title, header, footer, blocks }: BusinessDocument): ErrorDetail[] {
  return [
    ...(isLanguage(language) ? [] : [{ field: "language", message: "Must be a BCP 47 language tag, such as en or zh-TW" }]),
    ...(Number.isNaN(Date.parse(at)) ? [{ field: "at", message: "Must be a timestamp, such as 2026-01-31T09:00:00Z" }] : []),
    ...checkMax("title", title.length, bounds.short, "characters"),
    ...checkMax("footer", footer?.length ?? 0, bounds.short, "characters"),
    ...validateHeader(header),
    ...checkMax("blocks", blocks.length, bounds.blocks, "blocks"),
    ...checkMax("blocks", blocks.filter(({ kind }) => kind === "image").length, bounds.images, "pictures"),
    ...checkMax("blocks", countPoints(blocks), bounds.points, "points in drawings"),
    ...checkMax("blocks", countCharacters(blocks), bounds.all, "characters in total"),
  ];
}

function isLanguage(language: string): boolean {
  try {
    return new Intl.Locale(language).language.length > 0;
  } catch {
    return false;
  }
}

const validateHeader = (header: Header = {}): ErrorDetail[] =>
  (["from", "to"] as const).flatMap((name) => {
    const lines = header[name] ?? [];
    const long = lines.flatMap((line, index) => checkMax(`header.${name}.${index}`, line.length, bounds.short, "characters"));
    return [...checkMax(`header.${name}`, lines.length, bounds.address, "lines"), ...long];
  });

const listCellTexts = (cell: Cell): string[] => (typeof cell === "string" ? [cell] : [cell.text, cell.note ?? ""]);

function listBlockTexts(block: Block): readonly (readonly [path: string, text: string])[] {
  switch (block.kind) {
    case "heading":
      return [["text", block.text]];
    case "paragraph":
      return [["text", block.text], ...(block.label === undefined ? [] : [["label", block.label] as const])];
    case "table":
      return [
        ...block.columns.map(({ head }, index) => [`columns.${index}.head`, head] as const),
        ...block.rows.flatMap((row, rowIndex) =>
          row.flatMap((cell, column) => listCellTexts(cell).map((text) => [`rows.${rowIndex}.${column}`, text] as const)),
        ),
      ];
    case "totals":
      return block.lines.flatMap(({ label, amount }, index) => [
        [`lines.${index}.label`, label] as const,
        [`lines.${index}.amount`, amount] as const,
      ]);
    case "chart":
      return readShapes(block.picture).flatMap((shape, index) =>
        shape.kind === "text" ? [[`picture.${index}`, shape.text] as const] : [],
      );
    default:
      return [];
  }
}

const countCharacters = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => listBlockTexts(block).reduce((total, [, text]) => total + text.length, sum), 0);

const countPoints = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => sum + (block.kind === "drawing" ? block.drawing.strokes.flat().length : 0), 0);

function validateBlock(block: Block, field: string): ErrorDetail[] {
  const long = listBlockTexts(block).flatMap(([path, text]) =>
    checkMax(`${field}.${path}`, text.length, bounds.text, "characters"),
  );
  if (block.kind === "totals") return [...checkMax(`${field}.lines`, block.lines.length, bounds.totals, "lines"), ...long];
  if (
    block.kind === "paragraph" &&
    !(Number.isInteger(block.indent ?? 0) && (block.indent ?? 0) >= 0 && (block.indent ?? 0) <= bounds.indent)
  )
    return [{ field: `${field}.indent`, message: `Must be a whole number from 0 to ${bounds.indent}` }, ...long];
  if (block.kind === "spacer" && !(block.height >= 0)) return [{ field: `${field}.height`, message: "Must be 0 or more points" }];
  if (block.kind === "image" && block.image.width !== undefined && !(block.image.width > 0))
    return [{ field: `${field}.image.width`, message: "Must be more than 0 points" }];
  if (block.kind === "drawing" && !(block.drawing.width > 0))
    return [{ field: `${field}.drawing.width`, message: "Must be more than 0 points" }];
  if (block.kind === "chart") {
    const { width, height } = readPictureSize(block.picture);
    const size =
      width > 0 && height > 0 ? [] : [{ field: `${field}.picture`, message: "Must be wider and higher than 0 points" }];
    return [...size, ...checkMax(`${field}.picture`, readShapes(block.picture).length, bounds.shapes, "shapes"), ...long];
  }
  return block.kind === "table" ? [...validateTable(block, field), ...long] : long;
}

function validateTable({ columns, rows }: Extract<Block, { kind: "table" }>, field: string): ErrorDetail[] {
  const mismatchIndex = rows.findIndex((row) => row.length !== columns.length);
  return [
    ...(columns.length === 0 ? [{ field: `${field}.columns`, message: "Must have at least one column" }] : []),
    ...checkMax(`${field}.columns`, columns.length, bounds.columns, "columns"),
    ...columns.flatMap(({ share }, index) =>
      share > 0 && Number.isFinite(share)
        ? []
        : [{ field: `${field}.columns.${index}.share`, message: "Must be a number above 0" }],
    ),
    ...checkMax(`${field}.rows`, rows.length, bounds.rows, "rows"),
    ...(mismatchIndex < 0
      ? []
      : [{ field: `${field}.rows.${mismatchIndex}`, message: `Must have a text for each of the ${columns.length} columns` }]),
  ];
}
