/** Reads format and size of an image from its first bytes. Nothing of the image is decoded. Pure. */

const imageFormats = ["png", "jpeg", "gif", "webp"] as const;

interface ImageSize {
  format: (typeof imageFormats)[number];
  /** In pixels. Null if the first bytes do not have it. */
  size: { width: number; height: number } | null;
}

/** The first bytes from which the size is read. Before the size, JPEGs hold metadata and previews of up to 64 kB a piece. */
export const MAX_IMAGE_HEAD_BYTES = 512 * 1024;

const isBytes = (bytes: Uint8Array, at: number, text: string): boolean =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString("latin1") === text;

const toSize = (width: number, height: number): ImageSize["size"] => (width > 0 && height > 0 ? { width, height } : null);

/** Returns the format and size of an image; undefined if the bytes are of no known image. A size that is cut off or not positive is null. */
export function readImageSize(bytes: Uint8Array): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isBytes(bytes, 0, "\x89PNG\r\n\x1a\n"))
    return {
      format: "png",
      size: bytes.length >= 24 && isBytes(bytes, 12, "IHDR") ? toSize(view.getUint32(16), view.getUint32(20)) : null,
    };
  if (isBytes(bytes, 0, "GIF87a") || isBytes(bytes, 0, "GIF89a"))
    return { format: "gif", size: bytes.length >= 10 ? toSize(view.getUint16(6, true), view.getUint16(8, true)) : null };
  if (isBytes(bytes, 0, "RIFF") && isBytes(bytes, 8, "WEBP")) return { format: "webp", size: readWebpSize(bytes, view) };
  if (isBytes(bytes, 0, "\xff\xd8\xff")) return { format: "jpeg", size: readJpegSize(bytes, view) };
  return undefined;
}

const readUint24 = (view: DataView, at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;

/** The three forms of WebP: lossy (`VP8 `), lossless (`VP8L`) and extended (`VP8X`). */
function readWebpSize(bytes: Uint8Array, view: DataView): ImageSize["size"] {
  if (bytes.length < 30) return null;
  if (isBytes(bytes, 12, "VP8X")) return toSize(readUint24(view, 24) + 1, readUint24(view, 27) + 1);
  if (isBytes(bytes, 12, "VP8L") && view.getUint8(20) === 0x2f) {
    const bits = view.getUint32(21, true);
    return toSize((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  if (isBytes(bytes, 12, "VP8 ") && isBytes(bytes, 23, "\x9d\x01\x2a"))
    return toSize(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  return null;
}

/** Segments without a length: restart markers, and the begin of the image. */
const isBareMarker = (marker: number): boolean => (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;
/** Frames of every coding; the other markers of this range are tables. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Walks the segments of a JPEG to its frame. Each step goes forward, so the walk ends with the bytes. */
function readJpegSize(bytes: Uint8Array, view: DataView): ImageSize["size"] {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (isBareMarker(marker)) at += 2;
    else if (isFrame(marker)) return toSize(view.getUint16(at + 7), view.getUint16(at + 5));
    else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}
