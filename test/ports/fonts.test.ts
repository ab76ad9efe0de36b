import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bucketFonts, fontKey } from "@crm/aws/fonts.ts";
import { families, weights } from "@crm/core/lib/pdf/font-families.ts";
import { fontFiles, hasAllFonts, packagedFonts } from "@crm/local/ports/fonts.ts";
import { describe, expect, it, vi } from "vitest";
import { uploadFonts } from "../../scripts/font-upload.ts";

const fontNames = families.flatMap((family) => weights.map((weight) => `${family}-${weight}`));
const npmFonts = packagedFonts();
/** Without the optional fonts, those of the dependencies. */
const installedNames = fontNames.filter((name) => hasAllFonts() || !/(SC|TC|JP|KR)-/.test(name));

/** Compares files directly, because `toEqual` takes seconds for megabytes. */
const isSame = (left: Uint8Array | undefined, right: Uint8Array | undefined): boolean =>
  left !== undefined && right !== undefined && Buffer.compare(left, right) === 0;

/** A bucket that contains the fonts. */
const s3Fonts = bucketFonts({
  get: async (key) => {
    const name = fontNames.find((fontName) => fontKey(fontName) === key);
    return name === undefined ? undefined : npmFonts.load(name);
  },
});

describe.each([
  ["packages", npmFonts],
  ["S3", s3Fonts],
])("fonts of %s", (_, fonts) => {
  it("are distinct TrueType files, the same each time", async () => {
    const sizes = new Set<number>();
    for (const name of installedNames) {
      const font = (await fonts.load(name)) ?? new Uint8Array();
      expect([...font.subarray(0, 4)], name).toEqual([0, 1, 0, 0]);
      sizes.add(font.length);
    }
    expect(sizes.size).toBe(installedNames.length);
    expect(isSame(await fonts.load("NotoSans-Bold"), await fonts.load("NotoSans-Bold"))).toBe(true);
  });

  it("are rejected with an unknown name", async () => {
    await expect(fonts.load("Comic-Regular")).rejects.toThrow("Comic-Regular");
  });
});

it("fonts of missing packages are undefined, and those in the folder of optional fonts are found", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fonts-"));
  const elsewhere = packagedFonts(`${folder}/`);
  expect(await elsewhere.load("NotoSansJP-Bold")).toBeUndefined();
  const file = join(folder, "node_modules", fontFiles.get("NotoSansJP-Bold") ?? "");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "font");
  expect(Buffer.from((await elsewhere.load("NotoSansJP-Bold")) ?? []).toString()).toBe("font");
  rmSync(folder, { recursive: true });
});

it.skipIf(!hasAllFonts())("fonts are uploaded if the bucket lacks them or has other bytes", async () => {
  const objects = new Map<string, Uint8Array>([[fontKey("NotoSans-Bold"), Buffer.from("old")]]);
  const bucket = {
    get: async (key: string) => objects.get(key),
    list: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
    put: async (key: string, bytes: Uint8Array) => void objects.set(key, bytes),
  };
  vi.spyOn(console, "log").mockReturnValue();
  expect(await uploadFonts(bucket)).toEqual(fontNames.map(fontKey));
  expect(await uploadFonts(bucket)).toEqual([]);
  objects.delete(fontKey("NotoSansKR-Bold"));
  expect(await uploadFonts(bucket)).toEqual([fontKey("NotoSansKR-Bold")]);
  expect(isSame(await bucketFonts(bucket).load("NotoSans-Bold"), await npmFonts.load("NotoSans-Bold"))).toBe(true);
});

it("the packages contain exactly the fonts of the port", () => {
  expect([...fontFiles.keys()]).toEqual(fontNames);
});
