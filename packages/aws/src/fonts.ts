import type { Files, Fonts } from "@crm/core/kernel/ports.ts";

/** What the keys of fonts begin with in the bucket of files: no tenant's. */
export const FONTS_PREFIX = "fonts/";

export const fontKey = (name: string): string => `${FONTS_PREFIX}${name}.ttf`;

/** Fonts from the bucket of files, into which `npm run deploy` uploads them. */
export const bucketFonts = (files: Pick<Files, "get">): Fonts => ({
  async load(name) {
    const font = await files.get(fontKey(name));
    if (!font) throw new Error(`The bucket has no ${fontKey(name)}: npm run fonts:upload -- --bucket NAME uploads it`);
    return font;
  },
});
