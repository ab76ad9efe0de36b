import { isCrawler, isProgram } from "@crm/core/kernel/user-agent.ts";
import { describe, expect, it } from "vitest";

const PHONE = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.0.0 Mobile Safari/537.36";

describe("a user agent", () => {
  it.each([
    [
      "a person with a Cubot phone",
      `Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20 Build/SP1A.210812.016) ${PHONE}`,
      false,
      false,
    ],
    ["a person with another phone", `Mozilla/5.0 (Linux; Android 14; SM-S918B) ${PHONE}`, false, false],
    ["none", undefined, false, false],
    ["the preview of a link", "WhatsApp/2.23.20.0", true, true],
    ["the check of a link by Office", "Microsoft Office Existence Discovery", true, true],
    ["a search engine", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true, true],
    ["a library, whose server may forward what a visitor typed", "aiohttp/3.9", false, true],
    ["another library", "Jakarta Commons-HttpClient/3.1", false, true],
    ["the server of a website", "acme-website/1.0", false, true],
  ])("of %s", (_name, agent, crawls, isProgrammed) => {
    expect([isCrawler(agent), isProgram(agent)]).toEqual([crawls, isProgrammed]);
  });
});
