import { createSecretKey, randomBytes } from "node:crypto";
import {
  classifyHits,
  countHits,
  type DeliveryFacts,
  type Hit,
  type MachineReason,
} from "@crm/core/messaging/tracking/hit-classification.rules.ts";
import { rewriteLinks, type TrackingOptions } from "@crm/core/messaging/tracking/link-rewriting.rules.ts";
import { decryptToken, encryptToken, LIFETIME_MS, type TokenClaims } from "@crm/core/messaging/tracking/token.rules.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const ORIGIN = "https://crm.example.com";
const trackingOptions: TrackingOptions = {
  origin: ORIGIN,
  plain: ["https://lists.example.com/u/1"],
  buildLink: (address, number) => `${ORIGIN}/t/c/${number}-${Buffer.from(address).toString("base64url")}`,
  pixelUrl: `${ORIGIN}/t/o/p`,
};
const PIXEL = `<img src="${trackingOptions.pixelUrl}" width="1" height="1" alt="">`;
const trackedLink = (address: string, number = 1): string => trackingOptions.buildLink(address, number);
const TARGET = "https://a.example/x?b=1&c=2";

describe("links in a mail", () => {
  it.each<[string, string, string]>([
    [
      "as it is written",
      `<p><a class="b" href="${TARGET}">A</a></p>`,
      `<p><a class="b" href="${trackedLink(TARGET)}">A</a></p>${PIXEL}`,
    ],
    ["with entities", '<a href="https://a.example/x?b=1&amp;c=2">A</a>', `<a href="${trackedLink(TARGET)}">A</a>${PIXEL}`],
    ["between other marks", `<a href='${TARGET}'>A</a>`, `<a href='${trackedLink(TARGET)}'>A</a>${PIXEL}`],
    ["without marks", "<A HREF=https://a.example/>A</A>", `<A HREF=${trackedLink("https://a.example/")}>A</A>${PIXEL}`],
    ["with blanks", '<a href = "\n https://a.example/ ">A</a>', `<a href = "${trackedLink("https://a.example/")}">A</a>${PIXEL}`],
    ["of a map", `<area href="${TARGET}">`, `<area href="${trackedLink(TARGET)}">${PIXEL}`],
    [
      "twice",
      `<a href="${TARGET}">A</a><a href="http://b.example">B</a>`,
      `<a href="${trackedLink(TARGET)}">A</a><a href="${trackedLink("http://b.example", 2)}">B</a>${PIXEL}`,
    ],
    [
      "before the end",
      `<html><body><a href="${TARGET}">A</a></body></html>`,
      `<html><body><a href="${trackedLink(TARGET)}">A</a>${PIXEL}</body></html>`,
    ],
    [
      "with a repeated attribute, the first one",
      `<a href="${TARGET}" href="http://b.example">`,
      `<a href="${trackedLink(TARGET)}" href="http://b.example">${PIXEL}`,
    ],
  ])("are replaced by tracked links: %s", (_, html, expectedHtml) =>
    expect(rewriteLinks(html, trackingOptions)).toBe(expectedHtml),
  );

  it.each([
    "mailto:a@example.com",
    "tel:+491511234567",
    "#top",
    "/q/token",
    "",
    "//a.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://lists.example.com/u/1",
    `${ORIGIN}/notification-preferences?token=a`,
    `${ORIGIN.toUpperCase()}/q/a`,
    `${ORIGIN}:443/q/a`,
    "https://{{link}}",
    "https://",
    `https://a.example/${"a".repeat(2000)}`,
  ])("are left unchanged: %s", (href) =>
    expect(rewriteLinks(`<a href="${href}">A</a>`, trackingOptions)).toBe(`<a href="${href}">A</a>${PIXEL}`),
  );

  it.each([
    `<a href="${TARGET}" data-crm-plain>A</a>`,
    `<img src="${TARGET}"><link href="${TARGET}"><form action="${TARGET}">`,
    `<!-- <a href="${TARGET}">A</a> -->`,
    `<script>var a = '<a href="${TARGET}">';</script>`,
    `<style>/* <a href="${TARGET}"> */</style>`,
    `<title><a href="${TARGET}"></title>`,
    `${TARGET} &lt;a href="${TARGET}"&gt;`,
  ])("are none: %s", (html) => expect(rewriteLinks(html, trackingOptions)).toBe(html + PIXEL));

  it.each([
    `<p>A<a href="${TARGET}`,
    `<p>A<a href="${TARGET}"`,
    `A<!-- never ends <a href="${TARGET}">`,
    "A<p",
    "<script>a",
    "<a title='",
  ])("in HTML that ends within a tag are left unchanged: %s", (html) => expect(rewriteLinks(html, trackingOptions)).toBe(html));

  it("include a hidden one", () => {
    const html = rewriteLinks("<body>A</body>", { ...trackingOptions, trapUrl: `${ORIGIN}/t/c/0` });
    expect(html).toBe(
      `<body>A<a href="${ORIGIN}/t/c/0" style="display:none" tabindex="-1" aria-hidden="true"></a>${PIXEL}</body>`,
    );
  });

  it("are the only change, for any HTML", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      '"',
      "'",
      "=",
      " ",
      "a",
      "href",
      "<a ",
      `href="${TARGET}"`,
      "</a>",
      "<!--",
      "-->",
      "&amp;",
      "</body>",
      "<script>",
      "é",
      "\n",
      "/",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const html = pieces.join("");
        const back = rewriteLinks(html, { ...trackingOptions, buildLink: (address) => `~${address}~` })
          .replace(PIXEL, "")
          .replaceAll("~", "");
        expect(back).toBe(html);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the token of a link", () => {
  const key = createSecretKey(randomBytes(32));
  const NOW = Date.parse("2026-11-23T09:00:00Z");
  const claims: TokenClaims = { kind: "click", tenant: "ten_1", message: "msg_1", link: 1, address: TARGET, issuedAt: NOW };

  it("contains its data, and is deterministic", () => {
    expect(decryptToken(encryptToken(claims, key), "click", [key], NOW)).toEqual(claims);
    expect(encryptToken(claims, key)).toBe(encryptToken(claims, key));
    expect(encryptToken({ ...claims, message: "msg_2" }, key)).not.toBe(encryptToken(claims, key));
    expect(encryptToken(claims, key)).not.toContain(Buffer.from("a.example").toString("base64url").slice(0, 8));
  });

  it("is invalid if changed, cut, extended, expired, or of another key or kind", () => {
    const token = encryptToken(claims, key);
    const bytes = Buffer.from(token, "base64url");
    for (let bitIndex = 0; bitIndex < bytes.length * 8; bitIndex++) {
      const changedBytes = Buffer.from(bytes);
      changedBytes.writeUInt8(changedBytes.readUInt8(bitIndex >> 3) ^ (1 << (bitIndex & 7)), bitIndex >> 3);
      expect(decryptToken(changedBytes.toString("base64url"), "click", [key], NOW)).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length++)
      expect(decryptToken(bytes.subarray(0, length).toString("base64url"), "click", [key], NOW)).toBeUndefined();
    for (const invalidToken of [`${token}A`, `${token}=`, ` ${token}`, `${token}.`, "", TARGET, encodeURIComponent(TARGET)])
      expect([invalidToken, decryptToken(invalidToken, "click", [key], NOW)]).toEqual([invalidToken, undefined]);
    expect(decryptToken(token, "click", [createSecretKey(randomBytes(32))], NOW)).toBeUndefined();
    expect(decryptToken(token, "open", [key], NOW)).toBeUndefined();
    expect(decryptToken(token, "click", [key], NOW + LIFETIME_MS - 1)).toEqual(claims);
    expect(decryptToken(token, "click", [key], NOW + LIFETIME_MS)).toBeUndefined();
  });
});

const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
const THUNDERBIRD = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0";
const timeAfter = (seconds: number): string => new Date(Date.parse("2026-11-23T09:00:00Z") + seconds * 1000).toISOString();
const buildHit = (seconds: number, more: Partial<Hit> = {}): Hit => ({
  ...{ kind: "open", link: null, at: timeAfter(seconds), agent: CHROME, prefetch: false },
  ...more,
});
const buildClick = (seconds: number, link: number, more: Partial<Hit> = {}): Hit =>
  buildHit(seconds, { kind: "click", link, ...more });
const deliveredMail: DeliveryFacts = { delivered_at: timeAfter(0), linkCount: 4 };
const listReasons = (hits: Hit[], sent = deliveredMail): (MachineReason | null)[] =>
  classifyHits(hits, sent).map(({ reason: because }) => because);

describe("recognition of programs", () => {
  it.each<[string | null, MachineReason | null]>([
    [CHROME, null],
    [THUNDERBIRD, null],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148", null],
    ["Mozilla/4.0 (compatible; ms-office; MSOffice 16)", null],
    ["Mozilla/5.0", "privacy_proxy"],
    ["Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "privacy_proxy"],
    ["YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "privacy_proxy"],
    ["Barracuda Sentinel (EE)", "scanner"],
    ["Mozilla/5.0 (compatible; Proofpoint URL Defense)", "scanner"],
    ["Mozilla/5.0 (Windows NT 6.1) BingPreview/1.0b", "scanner"],
    ["CiscoSecureEmail", "scanner"],
    ["python-requests/2.32", "scanner"],
    ["curl/8.9", "scanner"],
    ["Slackbot-LinkExpanding 1.0", "scanner"],
    ["", "no_agent"],
    [" ", "no_agent"],
    [null, "no_agent"],
  ])("of %j: %s", (agent, because) => {
    expect(listReasons([buildHit(60, { agent })])).toEqual([because]);
    expect(listReasons([buildClick(60, 1, { agent })])).toEqual([because]);
  });

  it.each<[string, Hit[], DeliveryFacts, (MachineReason | null)[]]>([
    ["one that looks ahead", [buildHit(60, { prefetch: true })], deliveredMail, ["prefetch"]],
    ["a person who clicks twice in a minute", [buildClick(60, 1), buildClick(90, 2)], deliveredMail, [null, null]],
    [
      "a person who repeats a click",
      [buildClick(60, 1), buildClick(61, 1), buildClick(62, 1)],
      deliveredMail,
      [null, null, null],
    ],
    [
      "three links in ten seconds",
      [buildClick(60, 1), buildClick(65, 2), buildClick(70, 3)],
      deliveredMail,
      ["many_links", "many_links", "many_links"],
    ],
    [
      "three links in eleven seconds",
      [buildClick(60, 1), buildClick(65, 2), buildClick(71, 3)],
      deliveredMail,
      [null, null, null],
    ],
    [
      "both of two links",
      [buildClick(60, 1), buildClick(61, 2)],
      { ...deliveredMail, linkCount: 2 },
      ["many_links", "many_links"],
    ],
    ["the only link", [buildClick(60, 1)], { ...deliveredMail, linkCount: 1 }, [null]],
    [
      "a scanner, and a person later",
      [buildClick(60, 1), buildClick(60, 2), buildClick(60, 3), buildClick(600, 1)],
      deliveredMail,
      ["many_links", "many_links", "many_links", null],
    ],
    [
      "a hit on the invisible link",
      [buildClick(60, 0), buildClick(65, 1), buildHit(55)],
      deliveredMail,
      ["honeypot", "honeypot", "honeypot"],
    ],
    ["the same program minutes after it", [buildClick(60, 0), buildClick(600, 1)], deliveredMail, ["honeypot", "honeypot"]],
    [
      "another program minutes after it",
      [buildClick(60, 0), buildClick(600, 1, { agent: THUNDERBIRD })],
      deliveredMail,
      ["honeypot", null],
    ],
    ["a hidden link followed later", [buildClick(60, 1), buildClick(64, 0)], deliveredMail, ["honeypot", "honeypot"]],
    [
      "before it was delivered",
      [buildHit(-5), buildClick(1, 1), buildHit(2)],
      deliveredMail,
      ["before_delivery", "before_delivery", null],
    ],
    ["before the delivery is reported", [buildHit(60)], { ...deliveredMail, delivered_at: null }, ["before_delivery"]],
    ["a delivery that is never reported", [buildHit(60)], { ...deliveredMail, delivered_at: undefined }, [null]],
  ])("%s", (_, hits, sent, because) => {
    expect(listReasons(hits, sent)).toEqual(because);
    // The order of the hits does not matter.
    expect(listReasons(hits.toReversed(), sent)).toEqual(because.toReversed());
  });

  it("accepts further programs", () =>
    expect(classifyHits([buildHit(60, { agent: "Acme/1" })], deliveredMail, [/^Acme/])[0]?.reason).toBe("scanner"));

  it("counts people and programs separately; a click counts as an open", () => {
    expect(countHits([], deliveredMail)).toMatchObject({ opened_at: null, clicked_at: null, opens: 0, machine_opens: 0 });
    expect(
      countHits([buildHit(3, { agent: "Mozilla/5.0" }), buildClick(60, 1), buildClick(61, 1, { prefetch: true })], deliveredMail),
    ).toEqual({
      ...{ opened_at: timeAfter(60), clicked_at: timeAfter(60), opens: 1, clicks: 1, machine_opens: 1, machine_clicks: 1 },
    });
  });
});
