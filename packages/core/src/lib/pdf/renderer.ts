import { limitConcurrency } from "../../kernel/concurrency.ts";
import { usePorts } from "../../kernel/context.ts";
import type { Fonts } from "../../kernel/ports.ts";
import { requireDrawable } from "./document.rules.ts";
import type { BusinessDocument, Picture } from "./document.ts";
import { Fontbook, type MissingFonts, REPLACEMENT } from "./fonts.ts";
import { collectTexts, layOutDocument } from "./layout.ts";
import { writePdf } from "./pdf/writer.ts";
import { type Raster, readPicture } from "./picture.ts";

/** A long document needs some hundred megabytes while it is written, so a process renders one at a time. */
const runSerially = limitConcurrency(1);

interface RenderedDocument {
  readonly bytes: Uint8Array;
  /** Undefined unless letters could not be drawn because their fonts are not installed. */
  readonly missing: MissingFonts | undefined;
}

/**
 * Renders a document as a PDF. The same document and fonts give the same bytes in each process. A letter that no font has is drawn as the replacement
 * character; if a supported font that is not installed may have it, a note at the end says so. Throws VALIDATION_ERROR with the field for a document
 * beyond `bounds` and for a broken picture.
 */
export const renderDocument = (document: BusinessDocument, fonts: Fonts): Promise<RenderedDocument> =>
  runSerially(async () => {
    const rasters = readPictures(requireDrawable(document));
    const book = await Fontbook.open(fonts, document.language, collectTexts(document));
    const annotatedDocument = book.missing ? withMissingFontNote(document, book.missing) : document;
    const layout = await layOutDocument(annotatedDocument, book, (picture) => requireRaster(rasters, picture));
    return { bytes: await writePdf(annotatedDocument, layout), missing: book.missing };
  });

export const renderBytes = async (document: BusinessDocument, fonts: Fonts): Promise<Uint8Array> =>
  (await renderDocument(document, fonts)).bytes;

/** Renders with the fonts of the installation, and logs a warning if the document needs others. */
export async function renderWithInstalledFonts(document: BusinessDocument): Promise<RenderedDocument> {
  const { fonts, log } = usePorts();
  const rendered = await renderDocument(document, fonts);
  if (rendered.missing)
    log.write("warn", "Document was drawn with replacement characters: install its fonts with npm run fonts:install", {
      document: document.id,
      ...rendered.missing,
    });
  return rendered;
}

/**
 * The note is in English in every document: it is for administrators who can install fonts, and the fonts of the document's own language may be the
 * missing ones.
 */
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
  blocks.forEach((block, index) => {
    if (block.kind === "image") rasters.set(block.image, readPicture(block.image.bytes, `blocks.${index}.image`));
  });
  return rasters;
}

function requireRaster(rasters: ReadonlyMap<Picture, Raster>, picture: Picture): Raster {
  const raster = rasters.get(picture);
  if (!raster) throw new Error("A picture in the document was not read");
  return raster;
}
