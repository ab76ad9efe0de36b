import { negotiateLanguage } from "@crm/core/kernel/language.ts";
import { expect, it } from "vitest";

/** RFC 9110, 12.5.4: the caller's languages in the order of their weight, and equal weights in the order given. */
it.each([
  ["de", "de"],
  ["de-CH, fr;q=0.8", "de"],
  ["fr;q=0.8, de-CH", "de"],
  ["fr;q=0.7,es;q=0.7", "fr"],
  ["sv, nb;q=0.9, ja;q=0.5", "ja"],
  ["zh-TW", "zh-Hant"],
  ["zh-CN,zh;q=0.9", "zh-Hans"],
  ["it-CH, it;q=0.9", "it"],
  ["AR-eg ; Q=1.000", "ar"],
  ["de;q=0, ko;q=0.001", "ko"],
  ["de;q=0", undefined],
  ["*", undefined],
  ["tlh, *;q=0.5", undefined],
  ["", undefined],
  [",,;q=1, ;", undefined],
  ["de;q=2, de;q=x, de;level=1, es", "es"],
  ["<script>, fr\u0000, de_DE", undefined],
  [`${"x,".repeat(20)}de`, undefined],
  [`${"x,".repeat(19)}de`, "de"],
])("of %j is %s", (header, language) => {
  expect(negotiateLanguage(header)).toBe(language);
});
