/** In how many parts a text message goes out, which is what it costs (3GPP TS 23.038, 23.040). Pure. */

export const encodings = ["GSM-7", "UCS-2"] as const;
export type Encoding = (typeof encodings)[number];

export interface SegmentCount {
  encoding: Encoding;
  /** Septets of GSM-7, code units of UCS-2. */
  units: number;
  segments: number;
}

/** The default alphabet, 23.038 table 6.2.1; what stands at 0x1B leads to the extension. */
const GSM_BASIC_CHARACTERS = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Table 6.2.1.1: two septets each. */
const GSM_EXTENSION_CHARACTERS = new Set("\f^{}\\[~]|€");

/** What fits into one message, and into each segment of a longer one: its header takes six bytes. */
const unitLimits: Readonly<Record<Encoding, { alone: number; segment: number }>> = {
  "GSM-7": { alone: 160, segment: 153 },
  "UCS-2": { alone: 70, segment: 67 },
};

/** An empty text is one segment, of no units. */
export function countSegments(text: string): SegmentCount {
  const signs = [...text];
  const encoding = signs.every((sign) => GSM_BASIC_CHARACTERS.has(sign) || GSM_EXTENSION_CHARACTERS.has(sign))
    ? "GSM-7"
    : "UCS-2";
  const sizes = signs.map((sign) => (encoding === "UCS-2" ? sign.length : GSM_EXTENSION_CHARACTERS.has(sign) ? 2 : 1));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, segment } = unitLimits[encoding];
  return { encoding, units, segments: units <= alone ? 1 : countParts(sizes, segment) };
}

/** What is two units long is not parted: the last unit of a segment may stay empty. */
function countParts(sizes: readonly number[], most: number): number {
  let [parts, taken] = [1, 0];
  for (const size of sizes) {
    if (taken + size > most) [parts, taken] = [parts + 1, 0];
    taken += size;
  }
  return parts;
}
