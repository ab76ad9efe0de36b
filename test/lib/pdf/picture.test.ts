import { deflateSync } from "node:zlib";
import { readPicture } from "@crm/core/lib/pdf/picture.ts";
import { renderBytes } from "@crm/core/lib/pdf/renderer.ts";
import { packagedFonts } from "@crm/local/ports/fonts.ts";
import { extractImages } from "unpdf";
import { describe, expect, it } from "vitest";
import { drawLogo, encodeChunk, encodePng } from "../../../scripts/samples/documents.ts";

/** A JPEG of 12 by 16 pixels. */
const jpeg = Buffer.from(
  "/9j/4AAQSkZJRgABAQEAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYV" +
    "pQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAQ" +
    "AAwDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhBy" +
    "JxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT" +
    "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAA" +
    "AAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRom" +
    "JygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExc" +
    "bHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD0PzpBK6bGYA9wP8asRMXjDEYJ7VB5bec7Y4J4qxECEANAH//Z",
  "base64",
);

const [width, height] = [6, 5];

/** Rows of pixels, each with another PNG filter, written from the standard. */
function filterRows(pixels: Buffer, row: number, step: number): Buffer {
  const readSample = (y: number, x: number): number => (y < 0 || x < 0 ? 0 : (pixels[y * row + x] ?? 0));
  const rows: number[] = [];
  for (let y = 0; y < height; y++) {
    rows.push(y % 5);
    for (let x = 0; x < row; x++) {
      const [a, b, c] = [readSample(y, x - step), readSample(y - 1, x), x < step ? 0 : readSample(y - 1, x - step)];
      const p = a + b - c;
      const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
      const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      rows.push((readSample(y, x) - ([0, a, b, Math.floor((a + b) / 2), paeth][y % 5] ?? 0)) & 255);
    }
  }
  return Buffer.from(rows);
}

const buildNoise = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 73 + (index >> 2) * 31) % 256));

async function renderImage(bytes: Buffer) {
  const pdf = await renderBytes(
    {
      language: "en",
      title: "T",
      id: "i",
      at: "2026-01-31T00:00:00Z",
      paper: "A4",
      blocks: [{ kind: "image", image: { bytes, alt: "noise" } }],
    },
    packagedFonts(),
  );
  const [image] = await extractImages(pdf.slice(), 1);
  return image;
}

describe("a picture", () => {
  it.each([
    [2, 3],
    [6, 4],
  ])("has its pixels, with any row filters: colour type %i", async (type, channels) => {
    const pixels = buildNoise(width * height * channels);
    const image = await renderImage(encodePng({ width, height, bits: 8, type }, filterRows(pixels, width * channels, channels)));
    expect([image?.width, image?.height]).toEqual([width, height]);
    const step = image?.channels ?? 0;
    const colors = (from: ArrayLike<number>, channelCount: number): number[] =>
      Array.from({ length: width * height * 3 }, (_, index) => from[Math.floor(index / 3) * channelCount + (index % 3)] ?? -1);
    if (type === 2) expect(colors(image?.data ?? [], step)).toEqual(colors(pixels, channels));
    const raster = readPicture(encodePng({ width, height, bits: 8, type }, filterRows(pixels, width * channels, channels)), "x");
    if (type === 6) {
      expect([...raster.data]).toEqual(colors(pixels, 4));
      expect([...(raster.alpha ?? [])]).toEqual(Array.from({ length: width * height }, (_, index) => pixels[index * 4 + 3]));
    }
  });

  it("has the transparency of its palette", () => {
    const palette = encodeChunk("PLTE", Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255]));
    const clear = encodeChunk("tRNS", Buffer.from([0, 128]));
    // Four two-bit pixels in one byte: 0, 1, 2, 0.
    const picture = encodePng({ width: 4, height: 1, bits: 2, type: 3 }, Buffer.from([0, 0b00011000]), [palette, clear]);
    expect([...(readPicture(picture, "x").alpha ?? [])]).toEqual([0, 128, 255, 0]);
  });

  it("may be a JPEG, which is embedded unchanged", async () => {
    expect(readPicture(jpeg, "x")).toMatchObject({ width: 12, height: 16, colors: "DeviceRGB", coding: "dct" });
    expect(await renderImage(jpeg)).toMatchObject({ width: 12, height: 16 });
  });

  const logo = drawLogo();
  const broken = (position: number): Buffer => Buffer.from(logo.map((byte, index) => (index === position ? byte ^ 1 : byte)));
  const huge = encodePng({ width: 60_000, height: 60_000, bits: 8, type: 6 }, Buffer.alloc(1000));
  const bomb = encodePng({ width: 2, height: 2, bits: 8, type: 2 }, Buffer.alloc(1 << 20));
  const laced = encodePng({ width: 1, height: 1, bits: 8, type: 0 }, Buffer.from([0, 0]));
  const head = laced.subarray(16, 29);
  const interlaced = Buffer.concat([
    laced.subarray(0, 8),
    encodeChunk("IHDR", Buffer.from(head.map((byte, index) => (index === 12 ? 1 : byte)))),
    encodeChunk("IDAT", deflateSync(Buffer.from([0, 0]))),
    encodeChunk("IEND", Buffer.alloc(0)),
  ]);

  it.each([
    ["a GIF", Buffer.from("GIF89a..........."), "Picture must be a PNG or a JPEG"],
    ["nothing", Buffer.alloc(0), "Picture must be a PNG or a JPEG"],
    ["markup", Buffer.from("<svg onload='x'/>"), "Picture must be a PNG or a JPEG"],
    ["cut short", logo.subarray(0, -20), "The picture is truncated"],
    ["with a wrong bit", broken(60), "The PNG is broken"],
    ["with too few rows", encodePng({ width: 4, height: 4, bits: 8, type: 0 }, Buffer.alloc(10)), "The PNG is truncated"],
    ["with pixels that unpack to more", bomb, "The pixels of the PNG cannot be decompressed"],
    ["too large", huge, "Picture must have at most 4000000 pixels"],
    ["of too many bytes", Buffer.alloc((4 << 20) + 1), "Picture must be at most 4194304 bytes"],
    ["without pixels", encodePng({ width: 0, height: 4, bits: 8, type: 0 }, Buffer.alloc(0)), "The picture has no pixels"],
    [
      "of a depth that there is not",
      encodePng({ width: 1, height: 1, bits: 3, type: 0 }, Buffer.alloc(2)),
      "The PNG has an unknown color type or bit depth",
    ],
    ["interlaced", interlaced, "Save the PNG without interlacing"],
    ["without its palette", encodePng({ width: 1, height: 1, bits: 8, type: 3 }, Buffer.alloc(2)), "The PNG has no palette"],
    ["a JPEG cut short", jpeg.subarray(0, -2), "The JPEG is truncated"],
    ["a JPEG of its head alone", jpeg.subarray(0, 40), "The picture is truncated"],
    ["a JPEG with a broken part", Buffer.concat([jpeg.subarray(0, 20), jpeg.subarray(25)]), "The JPEG is broken"],
  ])("is rejected by its field: %s", async (_, bytes, message) => {
    const image = { bytes, alt: "" };
    const document = {
      language: "en",
      title: "T",
      id: "i",
      at: "2026-01-31T00:00:00Z",
      paper: "A4",
      header: { logo: image },
    } as const;
    const details = [{ field: "header.logo", message }];
    await expect(renderBytes({ ...document, blocks: [] }, packagedFonts())).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details,
    });
  });
});
