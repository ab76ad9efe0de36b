import { describeDevice } from "@crm/console/frame/profile/device.ts";
import { formatExample, formatLocaleFor, formatRegions, nameRegion } from "@crm/console/ui/i18n/format-region.ts";
import { locales } from "@crm/console/ui/i18n/languages.ts";
import { expect, it } from "vitest";

it.each([
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
    "Edge",
    "Windows",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox", "Linux"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
    "Chrome",
    "iPhone",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Safari",
    "macOS",
  ],
  [
    "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
    "Samsung Internet",
    "Android",
  ],
  [
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Chrome",
    "ChromeOS",
  ],
  ["curl/8.5.0", "curl", ""],
  ["Mozilla/5.0", "", ""],
  ["<img src=x onerror=alert(1)>", "", ""],
  [null, "", ""],
])("%s is named", (agent, browser, system) => {
  expect(describeDevice(agent)).toEqual({ browser, system });
});

it.each([
  ["en-US", "DE", "en-DE"],
  ["zh-CN", "SG", "zh-SG"],
  ["ar-AE", "EG", "ar-EG"],
  ["en-US", null, "en-US"],
  ["en-US", undefined, "en-US"],
  ["en-US", "not a region", "en-US"],
  ["en-US", "XX", "en-US"],
])("%s in the way of %s is %s", (locale, region, expected) => {
  expect(formatLocaleFor(locale, region)).toBe(expected);
});

it("writes dates and numbers in the way of the region, in the language of the texts", () => {
  const date = new Date("2026-11-27T14:05:00Z");
  expect(formatExample(formatLocaleFor("en-US", "DE"), date)).toMatch(/^27\/11\/2026.*· 1\.234\.567,50$/);
  expect(formatExample(formatLocaleFor("de-DE", "CH"), date)).toMatch(/^27\.11\.26.*· 1.234.567[.]50$/);
});

it("names each region in each language", () => {
  for (const locale of Object.values(locales))
    for (const region of formatRegions) expect(nameRegion(locale, region)).not.toBe(region);
});
