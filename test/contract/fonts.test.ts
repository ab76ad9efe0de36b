import { bucketFonts, keyOfFont } from "@crm/aws/fonts.ts";
import { families, weights } from "@crm/core/document/families.ts";
import { fontFiles, packagedFonts } from "@crm/local/fonts.ts";
import { describe, expect, it } from "vitest";

const names = families.flatMap((family) => weights.map((weight) => `${family}-${weight}`));
const packaged = packagedFonts();

/** A bucket with the fonts in it. */
const filled = bucketFonts({
  get: async (key) => {
    const name = names.find((each) => keyOfFont(each) === key);
    return name === undefined ? undefined : packaged.load(name);
  },
});

describe.each([
  ["packages", packaged],
  ["S3", filled],
])("fonts of %s", (_, fonts) => {
  it("are TrueType, each another one, the same each time", async () => {
    const sizes = new Set<number>();
    for (const name of names) {
      const font = await fonts.load(name);
      expect([...font.subarray(0, 4)], name).toEqual([0, 1, 0, 0]);
      sizes.add(font.length);
    }
    expect(sizes.size).toBe(names.length);
    expect(Buffer.from(await fonts.load("NotoSans-Bold")).equals(await fonts.load("NotoSans-Bold"))).toBe(true);
  });

  it("are refused by a name that there is not", async () => {
    await expect(fonts.load("Comic-Regular")).rejects.toThrow("Comic-Regular");
  });
});

it("lie in the packages under names of the port, and nothing else does", () => {
  expect([...fontFiles.keys()]).toEqual(names);
});
