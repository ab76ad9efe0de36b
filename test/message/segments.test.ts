import { segmentsOf } from "@crm/core/message/segments.rules.ts";
import { describe, expect, it } from "vitest";

const GSM =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

describe("a text message", () => {
  it("is of the GSM alphabet where each of its 127 signs is", () => {
    expect(new Set(GSM).size).toBe(127);
    for (const sign of GSM) expect([sign, segmentsOf(sign)]).toEqual([sign, { encoding: "GSM-7", units: 1, segments: 1 }]);
    for (const sign of "\f^{}\\[~]|€")
      expect([sign, segmentsOf(sign)]).toEqual([sign, { encoding: "GSM-7", units: 2, segments: 1 }]);
    // What looks alike is not the same.
    for (const sign of "çÀáíóúâêîôûãõ`’“”–—…´\tΑαБא中あ\u3000\u00a0\u200b")
      expect([sign, segmentsOf(sign).encoding]).toEqual([sign, "UCS-2"]);
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
    // 76 of them fill 152 septets: the last one of a segment stays empty.
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
    expect(segmentsOf(text)).toEqual({ encoding, units, segments }),
  );
});
