import { sanitizeName, stripLinks } from "@crm/core/kernel/mail-sanitizer.ts";
import { describe, expect, it } from "vitest";

/** Texts of tenants in mails of the system: a tenant must not be able to send links, or a text that is no name, in the operator's name. */

const attacks = [
  '<a href="https://evil.example/x">Open your account</a>',
  "Pay at https://evil.example/pay?x=1",
  "//evil.example/x",
  "www.evil.example",
  "evil.example",
  "javascript:alert(1)",
  "mailto:thief@evil.example",
  "thief@evil.example",
  "tel:+4915112345678",
  "\\\\evil.example\\share",
  "ｈｔｔｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ",
  "<img src=https://evil.example/pixel.gif>",
];

describe("a line of a mail", () => {
  it.each(attacks)("has no link after %s", (text) => {
    const line = stripLinks(`Lead ${text} was assigned to you`);
    expect(line).not.toMatch(/[a-z][\w+.-]*:\S|:\/\/|[/\\@]|[\p{L}\p{N}-]\.\p{L}/iu);
    expect(line).toMatch(/^Lead .*was assigned to you$/);
  });

  it("keeps a text without links", () => {
    for (const text of ["Offer Q-2026-0007 was accepted.", "Dr. Ada O’Brien, 10:30", "Größe 1.5 m"])
      expect(stripLinks(text)).toBe(text);
  });
});

describe("a name in a mail", () => {
  it.each(attacks)("has letters and short numbers only after %s", (text) => {
    expect(sanitizeName(`Ada ${text}`)).toMatch(/^Ada(?: [\p{L}\p{M}\p{N}'’&-]+)*$/u);
    expect(sanitizeName(`Ada ${text}`)).not.toMatch(/\p{N}{5}/u);
  });

  it("keeps the slash of a legal form, and no other", () => {
    expect(sanitizeName("Østergård Flåder A/S")).toBe("Østergård Flåder A/S");
    expect(sanitizeName("K/S Havn, c/o Lund//x, evil/x, 1/x")).toBe("K/S Havn c/o Lund x evil x 1 x");
  });
});
