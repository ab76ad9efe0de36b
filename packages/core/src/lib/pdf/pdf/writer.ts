import { createHash } from "node:crypto";
import { yieldToEventLoop } from "../../../kernel/concurrency.ts";
import type { BusinessDocument } from "../document.ts";
import type { OpenFont } from "../fonts.ts";
import type { DocumentLayout } from "../layout.ts";
import type { Item, Node, Tone } from "../page.ts";
import type { Line } from "../paragraph.ts";
import type { Raster } from "../picture.ts";
import type { PathCommand, PathShape } from "../svg-shapes.rules.ts";
import { toDrawableText } from "../text.rules.ts";
import { formatDate, formatNumber, formatRef, formatText, PdfFile, type Ref } from "./file.ts";
import { PdfFont } from "./font.ts";
import { writeImage } from "./image.ts";
import { StructureTree } from "./structure-tree.ts";

/** Writes pages into a file. Dates and names come only from the document: the same pages give the same bytes. */

const grayLevels = { ink: "0.1 g", soft: "0.4 g", faint: "0.8 g" } as const;

type Palette = Readonly<Record<Tone, string>>;

/** Returns the operators that set the color of each tone. */
const buildPalette = ({ accent }: BusinessDocument): Palette => ({
  ...grayLevels,
  accent: accent === undefined ? grayLevels.ink : formatColor(accent),
});

const formatColor = (color: string, operator: "rg" | "RG" = "rg"): string =>
  `${[1, 3, 5].map((from) => formatNumber(Number.parseInt(color.slice(from, from + 2), 16) / 255)).join(" ")} ${operator}`;

/** State that the pages of a file share. */
interface WriteContext {
  readonly file: PdfFile;
  readonly tags: StructureTree;
  readonly height: number;
  readonly palette: Palette;
  readonly fonts: Map<OpenFont, { readonly name: string; readonly font: PdfFont }>;
  readonly images: Map<Raster, { readonly name: string; readonly ref: Ref }>;
  /** The names of the states with an opacity. */
  readonly opacities: Map<number, string>;
}

export async function writePdf(document: BusinessDocument, { pages, size, tree }: DocumentLayout): Promise<Uint8Array> {
  const file = new PdfFile();
  const writing: WriteContext = {
    ...{ file, tags: new StructureTree(file), height: size.height, palette: buildPalette(document) },
    ...{ fonts: new Map(), images: new Map(), opacities: new Map() },
  };
  const all = file.reserve();
  const resources = file.reserve();
  const refs: Ref[] = [];
  for (const [page, items] of pages.entries()) {
    await yieldToEventLoop();
    const ref = file.reserve();
    const content = file.addStream("", Buffer.from(buildPageContent(items, page, ref, writing), "latin1"));
    const box = `[0 0 ${size.width} ${size.height}]`;
    const entries = `/MediaBox ${box} /Resources ${formatRef(resources)} /Contents ${formatRef(content)} /StructParents ${page} /Tabs /S`;
    refs.push(file.addObject(`<</Type /Page /Parent ${formatRef(all)} ${entries}>>`, ref));
  }
  file.addObject(`<</Type /Pages /Count ${refs.length} /Kids [${refs.map(formatRef).join(" ")}]>>`, all);
  for (const { font } of writing.fonts.values()) {
    await yieldToEventLoop();
    font.write(file);
  }
  const fonts = Array.from(writing.fonts.values(), ({ name, font }) => `/${name} ${formatRef(font.ref)}`);
  const images = Array.from(writing.images.values(), ({ name, ref }) => `/${name} ${formatRef(ref)}`);
  const states = Array.from(writing.opacities, ([opacity, name]) => `/${name} <</ca ${formatNumber(opacity)}>>`);
  const stateEntry = states.length === 0 ? "" : ` /ExtGState <<${states.join(" ")}>>`;
  file.addObject(`<</Font <<${fonts.join(" ")}>> /XObject <<${images.join(" ")}>>${stateEntry}>>`, resources);
  return file.finish(
    writeCatalog(document, all, writing.tags.write(tree), file),
    writeInfo(document, file),
    computeFileId(document),
  );
}

function writeCatalog({ language }: BusinessDocument, pages: Ref, tree: Ref, file: PdfFile): Ref {
  const displayEntries = `/Lang ${formatText(language)} /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>>`;
  return file.addObject(`<</Type /Catalog /Pages ${formatRef(pages)} /StructTreeRoot ${formatRef(tree)} ${displayEntries}>>`);
}

function writeInfo({ title, author, id, at }: BusinessDocument, file: PdfFile): Ref {
  const authorEntry = author === undefined ? "" : ` /Author ${formatText(toDrawableText(author))}`;
  return file.addObject(
    `<</Title ${formatText(toDrawableText(title))}${authorEntry} /Subject ${formatText(id)} /CreationDate ${formatDate(at)} /ModDate ${formatDate(at)}>>`,
  );
}

const computeFileId = ({ id, at, title }: BusinessDocument): Buffer =>
  createHash("sha256")
    .update(JSON.stringify([id, at, title]))
    .digest()
    .subarray(0, 16);

/** Returns the operators of a page. Consecutive items of one node are one marked part. */
function buildPageContent(items: readonly Item[], page: number, ref: Ref, writing: WriteContext): string {
  const operators: string[] = [];
  let open: { readonly node: Node | undefined } | undefined;
  for (const item of items) {
    const node = item.kind === "rule" ? undefined : item.node;
    if (!open || open.node !== node) {
      if (open) operators.push("EMC");
      operators.push(node ? `/${node.type} <</MCID ${writing.tags.addMarkedContent(node, page, ref)}>> BDC` : "/Artifact BMC");
      open = { node };
    }
    operators.push(formatItem(item, writing));
  }
  if (open) operators.push("EMC");
  return operators.join("\n");
}

function formatItem(item: Item, writing: WriteContext): string {
  if (item.kind === "line") return formatTextLine(item.line, { ...item, color: writing.palette[item.tone] }, writing);
  if (item.kind === "chart") return formatChart(item, writing);
  const { x, y, width } = item;
  const formatY = (below: number): string => formatNumber(writing.height - below);
  if (item.kind === "rule")
    return `${writing.palette[item.tone]} ${formatNumber(x)} ${formatY(y + item.thickness)} ${formatNumber(width)} ${formatNumber(item.thickness)} re f`;
  if (item.kind === "drawing") return formatDrawing(item, formatY);
  const { images, file } = writing;
  const image = images.get(item.raster) ?? { name: `I${images.size + 1}`, ref: writeImage(file, item.raster) };
  images.set(item.raster, image);
  return `q ${formatNumber(width)} 0 0 ${formatNumber(item.height)} ${formatNumber(x)} ${formatY(y + item.height)} cm /${image.name} Do Q`;
}

/** The stroke width of drawings, in points. */
const STROKE_WIDTH = 1.2;

/** Formats a drawing. Strokes have round ends, so that a stroke of one point is a dot. */
function formatDrawing({ drawing, x, y, width }: Extract<Item, { kind: "drawing" }>, formatY: (below: number) => string): string {
  const scale = width / drawing.box.width;
  const formatPoint = ([across = 0, down = 0]: readonly number[]): string =>
    `${formatNumber(x + across * scale)} ${formatY(y + down * scale)}`;
  const paths = drawing.strokes.map(([first = [0, 0], ...rest]) =>
    [`${formatPoint(first)} m`, ...(rest.length === 0 ? [first] : rest).map((point) => `${formatPoint(point)} l`)].join(" "),
  );
  return `q 0.1 G ${formatNumber(STROKE_WIDTH)} w 1 J 1 j\n${paths.join("\n")}\nS Q`;
}

function formatChart({ shapes, x, y, scale }: Extract<Item, { kind: "chart" }>, writing: WriteContext): string {
  const operators = shapes.map((shape) => {
    if (shape.kind === "path") return formatPath(shape, { x, y, scale }, writing);
    const place = { x: x + shape.x * scale, baseline: y + shape.baseline * scale, size: shape.size * scale };
    return formatTextLine(shape.line, { ...place, scale, color: formatColor(shape.color) }, writing);
  });
  return operators.join("\n");
}

/** Formats a path of a chart, filled and stroked. */
function formatPath(
  { commands, fill, opacity, stroke }: PathShape,
  { x, y, scale }: { x: number; y: number; scale: number },
  { height, opacities }: WriteContext,
): string {
  const formatCommand = ([letter, ...numbers]: PathCommand): string => {
    if (letter === "Z") return "h";
    const points = numbers.map((value, index) =>
      formatNumber(index % 2 === 0 ? x + value * scale : height - (y + value * scale)),
    );
    return `${points.join(" ")} ${letter.toLowerCase()}`;
  };
  const state: string[] = ["q"];
  if (opacity !== undefined) {
    const name = opacities.get(opacity) ?? `G${opacities.size + 1}`;
    opacities.set(opacity, name);
    state.push(`/${name} gs`);
  }
  if (fill !== undefined) state.push(formatColor(fill));
  if (stroke) {
    state.push(formatColor(stroke.color, "RG"), `${formatNumber(stroke.width * scale)} w`);
    if (stroke.isRound) state.push("1 J 1 j");
    if (stroke.dash) {
      const lengths = stroke.dash.lengths.map((length) => formatNumber(length * scale));
      state.push(`[${lengths.join(" ")}] ${formatNumber(stroke.dash.phase * scale)} d`);
    }
  }
  const paint = fill === undefined ? (stroke ? "S" : "n") : stroke ? "B" : "f";
  return `${state.join(" ")}\n${commands.map(formatCommand).join(" ")}\n${paint} Q`;
}

interface TextPlace {
  readonly x: number;
  readonly baseline: number;
  readonly size: number;
  /** The operator of the color. */
  readonly color: string;
  /** What the places of the line's runs are multiplied by. */
  readonly scale?: number;
}

function formatTextLine(
  line: Line,
  { x, baseline, size, color, scale = 1 }: TextPlace,
  { fonts, file, height }: WriteContext,
): string {
  const runs = line.runs.map(({ run, x: offset }) => {
    const fontEntry = fonts.get(run.font) ?? { name: `F${fonts.size + 1}`, font: new PdfFont(file, run.font) };
    fonts.set(run.font, fontEntry);
    const place = `1 0 0 1 ${formatNumber(x + offset * scale)} ${formatNumber(height - baseline)} Tm`;
    return `/${fontEntry.name} ${formatNumber(size)} Tf ${place} ${fontEntry.font.showRun(run, size)}`;
  });
  return `BT ${color} ${runs.join("\n")} ET`;
}
