import { computeContrast } from "@crm/core/kernel/brand-color.rules.ts";
import { findBlockFaults } from "@crm/core/messaging/template/mail-block.rules.ts";
import { MailBlock, mailBlocks } from "@crm/core/messaging/template/mail-block.ts";
import { findLinkFault, findMailFaults, listWebLinks } from "@crm/core/messaging/template/mail-check.rules.ts";
import { toInlineText } from "@crm/core/messaging/template/mail-inline.rules.ts";
import { renderMail } from "@crm/core/messaging/template/mail-renderer.rules.ts";
import { mailStarters } from "@crm/core/messaging/template/mail-starters.data.ts";
import { listMergeFields } from "@crm/core/messaging/template/merge-fields.rules.ts";
import { MAX_HTML_BYTES, renderTemplate } from "@crm/core/messaging/template/message-template.rules.ts";
import { placePreferencesLink } from "@crm/core/messaging/template/preferences-link.rules.ts";
import { rewriteLinks } from "@crm/core/messaging/tracking/link-rewriting.rules.ts";
import { Parser } from "htmlparser2";
import { describe, expect, it } from "vitest";

const brand = { name: "Quay & Sons", address: ["1 Harbour Street", "London"], footer: "No. 1", logo_path: null, color: null };
const look = { subject: "News", brand, language: "en", origin: "https://crm.example" };
const render = (blocks: readonly unknown[], more: Partial<typeof look> = {}) =>
  renderMail(mailBlocks().parse(blocks), { ...look, ...more });

/** Returns the elements that are not closed in order, as a strict reader finds them. */
function listUnclosed(html: string): string[] {
  const voids = new Set(["meta", "img", "br"]);
  const [open, faults]: [string[], string[]] = [[], []];
  for (const [, slash, name = ""] of html
    .replaceAll(/<!--[\s\S]*?-->|<!doctype html>/g, "")
    .matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^<>]*>/g))
    if (slash === "/") {
      if (open.pop() !== name) faults.push(name);
    } else if (!voids.has(name)) open.push(name);
  return [...faults, ...open];
}

/** Returns each colour of a text with the colours on which it stands, in the light scheme. */
function listLightContrasts(html: string): number[] {
  const backgrounds = ["#FFFFFF"];
  const contrasts: number[] = [];
  const parser = new Parser({
    onopentag(name, { style = "" }) {
      const background = /(?:^|;)background:(#[0-9a-f]{6})/i.exec(style)?.[1] ?? backgrounds.at(-1) ?? "";
      const color = /(?:^|;)color:(#[0-9a-f]{6})/i.exec(style)?.[1];
      if (color) contrasts.push(computeContrast(color, background));
      if (!["meta", "img", "br"].includes(name)) backgrounds.push(background);
    },
    onclosetag(name) {
      if (!["meta", "img", "br"].includes(name)) backgrounds.pop();
    },
  });
  parser.end(html);
  return contrasts;
}

/** Returns the contrasts of the classes of the dark scheme. */
function listDarkContrasts(html: string): number[] {
  const sheet = html.slice(html.indexOf("(prefers-color-scheme:dark)"), html.indexOf("</style>"));
  const card = /\.m-card\{background:(#[0-9a-f]{6})/i.exec(sheet)?.[1] ?? "";
  return [...sheet.matchAll(/\.m-[\w]+\{([^}]*)\}/g)].flatMap(([, rules = ""]) => {
    const color = /(?:^|;)color:(#[0-9a-f]{6})/i.exec(rules)?.[1];
    const background = /(?:^|;)background:(#[0-9a-f]{6})/i.exec(rules)?.[1] ?? card;
    return color ? [computeContrast(color, background)] : [];
  });
}

describe("a layout to start from", () => {
  it.each(mailStarters.map((starter) => [starter.key, starter] as const))("%s is a complete mail", (_, { subject, blocks }) => {
    const parsed = mailBlocks().parse(blocks);
    expect(findBlockFaults(parsed)).toEqual([]);
    for (const color of [null, "#ffee00", "#0b0b2b", "#e11d48"]) {
      const { html, text } = renderMail(parsed, { ...look, subject, brand: { ...brand, color } });
      expect(Buffer.byteLength(html)).toBeLessThan(MAX_HTML_BYTES / 5);
      expect(listUnclosed(html)).toEqual([]);
      expect(`${html}${text}`).not.toMatch(/undefined|null|\[object|NaN/);
      expect(Math.min(...listLightContrasts(html), ...listDarkContrasts(html))).toBeGreaterThanOrEqual(4.5);
      expect(text).not.toMatch(/<|&\w+;/);
      expect(listMergeFields(text).toSorted()).toEqual(listMergeFields(html.replace(/<title>.*<\/title>/, "")).toSorted());
    }
  });

  it("has the address of the sender, the link to unsubscribe, and examples that must be replaced", () => {
    expect(mailStarters).toHaveLength(10);
    for (const { subject, blocks } of mailStarters) {
      const parsed = mailBlocks().parse(blocks);
      const { html: body_html, text: body_text } = renderMail(parsed, { ...look, subject });
      const template = { channel: "EMAIL" as const, subject, body_html, body_text, blocks: parsed };
      const found = findMailFaults({ ...renderTemplate(template, {}), ...template, missing: [] }, brand, MAX_HTML_BYTES);
      expect([...new Set(found.map(({ code }) => code))]).toEqual(["placeholder_address"]);
    }
  });
});

describe("a mail of blocks", () => {
  it("is the same for the same input, has the direction of its language, and keeps merge fields once", () => {
    const blocks = [
      { type: "heading", text: "Hi {{contact.first_name|<b> & O'Neil}} <script>" },
      { type: "columns", columns: [[{ type: "button", label: "Go", url: "https://x.test/?a=1&b=2", color: "#FFEE00" }], []] },
    ];
    const { html, text } = render(blocks);
    expect(render(blocks)).toEqual({ html, text });
    expect(html).toContain("Hi {{contact.first_name|<b> & O'Neil}} &lt;script&gt;");
    expect(html).toContain('href="https://x.test/?a=1&amp;b=2"');
    expect(html).toContain('<html lang="en" dir="ltr">');
    const filled = renderTemplate({ subject: "x", body_html: html, body_text: text }, {});
    expect(filled.html).toContain("Hi &lt;b&gt; &amp; O&#39;Neil &lt;script&gt;");
    expect(filled.missing).toEqual([]);
    expect(text).toBe("Hi {{contact.first_name|<b> & O'Neil}} <script>\n\nGo: https://x.test/?a=1&b=2");
    expect(render(blocks, { language: "ar-EG" }).html).toMatch(
      /<html lang="ar-EG" dir="rtl">[\s\S]*padding-right:0px;padding-left:8px/,
    );
    expect(render(blocks, { language: "he" }).html).toContain('dir="rtl"');
  });

  it("has a sheet that no merge field can match, and links that tracking finds", () => {
    const { html } = render([
      { type: "text", html: '<p><a href="https://x.test/a">A</a></p>' },
      { type: "image", url: "https://x.test/i.png", alt: "I", link: "https://x.test/b" },
      { type: "footer" },
    ]);
    expect(html).not.toMatch(/\{\{|\}\}/);
    const buildLink = (address: string, number: number): string => `https://t.example/${number}?${address}`;
    const tracked = rewriteLinks(html, { origin: look.origin, pixelUrl: "https://t.example/p", buildLink });
    expect([...tracked.matchAll(/href="(https:\/\/t[^"]*)"/g)].map(([, href]) => href)).toEqual([
      "https://t.example/1?https://x.test/a",
      "https://t.example/2?https://x.test/b",
    ]);
    expect(tracked).toMatch(/<img src="https:\/\/t\.example\/p"[^>]*><\/body>/);
    expect(placePreferencesLink(tracked, "https://crm.example/p/1")).toMatch(
      /<a href="https:\/\/crm\.example\/p\/1" class="m-muted"[^>]*>Unsubscribe or choose what you get<\/a>/,
    );
    expect(placePreferencesLink(tracked, null)).not.toContain("Unsubscribe");
  });

  it("has a text part of all its blocks", () => {
    const { text } = render([
      { type: "text", html: "<p>One<br>two &amp; <b>three</b></p><ul><li><p>a</p></li><li>b<ol><li>c</li></ol></li></ul>" },
      { type: "image", url: "https://x.test/i.png", decorative: true },
      { type: "divider" },
      {
        type: "products",
        items: [
          { name: "Case", price: "9 €", url: "https://x.test/case" },
          { name: "Bag", text: "Blue" },
        ],
      },
      { type: "social", links: [{ network: "linkedin", url: "https://x.test/in" }] },
      { type: "footer", text: "You subscribed." },
    ]);
    expect(text).toBe(
      "One\ntwo & three\n\n- a\n- b\n  1. c\n\n---\n\n- Case, 9 €\n  https://x.test/case\n- Bag\n  Blue\n\n" +
        "LinkedIn: https://x.test/in\n\nYou subscribed.\nQuay & Sons · 1 Harbour Street · London\nNo. 1",
    );
    expect(toInlineText('<a href="https://x.test">https://x.test</a> <a href="mailto:a@x.test">a@x.test</a>')).toBe(
      "https://x.test a@x.test",
    );
  });

  it.each([
    [{ type: "text", html: "<script>x</script>" }, "blocks[0].html", /"script" is not allowed/],
    [{ type: "text", html: "<p onclick='x'>a</p>" }, "blocks[0].html", /attribute "onclick"/],
    [{ type: "text", html: '<a href="javascript:x">a</a>' }, "blocks[0].html", /must be http, https, mailto or tel/],
    [{ type: "text", html: '<a href="java&#115;cript:x">a</a>' }, "blocks[0].html", /must be http, https, mailto or tel/],
    [
      { type: "text", html: '<a href="https://x.test/{{contact.email}}">a</a>' },
      "blocks[0].html",
      /Merge fields are not allowed/,
    ],
    [{ type: "text", html: "<p><b>a</p></b>" }, "blocks[0].html", /reverse order/],
    [{ type: "text", html: "<p>a" }, "blocks[0].html", /"p" is not closed/],
    [{ type: "text", html: "1 < 2" }, "blocks[0].html", /not a tag/],
    [{ type: "text", html: "<p>{{contact.first_name|<b>x</b>}}</p>" }, "blocks[0].html", /Braces/],
    [{ type: "text", html: "<!-- x -->" }, "blocks[0].html", /not a tag/],
    [{ type: "heading", text: "{{contact.password}}" }, "blocks[0].text", /Unknown merge field/],
    [{ type: "image", url: "https://x.test/i.png", alt: "{{contact.email}}" }, "blocks[0].alt", /attribute "alt"/],
    [{ type: "products", items: [{ name: "a", price: "{{x" }] }, "blocks[0].items[0].price", /Braces/],
    [{ type: "columns", columns: [[], [{ type: "heading", text: "}}" }]] }, "blocks[0].columns[1][0].text", /Braces/],
  ])("is refused with %j", (block, field, message) => {
    const [fault] = findBlockFaults([MailBlock.parse(block)]);
    expect(fault?.field).toBe(field);
    expect(fault?.message).toMatch(message);
  });

  it.each([
    [{ type: "image", url: "http://x.test/i.png", alt: "x" }],
    [{ type: "image", url: "https://x.test/i.png" }],
    [{ type: "image", url: "https://x.test/i.png", alt: "x", decorative: true }],
    [{ type: "button", label: "x", url: "javascript:alert(1)" }],
    [{ type: "button", label: "x", url: "https://x.test/{{contact.email}}" }],
    [{ type: "button", label: "x", url: "https://user:secret@x.test" }],
    [{ type: "button", label: "x", url: "https://x.test", color: "red" }],
    [{ type: "columns", columns: [[{ type: "columns", columns: [[], []] }], []] }],
    [{ type: "columns", columns: [[{ type: "footer" }], []] }],
    [{ type: "heading", text: "x", level: 4 }],
    [{ type: "heading", text: "x", style: "color:red" }],
    [{ type: "video", url: "https://x.test" }],
  ])("has no block %j", (block) => expect(MailBlock.safeParse(block).success).toBe(false));
});

describe("the check of a mail", () => {
  const raw = (body_html: string, more = {}) => {
    const template = { channel: "EMAIL" as const, subject: "x", body_html, body_text: null, blocks: null, ...more };
    return findMailFaults({ ...renderTemplate(template, {}), ...template }, brand, 2000).map(({ code, severity, field }) => [
      code,
      severity,
      field,
    ]);
  };
  const address = "<p>QUAY &amp; Sons,<br>1 Harbour  Street, London</p>";
  const link = '<a href="#preferences">Leave</a>';

  it.each([
    [`${address}${link}`, []],
    [`${address}`, [["no_unsubscribe", "warning", "body_html"]]],
    // Marketing mails get the address at their end.
    [`<p>Quay &amp; Sons</p>${link}`, []],
    [
      `${address}${link}<img src="https://x.test/a.png"><img alt="" src="https://x.test/b.png">`,
      [["missing_alt", "error", "body_html"]],
    ],
    [`${address}${link}{{contact.email}}`, [["unfilled_merge_field", "error", "body_html"]]],
    [`${address}${link}${"é".repeat(1000)}`, [["too_large", "error", "body_html"]]],
  ])("finds what must change, case %#", (html, expected) => expect(raw(html)).toEqual(expected));

  it("finds the subject with an empty field, and asks for an address in the settings", () => {
    expect(raw(`${address}${link}`, { subject: "{{lead.company}}" })).toEqual([["unfilled_merge_field", "error", "subject"]]);
    const template = { channel: "EMAIL" as const, subject: "x", body_html: null, body_text: "x", blocks: null };
    const [finding] = findMailFaults({ ...renderTemplate(template, {}), ...template }, { ...brand, address: [] }, 2000);
    expect(finding).toMatchObject({ code: "no_postal_address", field: null });
  });

  it("lists each web address once, with its first field", () => {
    const blocks = mailBlocks().parse([
      { type: "button", label: "a", url: "mailto:a@x.test" },
      { type: "columns", columns: [[{ type: "button", label: "a", url: "https://quay.io/a" }], []] },
      { type: "text", html: '<a href="https://quay.io/a">a</a><a href="https://quay.io/b?x=1&amp;y">b</a>' },
      { type: "button", label: "c", url: "https://www.example.com/c" },
    ]);
    expect(listWebLinks({ blocks, body_html: null })).toEqual([
      { url: "https://quay.io/a", field: "blocks[1].columns[0][0].url" },
      { url: "https://quay.io/b?x=1&y", field: "blocks[2].html" },
    ]);
    expect(
      listWebLinks({ blocks: null, body_html: '<a class="x" href=\'https://quay.io/?a=1&amp;b=2\'>x</a><a href="#x">y</a>' }),
    ).toEqual([{ url: "https://quay.io/?a=1&b=2", field: "body_html" }]);
  });

  it.each([
    [{ status: 200 }, undefined],
    [{ status: 301 }, undefined],
    [{ status: 403 }, undefined],
    [{ status: 404 }, "dead_link"],
    [{ status: 500 }, "dead_link"],
    [{ problem: "x.test has no IP address" }, "dead_link"],
    [{ skipped: "The URL must use https" }, "unchecked_link"],
  ] as const)("takes %j of a link as %s", (result, code) =>
    expect(findLinkFault({ url: "https://x.test", field: "body_html" }, result)?.code).toBe(code),
  );
});
