import { crc32, inflateSync } from "node:zlib";
import { invalid } from "../../kernel/error.ts";

/** Reads pictures as far as a PDF needs it, and refuses those that viewers could not show. */

export const bounds = { bytes: 4 << 20, pixels: 4_000_000 } as const;

export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly colors: "DeviceGray" | "DeviceRGB" | "DeviceCMYK" | { readonly palette: Buffer };
  /** `dct` is an unchanged JPEG; `png` are rows with PNG filters; both are compressed already. `raw` is uncompressed. */
  readonly coding: "dct" | "png" | "raw";
  readonly data: Buffer;
  /** The opacity of each pixel, in one byte. */
  readonly alpha?: Buffer;
  /** A transparent colour: the lowest and highest value of each channel. */
  readonly masked?: readonly number[];
  /** JPEGs of Adobe programs have inverted ink values. */
  readonly isInverted?: boolean;
}

class BrokenPicture extends Error {}

/** Reads a PNG or JPEG. Throws an error on `field` if the picture is neither, is broken, or exceeds `bounds`. */
export function readPicture(input: Uint8Array, field: string): Raster {
  if (input.length > bounds.bytes) throw invalid(field, `Picture must be at most ${bounds.bytes} bytes`);
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  try {
    if (bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return readPng(bytes);
    if (bytes.length > 3 && bytes.readUInt16BE(0) === 0xffd8) return readJpeg(bytes);
  } catch (error) {
    // A RangeError means that an offset in the file points beyond its end.
    if (!(error instanceof BrokenPicture || error instanceof RangeError)) throw error;
    throw invalid(field, error instanceof BrokenPicture ? error.message : "The picture is truncated");
  }
  throw invalid(field, "Picture must be a PNG or a JPEG");
}

function checkSize(width: number, height: number): void {
  if (width < 1 || height < 1) throw new BrokenPicture("The picture has no pixels");
  if (width * height > bounds.pixels) throw new BrokenPicture(`Picture must have at most ${bounds.pixels} pixels`);
}

/** Frame types that PDF viewers can decode: baseline, extended and progressive (ISO 32000-1, 7.4.8). */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
const OTHER_FRAMES = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const colorSpaces = { 1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK" } as const;

function readJpeg(data: Buffer): Raster {
  let frame: Raster | undefined;
  let isInverted = false;
  for (let offset = 2; ; ) {
    if (data.readUInt8(offset) !== 0xff) throw new BrokenPicture("The JPEG is broken");
    const marker = data.readUInt8(offset + 1);
    const length = data.readUInt16BE(offset + 2);
    if (length < 2) throw new BrokenPicture("The JPEG is broken");
    if (OTHER_FRAMES.has(marker))
      throw new BrokenPicture("PDF readers do not support this kind of JPEG: save it as baseline or progressive");
    if (FRAMES.has(marker)) frame = readFrame(data, offset);
    if (marker === 0xee && data.toString("latin1", offset + 4, offset + 9) === "Adobe") isInverted = true;
    // The pixels follow, up to the end.
    if (marker === 0xda) break;
    offset += 2 + length;
  }
  if (!frame) throw new BrokenPicture("The JPEG has no frame");
  if (data.lastIndexOf(Buffer.from([0xff, 0xd9])) < data.length / 2) throw new BrokenPicture("The JPEG is truncated");
  return { ...frame, isInverted: isInverted && frame.colors === "DeviceCMYK" };
}

function readFrame(data: Buffer, offset: number): Raster {
  const [bits, height, width] = [data.readUInt8(offset + 4), data.readUInt16BE(offset + 5), data.readUInt16BE(offset + 7)];
  const colors = colorSpaces[data.readUInt8(offset + 9) as keyof typeof colorSpaces];
  if (!colors || bits !== 8) throw new BrokenPicture("JPEG must have 1, 3 or 4 channels of 8 bits");
  checkSize(width, height);
  return { width, height, bits, colors, coding: "dct", data };
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The channels and allowed depths of each colour type (PNG, 11.2.1). */
const colorTypes = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
} as const;

interface Png {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly type: keyof typeof colorTypes;
  readonly channels: number;
  readonly packed: Buffer;
  readonly palette: Buffer | undefined;
  readonly transparency: Buffer | undefined;
}

function readPng(bytes: Buffer): Raster {
  const png = parsePngChunks(bytes);
  const { width, height, bits, type, channels, palette, transparency, packed } = png;
  const row = Math.ceil((width * channels * bits) / 8);
  const rows = inflateRows(packed, (row + 1) * height);
  if (type === 4 || type === 6) return splitAlpha(png, unfilterRows(rows, row, height, (channels * bits) >> 3));
  const size = { width, height, bits, coding: "png", data: packed } as const;
  if (type === 3) {
    if (!palette || palette.length % 3 !== 0 || palette.length > 768) throw new BrokenPicture("The PNG has no palette");
    const indexed: Raster = { ...size, colors: { palette } };
    return transparency ? { ...indexed, alpha: expandPaletteAlpha(png, unfilterRows(rows, row, height, 1), row) } : indexed;
  }
  const masked = transparency && Array.from({ length: channels }, (_, index) => transparency.readUInt16BE(index * 2));
  return {
    ...size,
    colors: type === 0 ? "DeviceGray" : "DeviceRGB",
    ...(masked ? { masked: masked.flatMap((part) => [part, part]) } : {}),
  };
}

function parsePngChunks(bytes: Buffer): Png {
  const parts = new Map<string, Buffer[]>();
  for (let offset = PNG_SIGNATURE.length; !parts.has("IEND"); ) {
    const length = bytes.readUInt32BE(offset);
    const name = bytes.toString("latin1", offset + 4, offset + 8);
    if (crc32(bytes.subarray(offset + 4, offset + 8 + length)) !== bytes.readUInt32BE(offset + 8 + length))
      throw new BrokenPicture("The PNG is broken");
    const before = parts.get(name);
    const part = bytes.subarray(offset + 8, offset + 8 + length);
    if (before) before.push(part);
    else parts.set(name, [part]);
    offset += 12 + length;
  }
  const head = parts.get("IHDR")?.[0] ?? Buffer.alloc(0);
  const [width, height, bits] = [head.readUInt32BE(0), head.readUInt32BE(4), head.readUInt8(8)];
  const type = head.readUInt8(9) as keyof typeof colorTypes;
  const colorType = colorTypes[type];
  if (!colorType?.depths.some((depth) => depth === bits))
    throw new BrokenPicture("The PNG has an unknown color type or bit depth");
  checkSize(width, height);
  if (head.readUInt8(12) !== 0) throw new BrokenPicture("Save the PNG without interlacing");
  return {
    ...{ width, height, bits, type, channels: colorType.channels },
    packed: Buffer.concat(parts.get("IDAT") ?? []),
    palette: parts.get("PLTE")?.[0],
    transparency: parts.get("tRNS")?.[0],
  };
}

function inflateRows(packed: Buffer, size: number): Buffer {
  let rows: Buffer;
  try {
    rows = inflateSync(packed, { maxOutputLength: size });
  } catch (cause) {
    throw new BrokenPicture("The pixels of the PNG cannot be decompressed", { cause });
  }
  if (rows.length !== size) throw new BrokenPicture("The PNG is truncated");
  return rows;
}

/** Reverses the row filters (PNG, 9.2). `step` is the number of bytes of a pixel, at least one. */
function unfilterRows(rows: Buffer, width: number, height: number, step: number): Buffer {
  const pixels = Buffer.alloc(width * height);
  for (let row = 0; row < height; row++) {
    const [from, to] = [row * (width + 1) + 1, row * width];
    const filter = rows[from - 1] ?? 0;
    if (filter > 4) throw new BrokenPicture("The PNG is broken");
    for (let column = 0; column < width; column++) {
      const left = column < step ? 0 : (pixels[to + column - step] ?? 0);
      const above = row === 0 ? 0 : (pixels[to + column - width] ?? 0);
      const corner = row === 0 || column < step ? 0 : (pixels[to + column - width - step] ?? 0);
      pixels[to + column] = (rows[from + column] ?? 0) + predictByte(filter, left, above, corner);
    }
  }
  return pixels;
}

function predictByte(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  return filter === 4 ? predictPaeth(left, above, corner) : 0;
}

/** Returns the value among the three that is nearest to left + up - corner (Paeth). */
function predictPaeth(left: number, above: number, corner: number): number {
  const byLeft = Math.abs(above - corner);
  const byUp = Math.abs(left - corner);
  const byCorner = Math.abs(left + above - 2 * corner);
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? above : corner;
}

/** Separates colours from opacity; 16-bit values keep the upper eight bits. */
function splitAlpha({ width, height, bits, channels }: Png, pixels: Buffer): Raster {
  const parts = channels - 1;
  const [data, alpha] = [Buffer.alloc(width * height * parts), Buffer.alloc(width * height)];
  const step = bits >> 3;
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    const from = pixel * channels * step;
    for (let part = 0; part < parts; part++) data[pixel * parts + part] = pixels[from + part * step] ?? 0;
    alpha[pixel] = pixels[from + parts * step] ?? 0;
  }
  return { width, height, bits: 8, colors: parts === 1 ? "DeviceGray" : "DeviceRGB", coding: "raw", data, alpha };
}

function expandPaletteAlpha({ width, height, bits, transparency }: Png, pixels: Buffer, row: number): Buffer {
  const alpha = Buffer.alloc(width * height);
  const pixelsPerByte = 8 / bits;
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    const shift = 8 - bits * ((x % pixelsPerByte) + 1);
    const index = ((pixels[y * row + Math.floor(x / pixelsPerByte)] ?? 0) >> shift) & ((1 << bits) - 1);
    alpha[pixel] = transparency?.[index] ?? 255;
  }
  return alpha;
}
