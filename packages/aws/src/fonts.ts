import type { Files, Fonts } from "@crm/core/kernel/ports.ts";

/** The prefix of fonts in the bucket of files. Fonts belong to no tenant. */
export const FONTS_PREFIX = "fonts/";

export const fontKey = (name: string): string => `${FONTS_PREFIX}${name}.ttf`;

/** Reads fonts from the bucket of files. `npm run deploy` uploads them. */
export const bucketFonts = (files: Pick<Files, "get">): Fonts => ({
  async load(name) {
    const font = await files.get(fontKey(name));
    if (!font) throw new Error(`The bucket has no ${fontKey(name)}: upload it with npm run fonts:upload -- --bucket NAME`);
    return font;
  },
});
