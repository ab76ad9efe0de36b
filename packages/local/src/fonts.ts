import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Family, families, type Weight, weights } from "@crm/core/document/families.ts";
import type { Fonts } from "@crm/core/kernel/ports.ts";

const packages: Readonly<Record<Family, readonly [name: string, file: string]>> = {
  NotoSans: ["noto-sans", "NotoSans"],
  PlexSansArabic: ["ibm-plex-sans-arabic", "IBMPlexSansArabic"],
  NotoSansSC: ["noto-sans-sc", "NotoSansSC"],
  NotoSansTC: ["noto-sans-tc", "NotoSansTC"],
  NotoSansJP: ["noto-sans-jp", "NotoSansJP"],
  NotoSansKR: ["noto-sans-kr", "NotoSansKR"],
};

const folders: Readonly<Record<Weight, string>> = { Regular: "400Regular", Bold: "700Bold" };

/** Where each font of documents lies among the installed packages, by its name. */
export const fontFiles: ReadonlyMap<string, string> = new Map(
  families.flatMap((family) =>
    weights.map((weight) => {
      const [name, file] = packages[family];
      const path = `@expo-google-fonts/${name}/${folders[weight]}/${file}_${folders[weight]}.ttf`;
      return [`${family}-${weight}`, path] as const;
    }),
  ),
);

/** Fonts from the installed packages. */
export const packagedFonts = (): Fonts => ({
  async load(name) {
    const path = fontFiles.get(name);
    if (!path) throw new Error(`There is no font ${name}`);
    return readFile(fileURLToPath(import.meta.resolve(path)));
  },
});
