import { createSecretKey, randomBytes } from "node:crypto";
import { countsOf, type Hit, judged, type Reason, type Sent } from "@crm/core/message/tracking/count.rules.ts";
import { type Tracked, tracked } from "@crm/core/message/tracking/links.rules.ts";
import { LIFETIME, opened, type Spoken, sealed } from "@crm/core/message/tracking/token.rules.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const ORIGIN = "https://crm.example.com";
const how: Tracked = {
  origin: ORIGIN,
  plain: ["https://lists.example.com/u/1"],
  link: (address, number) => `${ORIGIN}/t/c/${number}-${Buffer.from(address).toString("base64url")}`,
  point: `${ORIGIN}/t/o/p`,
};
const POINT = `<img src="${how.point}" width="1" height="1" alt="">`;
const to = (address: string, number = 1): string => how.link(address, number);
const A = "https://a.example/x?b=1&c=2";

describe("links of a mail", () => {
  it.each<[string, string, string]>([
    ["as it is written", `<p><a class="b" href="${A}">A</a></p>`, `<p><a class="b" href="${to(A)}">A</a></p>${POINT}`],
    ["with entities", '<a href="https://a.example/x?b=1&amp;c=2">A</a>', `<a href="${to(A)}">A</a>${POINT}`],
    ["between other marks", `<a href='${A}'>A</a>`, `<a href='${to(A)}'>A</a>${POINT}`],
    ["without marks", "<A HREF=https://a.example/>A</A>", `<A HREF=${to("https://a.example/")}>A</A>${POINT}`],
    ["with blanks", '<a href = "\n https://a.example/ ">A</a>', `<a href = "${to("https://a.example/")}">A</a>${POINT}`],
    ["of a map", `<area href="${A}">`, `<area href="${to(A)}">${POINT}`],
    [
      "twice",
      `<a href="${A}">A</a><a href="http://b.example">B</a>`,
      `<a href="${to(A)}">A</a><a href="${to("http://b.example", 2)}">B</a>${POINT}`,
    ],
    [
      "before the end",
      `<html><body><a href="${A}">A</a></body></html>`,
      `<html><body><a href="${to(A)}">A</a>${POINT}</body></html>`,
    ],
    [
      "said twice, of which the first counts",
      `<a href="${A}" href="http://b.example">`,
      `<a href="${to(A)}" href="http://b.example">${POINT}`,
    ],
  ])("lead over us: %s", (_, html, wanted) => expect(tracked(html, how)).toBe(wanted));

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
  ])("stay as they are: %s", (href) => expect(tracked(`<a href="${href}">A</a>`, how)).toBe(`<a href="${href}">A</a>${POINT}`));

  it.each([
    `<a href="${A}" data-crm-plain>A</a>`,
    `<img src="${A}"><link href="${A}"><form action="${A}">`,
    `<!-- <a href="${A}">A</a> -->`,
    `<script>var a = '<a href="${A}">';</script>`,
    `<style>/* <a href="${A}"> */</style>`,
    `<title><a href="${A}"></title>`,
    `${A} &lt;a href="${A}"&gt;`,
  ])("are none: %s", (html) => expect(tracked(html, how)).toBe(html + POINT));

  it.each([`<p>A<a href="${A}`, `<p>A<a href="${A}"`, `A<!-- never ends <a href="${A}">`, "A<p", "<script>a", "<a title='"])(
    "of what ends within a tag are unharmed: %s",
    (html) => expect(tracked(html, how)).toBe(html),
  );

  it("take a hidden one beside them", () => {
    const html = tracked("<body>A</body>", { ...how, trap: `${ORIGIN}/t/c/0` });
    expect(html).toBe(
      `<body>A<a href="${ORIGIN}/t/c/0" style="display:none" tabindex="-1" aria-hidden="true"></a>${POINT}</body>`,
    );
  });

  it("change nothing else, whatever the HTML is", () => {
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
      `href="${A}"`,
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
        const back = tracked(html, { ...how, link: (address) => `~${address}~` })
          .replace(POINT, "")
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
  const said: Spoken = { kind: "click", tenant: "ten_1", message: "msg_1", link: 1, address: A, at: NOW };

  it("says what it was made of, and is the same each time", () => {
    expect(opened(sealed(said, key), "click", key, NOW)).toEqual(said);
    expect(sealed(said, key)).toBe(sealed(said, key));
    expect(sealed({ ...said, message: "msg_2" }, key)).not.toBe(sealed(said, key));
    expect(sealed(said, key)).not.toContain(Buffer.from("a.example").toString("base64url").slice(0, 8));
  });

  it("with one bit changed, cut, lengthened, of another key, of another kind, or too old, is none", () => {
    const token = sealed(said, key);
    const bytes = Buffer.from(token, "base64url");
    for (let at = 0; at < bytes.length * 8; at++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3);
      expect(opened(changed.toString("base64url"), "click", key, NOW)).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length++)
      expect(opened(bytes.subarray(0, length).toString("base64url"), "click", key, NOW)).toBeUndefined();
    for (const other of [`${token}A`, `${token}=`, ` ${token}`, `${token}.`, "", A, encodeURIComponent(A)])
      expect([other, opened(other, "click", key, NOW)]).toEqual([other, undefined]);
    expect(opened(token, "click", createSecretKey(randomBytes(32)), NOW)).toBeUndefined();
    expect(opened(token, "open", key, NOW)).toBeUndefined();
    expect(opened(token, "click", key, NOW + LIFETIME - 1)).toEqual(said);
    expect(opened(token, "click", key, NOW + LIFETIME)).toBeUndefined();
  });
});

const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
const THUNDERBIRD = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0";
const at = (seconds: number): string => new Date(Date.parse("2026-11-23T09:00:00Z") + seconds * 1000).toISOString();
const hit = (seconds: number, more: Partial<Hit> = {}): Hit => ({
  ...{ kind: "open", link: null, at: at(seconds), agent: CHROME, prefetch: false },
  ...more,
});
const click = (seconds: number, link: number, more: Partial<Hit> = {}): Hit => hit(seconds, { kind: "click", link, ...more });
const delivered: Sent = { delivered_at: at(0), links: 4 };
const whyOf = (hits: Hit[], sent = delivered): (Reason | null)[] => judged(hits, sent).map(({ because }) => because);

describe("who it was", () => {
  it.each<[string | null, Reason | null]>([
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
    expect(whyOf([hit(60, { agent })])).toEqual([because]);
    expect(whyOf([click(60, 1, { agent })])).toEqual([because]);
  });

  it.each<[string, Hit[], Sent, (Reason | null)[]]>([
    ["one that looks ahead", [hit(60, { prefetch: true })], delivered, ["prefetch"]],
    ["a person who clicks twice in a minute", [click(60, 1), click(90, 2)], delivered, [null, null]],
    ["a person who clicks the same again", [click(60, 1), click(61, 1), click(62, 1)], delivered, [null, null, null]],
    [
      "three links in ten seconds",
      [click(60, 1), click(65, 2), click(70, 3)],
      delivered,
      ["many_links", "many_links", "many_links"],
    ],
    ["three links in eleven seconds", [click(60, 1), click(65, 2), click(71, 3)], delivered, [null, null, null]],
    ["both of two links", [click(60, 1), click(61, 2)], { ...delivered, links: 2 }, ["many_links", "many_links"]],
    ["the only link", [click(60, 1)], { ...delivered, links: 1 }, [null]],
    [
      "a scanner, and a person later",
      [click(60, 1), click(60, 2), click(60, 3), click(600, 1)],
      delivered,
      ["many_links", "many_links", "many_links", null],
    ],
    ["who followed what no person sees", [click(60, 0), click(65, 1), hit(55)], delivered, ["honeypot", "honeypot", "honeypot"]],
    ["the same program minutes after it", [click(60, 0), click(600, 1)], delivered, ["honeypot", "honeypot"]],
    ["another program minutes after it", [click(60, 0), click(600, 1, { agent: THUNDERBIRD })], delivered, ["honeypot", null]],
    ["a hidden link followed later", [click(60, 1), click(64, 0)], delivered, ["honeypot", "honeypot"]],
    ["before it was delivered", [hit(-5), click(1, 1), hit(2)], delivered, ["before_delivery", "before_delivery", null]],
    ["before anybody said that it was", [hit(60)], { ...delivered, delivered_at: null }, ["before_delivery"]],
    ["of one that nobody will say it of", [hit(60)], { ...delivered, delivered_at: undefined }, [null]],
  ])("%s", (_, hits, sent, because) => {
    expect(whyOf(hits, sent)).toEqual(because);
    // In whatever order they are told.
    expect(whyOf(hits.toReversed(), sent)).toEqual(because.toReversed());
  });

  it("takes further programs", () =>
    expect(judged([hit(60, { agent: "Acme/1" })], delivered, [/^Acme/])[0]?.because).toBe("scanner"));

  it("counts people and programs apart; who clicks has opened", () => {
    expect(countsOf([], delivered)).toMatchObject({ opened_at: null, clicked_at: null, opens: 0, machine_opens: 0 });
    expect(countsOf([hit(3, { agent: "Mozilla/5.0" }), click(60, 1), click(61, 1, { prefetch: true })], delivered)).toEqual({
      ...{ opened_at: at(60), clicked_at: at(60), opens: 0, clicks: 1, machine_opens: 1, machine_clicks: 1 },
    });
  });
});
