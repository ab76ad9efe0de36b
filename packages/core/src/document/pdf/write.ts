import { createHash } from "node:crypto";
import { letOthers } from "../../kernel/pool.ts";
import type { BusinessDocument } from "../document.ts";
import type { OpenFont } from "../fonts.ts";
import type { Laid } from "../layout.ts";
import type { Item, Node } from "../page.ts";
import type { Raster } from "../picture.ts";
import { drawn } from "../text.rules.ts";
import { date, number, PdfFile, type Ref, text, to } from "./file.ts";
import { PdfFont } from "./font.ts";
import { writeImage } from "./image.ts";
import { Tags } from "./tree.ts";

/** Pages into a file. Whatever dates or names it comes from the document: the same pages are the same bytes. */

const tones = { ink: "0.1 g", soft: "0.4 g", faint: "0.8 g" } as const;

/** What pages of a file share. */
interface Writing {
  readonly file: PdfFile;
  readonly tags: Tags;
  readonly height: number;
  readonly fonts: Map<OpenFont, { readonly name: string; readonly font: PdfFont }>;
  readonly images: Map<Raster, { readonly name: string; readonly ref: Ref }>;
}

export async function write(document: BusinessDocument, { pages, size, tree }: Laid): Promise<Uint8Array> {
  const file = new PdfFile();
  const writing: Writing = { file, tags: new Tags(file), height: size.height, fonts: new Map(), images: new Map() };
  const all = file.reserve();
  const resources = file.reserve();
  const refs: Ref[] = [];
  for (const [page, items] of pages.entries()) {
    await letOthers();
    const ref = file.reserve();
    const content = file.stream("", Buffer.from(contentOf(items, page, ref, writing), "latin1"));
    const box = `[0 0 ${size.width} ${size.height}]`;
    const entries = `/MediaBox ${box} /Resources ${to(resources)} /Contents ${to(content)} /StructParents ${page} /Tabs /S`;
    refs.push(file.object(`<</Type /Page /Parent ${to(all)} ${entries}>>`, ref));
  }
  file.object(`<</Type /Pages /Count ${refs.length} /Kids [${refs.map(to).join(" ")}]>>`, all);
  for (const { font } of writing.fonts.values()) {
    await letOthers();
    font.write(file);
  }
  const fonts = Array.from(writing.fonts.values(), ({ name, font }) => `/${name} ${to(font.ref)}`);
  const images = Array.from(writing.images.values(), ({ name, ref }) => `/${name} ${to(ref)}`);
  file.object(`<</Font <<${fonts.join(" ")}>> /XObject <<${images.join(" ")}>>>>`, resources);
  return file.end(catalogOf(document, all, writing.tags.write(tree), file), infoOf(document, file), idOf(document));
}

function catalogOf({ language }: BusinessDocument, pages: Ref, tree: Ref, file: PdfFile): Ref {
  const shown = `/Lang ${text(language)} /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>>`;
  return file.object(`<</Type /Catalog /Pages ${to(pages)} /StructTreeRoot ${to(tree)} ${shown}>>`);
}

function infoOf({ title, author, id, at }: BusinessDocument, file: PdfFile): Ref {
  const by = author === undefined ? "" : ` /Author ${text(drawn(author))}`;
  return file.object(`<</Title ${text(drawn(title))}${by} /Subject ${text(id)} /CreationDate ${date(at)} /ModDate ${date(at)}>>`);
}

const idOf = ({ id, at, title }: BusinessDocument): Buffer =>
  createHash("sha256")
    .update(JSON.stringify([id, at, title]))
    .digest()
    .subarray(0, 16);

/** Operators of a page. What stands together of one node is one marked part. */
function contentOf(items: readonly Item[], page: number, ref: Ref, writing: Writing): string {
  const operators: string[] = [];
  let open: { readonly node: Node | undefined } | undefined;
  for (const item of items) {
    const node = item.kind === "rule" ? undefined : item.node;
    if (!open || open.node !== node) {
      if (open) operators.push("EMC");
      operators.push(node ? `/${node.type} <</MCID ${writing.tags.mark(node, page, ref)}>> BDC` : "/Artifact BMC");
      open = { node };
    }
    operators.push(operatorsOf(item, writing));
  }
  if (open) operators.push("EMC");
  return operators.join("\n");
}

function operatorsOf(item: Item, writing: Writing): string {
  if (item.kind === "line") return lineOf(item, writing);
  const { x, y, width } = item;
  const up = (below: number): string => number(writing.height - below);
  if (item.kind === "rule")
    return `${tones[item.tone]} ${number(x)} ${up(y + item.thickness)} ${number(width)} ${number(item.thickness)} re f`;
  if (item.kind === "drawing") return drawingOf(item, up);
  const { images, file } = writing;
  const image = images.get(item.raster) ?? { name: `I${images.size + 1}`, ref: writeImage(file, item.raster) };
  images.set(item.raster, image);
  return `q ${number(width)} 0 0 ${number(item.height)} ${number(x)} ${up(y + item.height)} cm /${image.name} Do Q`;
}

/** Of the lines of a drawing, in points. */
const STROKE = 1.2;

/** Round at their ends, so that a stroke of one point is a dot. */
function drawingOf({ drawing, x, y, width }: Extract<Item, { kind: "drawing" }>, up: (below: number) => string): string {
  const scale = width / drawing.box.width;
  const at = ([across = 0, down = 0]: readonly number[]): string => `${number(x + across * scale)} ${up(y + down * scale)}`;
  const paths = drawing.strokes.map(([first = [0, 0], ...rest]) =>
    [`${at(first)} m`, ...(rest.length === 0 ? [first] : rest).map((point) => `${at(point)} l`)].join(" "),
  );
  return `q 0.1 G ${number(STROKE)} w 1 J 1 j\n${paths.join("\n")}\nS Q`;
}

function lineOf({ line, x, baseline, size, tone }: Extract<Item, { kind: "line" }>, { fonts, file, height }: Writing): string {
  const runs = line.runs.map(({ run, x: within }) => {
    const known = fonts.get(run.font) ?? { name: `F${fonts.size + 1}`, font: new PdfFont(file, run.font) };
    fonts.set(run.font, known);
    const place = `1 0 0 1 ${number(x + within)} ${number(height - baseline)} Tm`;
    return `/${known.name} ${number(size)} Tf ${place} ${known.font.show(run, size)}`;
  });
  return `BT ${tones[tone]} ${runs.join("\n")} ET`;
}
