import { countSegments } from "@crm/core/lib/text-message/segments.rules.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";
import rows from "./segments.json" with { type: "json" };

const GSM_ALPHABET =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

describe("a text message", () => {
  it("uses the GSM alphabet if each of its characters is one of the 127", () => {
    expect(new Set(GSM_ALPHABET).size).toBe(127);
    for (const sign of GSM_ALPHABET)
      expect([sign, countSegments(sign)]).toEqual([sign, { encoding: "GSM-7", units: 1, segments: 1 }]);
    for (const sign of "\f^{}\\[~]|€")
      expect([sign, countSegments(sign)]).toEqual([sign, { encoding: "GSM-7", units: 2, segments: 1 }]);
    // Similar characters are not in the GSM alphabet.
    for (const sign of "çÀáíóúâêîôûãõ`’“”–—…´\tΑαБא中あ\u3000\u00a0\u200b")
      expect([sign, countSegments(sign).encoding]).toEqual([sign, "UCS-2"]);
  });

  // Text | encoding | units | segments.
  it.each<[string, string, number, number]>([
    ["", "GSM-7", 0, 1],
    ["a".repeat(160), "GSM-7", 160, 1],
    ["a".repeat(161), "GSM-7", 161, 2],
    ["a".repeat(306), "GSM-7", 306, 2],
    ["a".repeat(307), "GSM-7", 307, 3],
    ["a".repeat(459), "GSM-7", 459, 3],
    ["a".repeat(460), "GSM-7", 460, 4],
    ["€".repeat(80), "GSM-7", 160, 1],
    ["€".repeat(81), "GSM-7", 162, 2],
    // 76 of them fill 152 septets; the last septet of a segment stays empty.
    ["€".repeat(152), "GSM-7", 304, 2],
    ["€".repeat(153), "GSM-7", 306, 3],
    [`${"a".repeat(152)}€${"a".repeat(151)}`, "GSM-7", 305, 2],
    [`${"a".repeat(152)}€${"a".repeat(152)}`, "GSM-7", 306, 3],
    [`${"a".repeat(151)}€${"a".repeat(153)}`, "GSM-7", 306, 2],
    [`${"a".repeat(69)}ç`, "UCS-2", 70, 1],
    [`${"a".repeat(70)}ç`, "UCS-2", 71, 2],
    ["中".repeat(134), "UCS-2", 134, 2],
    ["中".repeat(135), "UCS-2", 135, 3],
    ["😀".repeat(35), "UCS-2", 70, 1],
    ["😀".repeat(36), "UCS-2", 72, 2],
    // 33 of them fill 66 code units.
    ["😀".repeat(66), "UCS-2", 132, 2],
    ["😀".repeat(67), "UCS-2", 134, 3],
    [`${"中".repeat(66)}😀${"中".repeat(65)}`, "UCS-2", 133, 2],
    [`${"中".repeat(66)}😀${"中".repeat(66)}`, "UCS-2", 134, 3],
  ])("is counted: %.12s…, case %#", (text, encoding, units, segments) =>
    expect(countSegments(text)).toEqual({ encoding, units, segments }),
  );

  it("is counted like Twilio's calculator (sms-segments-calculator 1.3.0), near the limits of segments", () => {
    const all = rows as [string, number, [string, number][]][];
    const mismatches = all.filter(([encoding, segments, runs]) => {
      const segmentCount = countSegments(runs.map(([unit, times]) => unit.repeat(times)).join(""));
      return segmentCount.encoding !== encoding || segmentCount.segments !== segments;
    });
    expect([all.length, mismatches]).toEqual([400, []]);
  });

  it("is counted by what its segments hold, for any characters", () => {
    const chance = createTestRandom("segments of text messages");
    const pickOne = <T>(all: readonly T[]): T => all[Math.floor(chance() * all.length)] as T;
    const seen = { "GSM-7": 0, "UCS-2": 0, border: 0 };
    for (let nth = 0; nth < 6000; nth++) {
      const signs = Array.from({ length: 1 + Math.floor(chance() * 4) }, () =>
        pickOne(nth % 2 === 0 ? GSM_SAMPLES : UNICODE_SAMPLES),
      );
      const text = Array.from({ length: Math.floor(chance() * 400) }, () => pickOne(signs)).join("");
      const parts = gsmSegmentSizes(text) ?? ucs2SegmentSizes(text);
      const encoding = gsmSegmentSizes(text) ? "GSM-7" : "UCS-2";
      seen[encoding]++;
      // A character that cannot be split leaves a segment one unit short.
      if (parts.length > 1 && parts.slice(0, -1).some((part) => part < (encoding === "GSM-7" ? 153 : 67))) seen.border++;
      const units = parts.reduce((sum, part) => sum + part, 0);
      expect([text, countSegments(text)]).toEqual([text, { encoding, units, segments: parts.length }]);
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(300);
  });
});

const GSM_SAMPLES = ["a", "Z", "@", "ß", "Ω", " ", "\n", "\r\n", "\r", "€", "^", "{", "]", "|", "\f"];
const UNICODE_SAMPLES = [
  ...GSM_SAMPLES,
  ...["ç", "中", "\u00a0", "e\u0301", "😀", "👍🏽", "🇩🇪", "👩‍👩‍👧‍👦", "❤️", "1️⃣", "𝒳", "\ud83d"],
];

/** Septets of each segment. An escape stays in the segment of its character. Undefined if a character is not in the alphabet. */
function gsmSegmentSizes(text: string): number[] | undefined {
  const codes: string[] = [];
  for (const sign of text) {
    if (GSM_ALPHABET.includes(sign)) codes.push("s");
    else if ("\f^{}\\[~]|€".includes(sign)) codes.push("es");
    else return undefined;
  }
  const encodedText = codes.join("");
  if (encodedText.length <= 160) return [encodedText.length];
  // 140 octets minus 6 for the header are 153 septets.
  return fillSegments(encodedText, Math.floor(((140 - 6) * 8) / 7), (part) => part.endsWith("e"));
}

/** Code units of each segment; surrogate pairs are not split. */
function ucs2SegmentSizes(text: string): number[] {
  if (text.length <= 70) return [text.length];
  const isOpen = (part: string, rest: string): boolean => /[\ud800-\udbff]$/.test(part) && /^[\udc00-\udfff]/.test(rest);
  return fillSegments(text, (140 - 6) / 2, isOpen);
}

function fillSegments(encodedText: string, maxLength: number, isOpen: (part: string, rest: string) => boolean): number[] {
  const parts: number[] = [];
  for (let rest = encodedText; rest !== ""; ) {
    const isCut = rest.length > maxLength && isOpen(rest.slice(0, maxLength), rest.slice(maxLength));
    const length = Math.min(rest.length, isCut ? maxLength - 1 : maxLength);
    parts.push(length);
    rest = rest.slice(length);
  }
  return parts;
}
