import { describe, expect, it } from "vitest";
import { splitLinks } from "../../packages/console/src/ui/kit/text-links.ts";

describe("the links of a message", () => {
  it.each([
    ["See https://a.example/b?c=1#d, please.", { "https://a.example/b?c=1#d": "https://a.example/b?c=1#d" }],
    ["(see https://a.example/b_(c)).", { "https://a.example/b_(c)": "https://a.example/b_(c)" }],
    [
      "www.shop.example and HTTP://A.example",
      { "www.shop.example": "https://www.shop.example/", "HTTP://A.example": "http://a.example/" },
    ],
    ["Write to anna.o'neil or jo+x@mail.example!", { "jo+x@mail.example": "mailto:jo+x@mail.example" }],
    ["mailto:jo@mail.example?bcc=all@evil.example", { "mailto:jo@mail.example?bcc=all@evil.example": "mailto:jo@mail.example" }],
    ["javascript:alert(1) data:text/html,x file:///etc/passwd ftp://a.example //a.example", {}],
    ["https://bank.example@evil.example/login", {}],
    ["https://bank.example:x@evil.example", {}],
    ["<a href=\"https://a.example\" onclick='x()'>b</a>", { "https://a.example": "https://a.example/" }],
    ["https:// and @name and 10:30", {}],
  ])("%s", (text, links) => {
    const parts = splitLinks(text);
    expect(parts.map((part) => part.text).join("")).toBe(text);
    expect(Object.fromEntries(parts.flatMap(({ text: shown, href }) => (href === undefined ? [] : [[shown, href]])))).toEqual(
      links,
    );
  });
});
