/** Pure rules: the number of segments of a text message, which determines its cost (3GPP TS 23.038, 23.040). */

export const encodings = ["GSM-7", "UCS-2"] as const;
type Encoding = (typeof encodings)[number];

interface SegmentCount {
  encoding: Encoding;
  /** Septets of GSM-7, or code units of UCS-2. */
  units: number;
  segments: number;
}

/** The default alphabet, 23.038 table 6.2.1. 0x1B is the escape to the extension table. */
const GSM_BASIC_CHARACTERS = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** The extension, table 6.2.1.1: two septets each. */
const GSM_EXTENSION_CHARACTERS = new Set("\f^{}\\[~]|€");

/** Units of a single message, and of each segment of a longer one, whose header takes six bytes. */
const unitLimits: Readonly<Record<Encoding, { alone: number; segment: number }>> = {
  "GSM-7": { alone: 160, segment: 153 },
  "UCS-2": { alone: 70, segment: 67 },
};

/** Counts the segments of a text. An empty text is one segment without units. */
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

/** Counts the parts. A character of two units is not split, so the last unit of a segment may stay empty. */
function countParts(sizes: readonly number[], partSize: number): number {
  let [parts, usedUnits] = [1, 0];
  for (const size of sizes) {
    if (usedUnits + size > partSize) [parts, usedUnits] = [parts + 1, 0];
    usedUnits += size;
  }
  return parts;
}
