import { renderMarkdown } from "@crm/core/service/knowledge/markdown.ts";
import { dedupeTranslations, type Posting, rankArticles, type TermResult } from "@crm/core/service/knowledge/ranking.rules.ts";
import {
  extractQueryTerms,
  extractTerms,
  listInnerWords,
  MAX_QUERY_TERMS,
  MAX_TERMS,
  weighTerms,
} from "@crm/core/service/knowledge/terms.rules.ts";
import { describe, expect, it } from "vitest";

const listTerms = (text: string): string[] => extractTerms(text).map(({ term }) => term);

describe("terms", () => {
  it.each([
    ["are words cut to their first letters", "Resetting passwords", ["resett", "passwo"]],
    ["know neither letter case nor accents", "Ünal ÜBERWEIST Größe", ["unal", "uberwe", "grosse"]],
    ["leave out what every text has", "How do I reset the password?", ["reset", "passwo"]],
    ["leave out single letters, and keep numbers", "a B 7 42 E1042-Xyz", ["42", "e1042", "xyz"]],
    ["keep a word with digits longer", "KB20260131001", ["kb2026013100"]],
    ["are two letters beside each other without spaces", "重置密码", ["重置", "置密", "密码"]],
    ["are so in Hangul, by whole syllables", "비밀번호", ["비밀", "밀번", "번호"]],
    ["are so in kana, with their marks", "パスワード", ["ハス", "スワ", "ワー", "ート"]],
    ["are so in Thai, without its marks", "รหัส", ["รห", "หส"]],
    ["part scripts that stand together", "API密钥v2", ["密钥", "api", "v2"]],
    ["take a letter that stands alone", "猫 x", ["猫"]],
    ["have no sign that parts keys", "a#b c#d ~x ab#cd", ["ab", "cd"]],
    ["pass over halves of pairs", "ab\ud800cd", ["ab", "cd"]],
    ["are none of nothing", "?! … ", []],
  ])("%s", (_, text, expected) => {
    expect(listTerms(text)).toEqual(expected);
  });

  it("of a title without spaces begin at each of its letters", () => {
    expect(listInnerWords("Wi-Fi の設定")).toEqual(["の設定", "設定", "定"]);
  });

  it("have the highest weight in the title, and are recorded with their most important place", () => {
    const article = {
      title: "Refund",
      tags: ["Money"],
      summary: "When a refund comes",
      body: "A refund is [made](https://x.example/invoice).",
    };
    const weightedTerms = weighTerms(article);
    expect(weightedTerms.get("refund")?.field).toBe("title");
    expect(weightedTerms.get("money")?.field).toBe("tags");
    expect(weightedTerms.get("comes")?.field).toBe("summary");
    expect(weightedTerms.get("made")?.field).toBe("body");
    expect([...weightedTerms.keys()]).not.toContain("invoic");
    const readWeight = (term: string): number => weightedTerms.get(term)?.weight ?? 0;
    expect(readWeight("refund")).toBeGreaterThan(readWeight("money"));
    expect(readWeight("money")).toBeGreaterThan(readWeight("made"));
    expect(Math.max(...[...weightedTerms.values()].map(({ weight }) => weight))).toBeLessThanOrEqual(99);
  });

  it("are limited in number, with the highest weights first", () => {
    const body = Array.from({ length: 3000 }, (_, index) => `w${index}`).join(" ");
    const weightedTerms = weighTerms({ title: "Zebra", tags: [], summary: null, body });
    expect(weightedTerms.size).toBe(MAX_TERMS);
    expect(weightedTerms.has("zebra")).toBe(true);
  });

  it("of a question are those that occur often and early", () => {
    const noise = Array.from({ length: 100 }, (_, index) => `noise${index}`).join(" ");
    const queryTerms = extractQueryTerms(`Printer jams\n${noise} paper paper paper`);
    expect(queryTerms).toHaveLength(MAX_QUERY_TERMS);
    expect(queryTerms[0]?.term).toBe("paper");
    expect(queryTerms.map(({ term }) => term)).toEqual(expect.arrayContaining(["printe", "jams"]));
  });
});

const buildPosting = (id: string, weight: number, more: Partial<Posting> = {}): Posting => ({
  id,
  group_id: id,
  language: "en",
  weight,
  at: "title",
  ...more,
});
const buildAnswer = (term: string, postings: Posting[], isCut = false): TermResult => ({
  queryTerm: { term, word: term, share: 1 },
  postings,
  isCut,
});

describe("a rank", () => {
  it("is higher for terms that few articles have", () => {
    const common = buildAnswer("order", [buildPosting("a", 45), buildPosting("b", 45), buildPosting("c", 45)]);
    const rare = buildAnswer("refund", [buildPosting("c", 45)]);
    const [first, second] = rankArticles([common, rare], 3);
    expect(first).toMatchObject({ id: "c", matched: [{ word: "order" }, { word: "refund" }] });
    expect(first?.score).toBeGreaterThan(second?.score ?? 100);
  });

  it("is from 1 to 100 for any number of matches", () => {
    expect(rankArticles([buildAnswer("a", [buildPosting("x", 99)])], 1)[0]?.score).toBe(100);
    expect(
      rankArticles([buildAnswer("a", [buildPosting("x", 1)]), buildAnswer("b", []), buildAnswer("c", [])], 1_000_000)[0]?.score,
    ).toBe(1);
    expect(rankArticles([], 0)).toEqual([]);
  });

  it("treats a term with too many entries to read as occurring in one of ten articles", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => buildPosting(`n${index}`, 45));
    const cut = rankArticles([buildAnswer("order", hundred, true), buildAnswer("refund", [buildPosting("r", 45)])], 1_000_000);
    expect(cut[0]?.id).toBe("r");
    expect(cut[1]?.score).toBeLessThan((cut[0]?.score ?? 0) / 2);
  });

  it("contains one of an article and its translations", () => {
    const postings = [
      buildPosting("en", 45, { group_id: "g" }),
      buildPosting("de", 20, { group_id: "g" }),
      buildPosting("x", 10),
    ];
    expect(dedupeTranslations(rankArticles([buildAnswer("a", postings)], 3)).map(({ id }) => id)).toEqual(["en", "x"]);
  });
});

describe("Markdown", () => {
  it.each([
    ["<script>alert(1)</script>", "&lt;script&gt;"],
    ["<img src=x onerror=alert(1)>", "&lt;img"],
    ["[x](javascript:alert(1))", "[x](javascript:alert(1))"],
    ["[x](data:text/html;base64,AAAA)", "[x](data:"],
    ["[x](/etc/passwd)", "[x](/etc/passwd)"],
    ["[x](//evil.example)", "[x](//evil.example)"],
    ["![x](https://evil.example/pixel.gif)", '!<a href="https://evil.example/pixel.gif"'],
    ['[x](https://a.example "\\" onmouseover=alert(1)")', "&quot; onmouseover"],
    ["[x](vbscript:x)", "[x](vbscript:x)"],
    ["[x](&#106;avascript:alert(1))", "[x]("],
    ["`<b>`", "<code>&lt;b&gt;</code>"],
    ["```\n<b>\n```", "&lt;b&gt;"],
    ['```x" onclick=y\nz\n```', 'class="language-x&quot;"'],
  ])("never becomes active HTML: %s", (text, expected) => {
    const html = renderMarkdown(text);
    expect(html).toContain(expected);
    expect(html).not.toMatch(/<(?:script|img|iframe|b)\b|href="(?!https?:|mailto:)/i);
    const bare = (html.match(/<[a-z][^>]*>/gi) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
    expect(bare.join("")).not.toMatch(/\s(?:on\w+|style)\b/i);
  });

  it("links to web and mail addresses only, without a referrer", () => {
    expect(renderMarkdown("[a](https://a.example/?b=1&c=2) <x@y.example>")).toBe(
      '<p><a href="https://a.example/?b=1&amp;c=2" rel="noopener noreferrer nofollow">a</a> ' +
        '<a href="mailto:x@y.example" rel="noopener noreferrer nofollow">x@y.example</a></p>\n',
    );
  });

  it("has headings below the title, one level at a time", () => {
    const html = renderMarkdown("# One\n\n#### Four\n\n## Two\n\nText\n\n### Three");
    expect(html.match(/<h\d>/g)).toEqual(["<h2>", "<h3>", "<h3>", "<h4>"]);
  });

  it("aligns columns by a class", () => {
    const html = renderMarkdown("|a|b|\n|:-:|-:|\n|1|2|");
    expect(html).toContain('<th class="center">a</th>');
    expect(html).toContain('<td class="end">2</td>');
  });

  it.each([
    ["quotes", "> ".repeat(20_000)],
    ["lists", "- ".repeat(20_000)],
    ["brackets", "[".repeat(50_000)],
    ["stars", "*a **a ".repeat(7_000)],
  ])("renders in limited time at any nesting depth: %s", (_, text) => {
    expect(renderMarkdown(text)).toContain("<");
  });
});
