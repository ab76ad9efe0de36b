import { markdownToHtml } from "@crm/console/pages/service/knowledge/article-html.ts";
import { htmlToMarkdown, isEditable } from "@crm/console/pages/service/knowledge/html-markdown.ts";
import { copyToWorkdays, countWeekMinutes, describeHours, listBars } from "@crm/console/pages/service/sla/calendar-rules.ts";
import { formatMinutes, formatMinutesInput, parseMinutes } from "@crm/console/pages/service/sla/minutes.ts";
import {
  findDueTime,
  findFirstResponse,
  findNextFriday,
  findPolicy,
  fromWhen,
  planMove,
  type SlaPolicy,
  sortPolicies,
  toWhen,
} from "@crm/console/pages/service/sla/sla-rules.ts";
import { describe, expect, it } from "vitest";

describe("the text of an article", () => {
  it.each([
    ["<p>One</p><p>Two</p>", "One\n\nTwo"],
    ["<h1>How to pay</h1><p>By card.</p>", "# How to pay\n\nBy card."],
    ["<p>A <strong>bold </strong>word and <em>another</em></p>", "A **bold** word and *another*"],
    ["<p>Line<br>break</p>", "Line\\\nbreak"],
    ["<ul><li><p>a</p></li><li><p>b</p><ul><li><p>c</p></li></ul></li></ul>", "- a\n- b\n  - c"],
    ['<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>', "3. a\n4. b"],
    ["<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"],
    ['<pre><code class="language-sh">ls &lt;x&gt;\n</code></pre>', "```sh\nls <x>\n```"],
    ["<p>Use <code>a`b</code></p>", "Use ``a`b``"],
    ['<p><a href="https://a.example/x y">here</a></p>', "[here](<https://a.example/x y>)"],
    ["<p>2 * 3 [x] snake_case _x_ &amp;copy; &lt;b&gt;</p>", "2 \\* 3 \\[x\\] snake_case \\_x\\_ \\&copy; \\<b>"],
    ["<p># no heading</p><p>1. no list</p><p>- none</p>", "\\# no heading\n\n1\\. no list\n\n\\- none"],
    ["<p>a</p><hr><p>日本 🎉</p>", "a\n\n---\n\n日本 🎉"],
    ["<p></p>", ""],
  ])("%s is written as %j", (html, markdown) => {
    expect(htmlToMarkdown(html)).toBe(markdown);
  });

  it.each([
    ["# Pay\n\nBy **card** or *cash*, see [us](https://a.example).", true],
    ["1. a\n2. b\n   - c\n\n> q\n\n```\ncode\n```", true],
    ["- a\n\n- b", true],
    ["2 \\* 3 and \\<b> and a_b_c and `x`", true],
    ["| a | b |\n| - | - |\n| 1 | 2 |", false],
    ["", true],
  ])("the editor keeps %j: %s", (markdown, isKept) => {
    expect(isEditable(markdown, markdownToHtml)).toBe(isKept);
  });
});

describe("targets", () => {
  it.each([
    ["4", 240],
    ["4:30", 270],
    ["1.5h", 90],
    ["1,5 h", 90],
    ["90 min", 90],
    ["", null],
    ["0", undefined],
    ["soon", undefined],
    ["4:75", undefined],
  ])("%j is %s minutes", (text, minutes) => {
    expect(parseMinutes(text)).toBe(minutes);
  });

  it.each([
    [60, "1 hour", "1:00"],
    [2880, "48 hours", "48:00"],
    [90, "1 hour 30 minutes", "1:30"],
    [5, "5 minutes", "0:05"],
  ])("%i minutes are %s and %s", (minutes, words, input) => {
    expect([formatMinutes(minutes, "en"), formatMinutesInput(minutes)]).toEqual([words, input]);
  });
});

const policy = (id: string, sequence: number, more: Partial<SlaPolicy> = {}): SlaPolicy => ({
  ...{ id, sequence, version: 1, name: id, description: null, is_active: true, is_vip: null, calendar_id: null },
  ...{ created_by: "usr_1", priority_ids: [], category_ids: [], ticket_types: [], urgency_level_ids: [], customer_tiers: [] },
  ...{ first_response_minutes: null, next_response_minutes: null, resolution_minutes: null, escalations: [] },
  ...more,
});

describe("policies", () => {
  const vip = policy("vip", 10, { is_vip: true });
  const bugs = policy("bugs", 20, { ticket_types: ["BUG_REPORT"] });
  const high = policy("high", 30, { priority_ids: ["p_high"] });
  const off = policy("off", 35, { is_active: false });
  const rest = policy("rest", 40);

  it.each([
    ["p_high", "high"],
    ["p_low", "rest"],
  ])("an ordinary ticket with %s follows %s", (priority, id) => {
    expect(findPolicy([rest, off, high, bugs, vip], priority)?.id).toBe(id);
  });

  it.each([
    ["the minutes of the policy", 30, 480, 1, 30],
    ["the hours of the urgency with the rank of the priority", null, null, 2, 1440],
    ["those of the last urgency, if there are fewer", null, null, 4, 240],
    ["at most the time of the resolution", null, 90, 3, 90],
    ["no time for a priority without a rank", null, 90, null, null],
  ])("promise as first response %s", (_name, first, resolution, level, minutes) => {
    const levels = [{ sla_hours: 48 }, { sla_hours: 24 }, { sla_hours: 4 }];
    expect(findFirstResponse({ first_response_minutes: first, resolution_minutes: resolution }, level, levels)).toBe(minutes);
  });

  it("move between their new neighbors, with one change where there is room", () => {
    expect(planMove([vip, bugs, high], 2, 1)).toEqual([{ id: "high", version: 1, sequence: 15 }]);
    expect(planMove([vip, bugs, high], 0, 2)).toEqual([{ id: "vip", version: 1, sequence: 40 }]);
    expect(planMove([vip, bugs, high], 1, 1)).toEqual([]);
  });

  it("move back those behind where there is no room", () => {
    const close = [policy("a", 10), policy("b", 11), policy("c", 12), policy("d", 12)];
    const changed = planMove(close, 3, 1);
    const after = close.map((one) => ({ ...one, ...changed.find(({ id }) => id === one.id) }));
    expect(sortPolicies(after).map(({ id }) => id)).toEqual(["a", "d", "b", "c"]);
    expect(changed.every(({ id }) => id !== "a")).toBe(true);
  });

  it("have conditions as rules have them, and back", () => {
    const when = toWhen(policy("x", 1, { priority_ids: ["p"], is_vip: false }));
    expect(when).toEqual({ priority_ids: ["p"], is_vip: false });
    expect(fromWhen(when)).toEqual({
      ...{ priority_ids: ["p"], category_ids: [], ticket_types: [], urgency_level_ids: [], customer_tiers: [], is_vip: false },
    });
  });

  it.each([
    ["2026-11-28", "2026-12-04"],
    ["2026-12-04", "2026-12-11"],
    ["2026-12-03", "2026-12-04"],
  ])("the example after %s begins on %s", (today, friday) => {
    expect(findNextFriday(today)).toBe(friday);
  });
});

describe("the due time of a shorter target", () => {
  const segments = [
    { from: "2026-03-20T15:50:00.000Z", seconds: 600 },
    { from: "2026-03-23T08:00:00.000Z", seconds: 28_800 },
    { from: "2026-03-24T08:00:00.000Z", seconds: 60 },
  ];

  it.each([
    ["inside of the first working time", 60, "2026-03-20T15:51:00.000Z"],
    ["at its end", 600, "2026-03-20T16:00:00.000Z"],
    ["after the weekend", 601, "2026-03-23T08:00:01.000Z"],
    ["at the end of all", 29_460, "2026-03-24T08:01:00.000Z"],
    ["beyond it", 29_461, undefined],
  ])("is %s", (_, seconds, due) => expect(findDueTime(segments, seconds)).toBe(due));
});

describe("the week of a calendar", () => {
  const office = { mon: [["09:00", "17:00"]], tue: [["09:00", "17:00"]], fri: [["09:00", "12:00"]] } as const;

  it("is said shortly, days with the same hours together", () => {
    expect(describeHours(office, "en")).toBe("Mon–Tue 09:00–17:00; Fri 09:00–12:00");
  });

  it("counts time that overlaps once, and time over midnight on the next day", () => {
    expect(countWeekMinutes(office)).toBe(19 * 60);
    expect(
      countWeekMinutes({
        mon: [
          ["08:00", "12:00"],
          ["10:00", "14:00"],
        ],
      }),
    ).toBe(6 * 60);
    expect(countWeekMinutes({ sun: [["22:00", "06:00"]] })).toBe(8 * 60);
    expect(listBars({ sun: [["22:00", "06:00"]] }).mon).toEqual([{ start: 0, length: 25 }]);
    expect(countWeekMinutes({ mon: [["00:00", "24:00"]] })).toBe(24 * 60);
  });

  it("copies a day to the working days", () => {
    expect(copyToWorkdays({ mon: [["08:00", "10:00"]], sat: [] }, "mon")).toEqual({
      ...Object.fromEntries(["mon", "tue", "wed", "thu", "fri"].map((day) => [day, [["08:00", "10:00"]]])),
      sat: [],
    });
  });
});
