import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Fonts } from "@crm/core/kernel/ports.ts";
import { type Family, families, type Weight, weights } from "@crm/core/lib/pdf/font-families.ts";

const fontPackages: Readonly<Record<Family, readonly [name: string, file: string]>> = {
  NotoSans: ["noto-sans", "NotoSans"],
  PlexSansArabic: ["ibm-plex-sans-arabic", "IBMPlexSansArabic"],
  NotoSansSC: ["noto-sans-sc", "NotoSansSC"],
  NotoSansTC: ["noto-sans-tc", "NotoSansTC"],
  NotoSansJP: ["noto-sans-jp", "NotoSansJP"],
  NotoSansKR: ["noto-sans-kr", "NotoSansKR"],
};

const weightFolders: Readonly<Record<Weight, string>> = { Regular: "400Regular", Bold: "700Bold" };

/** Font files in the installed packages, by font name. */
export const fontFiles: ReadonlyMap<string, string> = new Map(
  families.flatMap((family) =>
    weights.map((weight) => {
      const [name, file] = fontPackages[family];
      const path = `@expo-google-fonts/${name}/${weightFolders[weight]}/${file}_${weightFolders[weight]}.ttf`;
      return [`${family}-${weight}`, path] as const;
    }),
  ),
);

/** The folder into which `npm run fonts:install` installs optional fonts. Packages of the installation itself are resolved from here too. */
export const OPTIONAL_FONTS_FOLDER = fileURLToPath(new URL("../../../../.fonts/", import.meta.url));

/** Returns fonts from the installed packages. */
export const packagedFonts = (folder = OPTIONAL_FONTS_FOLDER): Fonts => ({
  async load(name) {
    const path = fontFiles.get(name);
    if (!path) throw new Error(`Unknown font ${name}`);
    const file = resolveInstalledFile(path, folder);
    return file === undefined ? undefined : readFile(file);
  },
});

/** Returns whether the optional fonts are installed too. */
export const hasAllFonts = (): boolean =>
  [...fontFiles.values()].every((path) => resolveInstalledFile(path, OPTIONAL_FONTS_FOLDER) !== undefined);

function resolveInstalledFile(path: string, folder: string): string | undefined {
  try {
    return createRequire(folder).resolve(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
