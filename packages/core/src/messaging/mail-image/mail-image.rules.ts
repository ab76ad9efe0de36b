import { readImageSize } from "../../lib/image/image-size.rules.ts";

/** Which files can be images of mails. Pure. */

/** The formats that mail programs show. Many of them do not show WebP. */
export const imageFormats = ["png", "jpeg", "gif"] as const;
type ImageFormat = (typeof imageFormats)[number];

/** Mail programs load the images of a mail while the reader waits. */
const MAX_IMAGE_BYTES = 2 * 1024 * 1024;
/** Pixels of the longer side: twice the width of a mail on a dense screen, and room for photos. */
const MAX_IMAGE_SIDE = 4000;

interface MailImageFile {
  format: ImageFormat;
  width: number;
  height: number;
}

/** Returns the format and size of an image from its first bytes, or why it cannot be one of a mail. */
export function checkImage(head: Uint8Array, size: number): MailImageFile | string {
  const image = readImageSize(head);
  const format = imageFormats.find((candidate) => candidate === image?.format);
  if (!image || format === undefined) return "Must be a PNG, JPEG or GIF image";
  if (size > MAX_IMAGE_BYTES) return "Must have at most 2 MB: make the image smaller";
  if (!image.size) return "The size of the image cannot be read: save it again as PNG or JPEG";
  const { width, height } = image.size;
  if (Math.max(width, height) > MAX_IMAGE_SIDE) return "Must have at most 4,000 pixels on each side: make the image smaller";
  return { format, width, height };
}
