import { limitConcurrency } from "../../kernel/concurrency.ts";
import { usePorts } from "../../kernel/context.ts";
import type { Fonts } from "../../kernel/ports.ts";
import { requireDrawable } from "./document.rules.ts";
import type { BusinessDocument, Picture } from "./document.ts";
import { Fontbook, type MissingFonts, REPLACEMENT } from "./fonts.ts";
import { collectTexts, layOutDocument } from "./layout.ts";
import { writePdf } from "./pdf/writer.ts";
import { type Raster, readPicture } from "./picture.ts";

/** A long document takes some hundred megabytes until it is written: a process draws one after the other. */
const runSerially = limitConcurrency(1);

export interface RenderedDocument {
  readonly bytes: Uint8Array;
  /** Undefined unless letters could not be drawn because their fonts are not installed. */
  readonly missing: MissingFonts | undefined;
}

/**
 * A document as a PDF: the same document and the same fonts give the same bytes, in each process. A letter that no font has is drawn as
 * the replacement character; if its font exists and is not installed, a note at the end says so. A document larger than `bounds` of the
 * rules, and a picture that is broken or none, is a 400 that names the field.
 */
export const renderDocument = (document: BusinessDocument, fonts: Fonts): Promise<RenderedDocument> =>
  runSerially(async () => {
    const rasters = readPictures(requireDrawable(document));
    const book = await Fontbook.open(fonts, document.language, collectTexts(document));
    const noted = book.missing ? withMissingFontNote(document, book.missing) : document;
    const laid = await layOutDocument(noted, book, (picture) => requireRaster(rasters, picture));
    return { bytes: await writePdf(noted, laid), missing: book.missing };
  });

export const renderBytes = async (document: BusinessDocument, fonts: Fonts): Promise<Uint8Array> =>
  (await renderDocument(document, fonts)).bytes;

/** Renders with the fonts of the installation, and logs a warning if the document needs others. */
export async function renderWithInstalledFonts(document: BusinessDocument): Promise<RenderedDocument> {
  const { fonts, log } = usePorts();
  const rendered = await renderDocument(document, fonts);
  if (rendered.missing)
    log.write("warn", "A document was drawn with replacement characters: install its fonts with npm run fonts:install", {
      document: document.id,
      ...rendered.missing,
    });
  return rendered;
}

/** In English in every document: who can install fonts reads it, and the fonts of the document's own language may be the missing ones. */
const withMissingFontNote = (document: BusinessDocument, { families, letters }: MissingFonts): BusinessDocument => ({
  ...document,
  blocks: [
    ...document.blocks,
    {
      kind: "paragraph",
      text: `${REPLACEMENT} = a character whose font is not installed (${letters} different, ${families.join(", ")}). The text can be copied and searched.`,
    },
  ],
});

function readPictures({ header, blocks }: BusinessDocument): ReadonlyMap<Picture, Raster> {
  const rasters = new Map<Picture, Raster>();
  if (header?.logo) rasters.set(header.logo, readPicture(header.logo.bytes, "header.logo"));
  blocks.forEach((block, at) => {
    if (block.kind === "image") rasters.set(block.image, readPicture(block.image.bytes, `blocks.${at}.image`));
  });
  return rasters;
}

function requireRaster(rasters: ReadonlyMap<Picture, Raster>, picture: Picture): Raster {
  const raster = rasters.get(picture);
  if (!raster) throw new Error("A picture of the document was not read");
  return raster;
}
