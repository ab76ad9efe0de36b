import { FONTS_PREFIX, fontKey } from "@crm/aws/fonts.ts";
import type { Files } from "@crm/core/kernel/ports.ts";
import { fontFiles, packagedFonts } from "@crm/local/ports/fonts.ts";

/** Uploads each installed font that the bucket lacks or has with other bytes. Throws if a font is not installed. */
export async function uploadFonts(files: Pick<Files, "get" | "put" | "list">): Promise<string[]> {
  const installed = packagedFonts();
  const present = new Set(await files.list(FONTS_PREFIX));
  const uploaded: string[] = [];
  for (const [name, path] of fontFiles) {
    const font = await installed.load(name);
    if (!font) throw new Error(`${path} is not installed. Run npm run fonts:install before you deploy.`);
    const key = fontKey(name);
    const stored = present.has(key) ? await files.get(key) : undefined;
    if (stored && Buffer.compare(stored, font) === 0) continue;
    await files.put(key, font);
    uploaded.push(key);
    console.log(`uploaded ${key}`);
  }
  return uploaded;
}
