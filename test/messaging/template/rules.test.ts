import { matchesCondition, planActions } from "@crm/core/engagement/stage-automation/stage-automation.rules.ts";
import { findFaults, toPlainText } from "@crm/core/messaging/template/html.rules.ts";
import { fillMergeFields, parseMergeFields } from "@crm/core/messaging/template/merge-fields.rules.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../../support/part-of.ts";

describe("a merge field", () => {
  it.each([
    ["line", "{{contact.email}}", "a@b.example\r\nBcc: c@d.example\u2029x", "a@b.example Bcc: c@d.example x"],
    ["html", "<b>{{contact.email}}</b>", `"<'&>"@b.example`, "<b>&quot;&lt;&#39;&amp;&gt;&quot;@b.example</b>"],
    ["text", "{{ contact.email }}{{contact.email}}", "{{tenant.name}}", "{{tenant.name}}{{tenant.name}}"],
    ["text", "$1 {{contact.email}} $&", "$$", "$1 $$ $&"],
    ["text", "{{contact.email|some|one}}", null, "some|one"],
    ["text", "{{contact.email|}}!", null, "!"],
    ["text", "{{contact.first_name}}", "\u202eecilA \u2066x", "ecilA x"],
    ["text", "{{contact.first_name}}", "mailto:x@y.example https://evil.example/a", "x y example evil example a"],
  ] as const)("is written as %s for %s", (form, template, value, expectedText) => {
    const values = { "contact.email": value, "contact.first_name": value, "tenant.name": "Evaluated" };
    expect(fillMergeFields(template, form, values)).toEqual({ text: expectedText, missing: [] });
  });

  it.each([
    "{{constructor}}",
    "{{__proto__.name}}",
    "{{contact.constructor}}",
    "{{ }}",
    "{{contact.first_name",
    "}}",
    "{{{{tenant.name}}}}",
  ])("cannot have the form %s", (text) => {
    expect(parseMergeFields(text).faults.length).toBeGreaterThan(0);
  });
});

describe("HTML of a mail", () => {
  it.each([
    '<!doctype html><html lang="en"><body style="color: #333 !important"><table width="600"><tr><td>x</td></tr></table></body></html>',
    '<p>1 > 0 &amp; <a href="https://x.example/?a=1&amp;b=2" target="_blank">x</a><br/><img src="https://x.example/a.png" alt=""></p>',
    "<P ALIGN='center'>{{contact.first_name|<b>}}</P>",
  ])("may be %s", (html) => expect(findFaults(html)).toEqual([]));

  it.each([
    "<iframe src='https://x.example'></iframe>",
    "<p onclick=alert(1)>",
    "<p/onclick='x'>",
    "<svg/onload=alert(1)>",
    "<a href=' javascript:alert(1)'>",
    "<a href='data:text/html,x'>",
    "<img src='http://x.example/a'>",
    "<!-- <script> -->",
    "<p style='width: expre/**/ssion(1)'>",
    "<p title='<b>'>",
    "< p>",
    "<form action='https://x.example'>",
    "<base href='https://x.example'>",
    "<meta http-equiv='refresh'>",
  ])("is not %s", (html) => expect(findFaults(html).length).toBeGreaterThan(0));

  it("is converted to plain text", () => {
    expect(toPlainText("<title>T</title><p>One&nbsp;&lt;b&gt;</p>\n<ul><li>two</li><li>three &amp;lt;</li></ul>")).toBe(
      "One <b>\ntwo\nthree &lt;",
    );
  });
});

describe("an automation", () => {
  const stageChange = { from: "a", to: "b", type: null, amount: null, currency: "EUR" };
  const stageContext = { orders: new Map(["a", "b", "c"].map((stage, index) => [stage, index])), currency: "EUR" };
  it.each([
    [{}, {}, true],
    [{}, { to: "c" }, false],
    [{ from_stages: ["c"] }, {}, false],
    [{ from_stages: ["a"] }, { from: null }, false],
    [{ forward_only: true }, {}, true],
    [{ forward_only: true }, { from: "c" }, false],
    [{ forward_only: true }, { from: "gone" }, false],
    [{ types: ["RENEWAL"] }, {}, false],
    [{ types: ["RENEWAL"] }, { type: "RENEWAL" }, true],
    [{ min_amount: "10" }, {}, false],
    [{ min_amount: "10" }, { amount: "9.99" }, false],
    [{ min_amount: "10" }, { amount: "10.00" }, true],
    [{ min_amount: "10" }, { amount: "10.00", currency: "JPY" }, false],
    [{ min_amount: "10", currency: "JPY" }, { amount: "100", currency: "JPY" }, true],
    [{ currency: "JPY" }, { amount: "100" }, false],
  ] as const)("with condition %j matches %j: %s", (when, change, isSo) => {
    const condition = { to_stages: ["b"], forward_only: false, ...when };
    expect(matchesCondition(partOf(condition), { ...stageChange, ...change }, stageContext)).toBe(isSo);
  });

  it("has distinct positions for its actions", () => {
    const automations = Array.from({ length: 20 }, (_, index) => ({
      name: `${index}`,
      is_active: index !== 3,
      when: { to_stages: ["b"], forward_only: false },
      do: Array.from({ length: 10 }, () => ({ action: "health" as const })),
    }));
    const planned = planActions({ automations }, stageChange, stageContext);
    expect(new Set(planned.map(({ place }) => place)).size).toBe(190);
    expect(Math.max(...planned.map(({ place }) => place))).toBeLessThan(1000);
  });
});
