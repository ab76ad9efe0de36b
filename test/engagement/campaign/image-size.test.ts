import { readImageSize } from "@crm/core/lib/image/image-size.rules.ts";
import { describe, expect, it } from "vitest";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");

/** The first bytes of images of 1200 × 630 pixels. */
const images = {
  png: latin1("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x04\xb0\0\0\x02\x76\x08\x06\0\0\0"),
  gif: latin1("GIF89a\xb0\x04\x76\x02\xf0\0\0"),
  lossy: latin1("RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\xb0\x04\x76\x02"),
  lossless: latin1("RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0\x2f\xaf\x44\x9d\0\0\0\0\0\0\0\0"),
  extended: latin1("RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xaf\x04\0\x75\x02\0"),
  jpeg: latin1(`\xff\xd8\xff\xe1\0\x0aExif\0\0xx\xff\xff\xdb\0\x04xx\xff\xc2\0\x11\x08\x02\x76\x04\xb0\x03`),
};

describe("the size of an image", () => {
  it.each(Object.entries(images))("is read from %s", (name, bytes) => {
    const format = ["lossy", "lossless", "extended"].includes(name) ? "webp" : name;
    expect(readImageSize(bytes)).toEqual({ format, size: { width: 1200, height: 630 } });
    expect(readImageSize(Buffer.concat([Buffer.alloc(3), bytes]).subarray(3))).toEqual(readImageSize(bytes));
  });

  it.each(Object.entries(images))("is unknown if %s is cut off", (_name, bytes) => {
    for (let length = 0; length < bytes.length; length++)
      expect(readImageSize(bytes.subarray(0, length))?.size ?? null).toSatisfy((size) => size === null || length >= 9);
  });

  it("is not read from other files", () => {
    for (const text of ["", "%PDF-1.7", "<html><svg width='1' height='1'>", "svg", "\xff\xd8"])
      expect(readImageSize(latin1(text))).toBeUndefined();
    expect(readImageSize(latin1("GIF89a\0\0\0\0"))).toEqual({ format: "gif", size: null });
    expect(readImageSize(latin1(`\xff\xd8\xff\xe0\0\0${"\xff\xe0\0\0".repeat(1000)}`))).toEqual({ format: "jpeg", size: null });
  });
});
