import { atMost } from "../kernel/pool.ts";
import type { Fonts } from "../kernel/ports.ts";
import { checked } from "./document.rules.ts";
import type { BusinessDocument, Picture } from "./document.ts";
import { Fontbook } from "./fonts.ts";
import { layout, textsOf } from "./layout.ts";
import { write } from "./pdf/write.ts";
import { type Raster, readPicture } from "./picture.ts";

/** A long document takes some hundred megabytes until it is written: a process draws one after the other. */
const inTurn = atMost(1);

/**
 * A document as a PDF: the same document is the same bytes, in each process. Letters that no font has are drawn as the replacement
 * character. Refused with a 400 that names the field: what is larger than `bounds` of the rules, pictures that are none or are broken.
 */
export const render = (document: BusinessDocument, fonts: Fonts): Promise<Uint8Array> =>
  inTurn(async () => {
    const rasters = picturesOf(checked(document));
    const book = await Fontbook.open(fonts, document.language, textsOf(document));
    return write(document, await layout(document, book, (picture) => rasterOf(rasters, picture)));
  });

function picturesOf({ header, blocks }: BusinessDocument): ReadonlyMap<Picture, Raster> {
  const rasters = new Map<Picture, Raster>();
  if (header?.logo) rasters.set(header.logo, readPicture(header.logo.bytes, "header.logo"));
  blocks.forEach((block, at) => {
    if (block.kind === "image") rasters.set(block.image, readPicture(block.image.bytes, `blocks.${at}.image`));
  });
  return rasters;
}

function rasterOf(rasters: ReadonlyMap<Picture, Raster>, picture: Picture): Raster {
  const raster = rasters.get(picture);
  if (!raster) throw new Error("A picture of the document was not read");
  return raster;
}
