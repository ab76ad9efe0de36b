import type { AbTest } from "@crm/console/pages/engagement/ab-test/ab-test.ts";
import { isEditableTest, readTestDraft } from "@crm/console/pages/engagement/ab-test/test-draft.ts";
import { isEntered, toMetricInput } from "@crm/console/pages/engagement/campaign/metric-rows.ts";
import { findEnd, planActivities } from "@crm/console/pages/engagement/campaign/template-rules.ts";
import {
  describePair,
  findScale,
  nameMetric,
  namePart,
  nameTestStatus,
  nameWarning,
  orderPair,
  placeInterval,
  type TestInterval,
} from "@crm/console/pages/engagement/email-send/ab-test-rules.ts";
import {
  addVariant,
  buildDraftBody,
  buildSendBody,
  buildTestBody,
  buildTestMessage,
  buildTestPatch,
  changeTested,
  computeShare,
  countDelivered,
  countForVariant,
  countUnsent,
  emptySend,
  findTestTime,
  isTested,
  listCounts,
  nameVariant,
  omitChanged,
  type SendDraft,
  sumResults,
  toInstant,
  toLocalTime,
  type VariantDraft,
} from "@crm/console/pages/engagement/email-send/send-rules.ts";
import { nameMade, nameReason } from "@crm/console/pages/engagement/email-send/send-text.ts";
import { nameRelated } from "@crm/console/records/record/related-name.ts";
import { describe, expect, it } from "vitest";

const t = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

const template = { id: "mtp_1", label: "Spring" };
const draft = (changes: Partial<SendDraft> = {}): SendDraft => ({ ...emptySend, template, ...changes });
const first: VariantDraft = { subject: "", template: null, sender: null, send_at: null, share: 1 };
const variants: readonly VariantDraft[] = [
  { ...first, subject: " Sail soon " },
  { ...first, subject: "Last berths", share: 2 },
];
const test = draft({ hasVariants: true, variants });

describe("a send of a campaign", () => {
  it.each<[string, SendDraft, Record<string, unknown>]>([
    ["a template", draft(), { template_id: "mtp_1" }],
    ["a time that is missing", draft({ when: "at" }), { template_id: "mtp_1", schedule_at: "" }],
    ["a local time that is missing", draft({ when: "local" }), { template_id: "mtp_1", local_time: "" }],
    ["another subject", draft({ subject: " Hi " }), { template_id: "mtp_1", subject: "Hi" }],
    [
      "a time",
      draft({ when: "at", schedule_at: "2026-12-01T08:00:00Z" }),
      { template_id: "mtp_1", schedule_at: "2026-12-01T08:00:00Z" },
    ],
    [
      "a local time",
      draft({ when: "local", local_time: "2026-12-01T09:00" }),
      { template_id: "mtp_1", local_time: "2026-12-01T09:00" },
    ],
    [
      "own words",
      draft({ source: "own", subject: "Hi", blocks: [{ type: "divider" }] }),
      { content: { subject: "Hi", blocks: [{ type: "divider" }] } },
    ],
    [
      "all choices",
      draft({
        sender: { id: "mla_1", label: "News" },
        member_status: ["ADDED"],
        excluded: [{ id: "seg_1", label: "Staff" }],
        throttle_per_hour: 500,
        subscription_type: "events",
        name: " December ",
      }),
      {
        ...{ template_id: "mtp_1", sender_id: "mla_1", member_status: ["ADDED"], exclude_segments: ["seg_1"] },
        ...{ throttle_per_hour: 500, subscription_type: "events", name: "December" },
      },
    ],
  ])("with %s is a request", (_, sent, body) => expect(buildSendBody(sent, "email")).toEqual(body));

  it("as a text message has no subject", () => {
    expect(buildSendBody(draft({ subject: "Hi" }), "sms")).toEqual({ template_id: "mtp_1" });
    expect(buildSendBody(draft({ source: "own", body: "Come!" }), "sms")).toEqual({ content: { body: "Come!" } });
  });

  it("as a draft replaces everything that an earlier check stored", () => {
    expect(buildDraftBody(draft({ when: "local", local_time: "2026-12-01T09:00" }), "email", "cpg_1", "News")).toEqual({
      ...{ name: "News", channel: "email", campaign_id: "cpg_1", to_members: true, template_id: "mtp_1", content: null },
      ...{ subject: null, sender_id: null, member_status: null, throttle_per_hour: null, exclude_segment_ids: [] },
      ...{ segment_id: null, contact_list_id: null, tracks: null },
      local_time: "2026-12-01T09:00",
    });
    expect(buildDraftBody(test, "email", "cpg_1", "News")).toMatchObject({ subject: "Sail soon", local_time: null });
  });

  it("has no errors about inputs that were changed since", () => {
    const errors = { template_id: "a", "content.blocks[0].text": "b", "content.subject": "c", "variants[0].subject": "d" };
    expect(omitChanged(errors, [])).toEqual(errors);
    expect(omitChanged(errors, ["template", "blocks"])).toEqual({ "content.subject": "c", "variants[0].subject": "d" });
    expect(omitChanged(errors, ["source", "name"])).toEqual({ "variants[0].subject": "d" });
  });

  it("has counts by reason, the highest first", () => {
    expect(listCounts({ no_address: 2, duplicate: 0, opted_out: 5 })).toEqual([
      { reason: "opted_out", count: 5 },
      { reason: "no_address", count: 2 },
    ]);
    expect([listCounts(null), nameReason("opted_out", t), nameReason("new_reason", t)]).toEqual([
      [],
      "Opted out",
      "Other reasons",
    ]);
  });

  it("has rates of the messages that did not come back", () => {
    expect([countUnsent({ written: 62, sent: 56, refused: 2, failed: 3, recalled: 1 }), countUnsent({})]).toEqual([6, 0]);
    expect([countDelivered({ sent: 10, undelivered: 2 }), countDelivered({}), computeShare(2, 8), computeShare(2, 0)]).toEqual([
      8,
      0,
      "25",
      null,
    ]);
  });

  it("has a local time in an input of instants", () => {
    expect(toLocalTime(toInstant("2026-12-01T09:00"))).toBe("2026-12-01T09:00");
    expect([toInstant(null), toLocalTime(null)]).toEqual([null, null]);
  });
});

describe("an A/B test", () => {
  const sender = { id: "mla_1", label: "News" };
  it.each<[string, SendDraft, Parameters<typeof changeTested>[1], Partial<SendDraft>]>([
    [
      "takes the mail over as its first variant",
      draft({ subject: "Sail soon", sender }),
      { hasVariants: true },
      { hasVariants: true, subject: "Sail soon", variants: [{ ...first, subject: "Sail soon", template, sender }, first] },
    ],
    [
      "keeps what its variants have",
      draft({ subject: "Unused", hasVariants: true, variants }),
      { tests: "content" },
      { tests: "content", subject: "Unused", variants: [{ ...first, subject: " Sail soon ", template }, variants[1] ?? first] },
    ],
    [
      "gives the mail its first variant when it ends",
      draft({ template: null, hasVariants: true, variants: [{ ...first, subject: "Sail soon", template, sender }, first] }),
      { hasVariants: false },
      { hasVariants: false, subject: "Sail soon", template, sender },
    ],
  ])("%s", (_, before, changes, after) => expect(changeTested(before, changes)).toMatchObject(after));

  it.each([
    [1000, 20, [1, 1], 100],
    [60, 50, [1, 1], 15],
    [60, 100, [1, 3], 15],
    [0, 20, [1, 1], 0],
    [7, 50, [1, 1], 1],
  ])(
    "of %i members with a sample of %i %% and shares %j has about %i in its smallest variant",
    (members, percent, shares, count) =>
      expect(countForVariant(members, { sample_percent: percent, variants: shares.map((share) => ({ ...first, share })) })).toBe(
        count,
      ),
  );

  it("removes what its draft lacks when it is stored again", () => {
    expect(buildTestPatch(test, "News")).toMatchObject({
      ...{ template_id: "mtp_1", content: null, subject: null, sender_id: null, member_status: null },
      ...{ throttle_per_hour: null, subscription_type: null, exclude_segment_ids: [] },
    });
  });

  const stored = {
    ...{ id: "abt_1", version: 1, name: "Which subject", tests: "subject", status: "DRAFT", success_metric: "open_rate" },
    ...{ sample_percent: 50, minimum_sample_size: 5, confidence_level: 90, decide_after_hours: 2, without_winner: "wait" },
    ...{ segment_id: null, contact_list_id: null, member_status: ["ADDED"], exclude_segment_ids: ["seg_1"] },
    ...{
      sender_id: "mla_1",
      subscription_type: null,
      throttle_per_hour: 500,
      tracks: null,
      subject: null,
      template_id: "mtp_1",
      content: null,
    },
    variants: ["Sail soon", "Last berths"].map((subject, index) => ({
      ...{ id: "AB"[index] ?? "", subject, template_id: null, content: null, sender_id: null, send_at: null, share: index + 1 },
    })),
    ...{ start_date: null, end_date: null, sample_sent_at: null, rest_send_id: null, decide_at: null, decision: null },
    ...{ winning_variant: null, is_waiting: false, error: null },
  } satisfies AbTest;
  const names = new Map([
    ["mtp_1", "Spring"],
    ["mla_1", "News"],
    ["seg_1", "Staff"],
  ]);
  it("that is stored fills the form, which stores the same again", () => {
    const read = readTestDraft(stored, names);
    expect(read).toMatchObject({
      template,
      sender,
      excluded: [{ id: "seg_1", label: "Staff" }],
      source: "template",
      hasVariants: true,
    });
    const { name, tests, template_id, sender_id, member_status, throttle_per_hour, exclude_segment_ids, sample_percent } = stored;
    expect(buildTestPatch(read, read.name)).toMatchObject({
      ...{ name, tests, template_id, sender_id, member_status, throttle_per_hour, exclude_segment_ids, sample_percent },
      variants: [
        { subject: "Sail soon", share: 1 },
        { subject: "Last berths", share: 2 },
      ],
    });
    const toSegment = readTestDraft({ ...stored, member_status: null, segment_id: "seg_1", tracks: true }, names);
    expect(buildTestPatch(toSegment, "News")).toMatchObject({ segment_id: "seg_1", contact_list_id: null, tracks: true });
    const own = readTestDraft({ ...stored, template_id: null, content: { subject: "Hi", blocks: [{ type: "divider" }] } }, names);
    expect(own).toMatchObject({ source: "own", template: null, subject: "Hi", blocks: [{ type: "divider" }] });
  });
  it.each<[string, Partial<AbTest>, boolean]>([
    ["a draft", {}, true],
    ["a test that runs", { status: "RUNNING" }, false],
    ["a mail of HTML", { content: { subject: "Hi", blocks: null } }, false],
    ["a list", { contact_list_id: "ctl_1" }, true],
    ["a segment", { segment_id: "seg_1" }, true],
  ])("can be changed by the form: %s", (_, changes, isEditable) =>
    expect(isEditableTest({ ...stored, ...changes })).toBe(isEditable),
  );
  it("is said to be saved or started", () =>
    expect((["test", "send", "test-draft", "send-draft"] as const).map((made) => nameMade(made, t))).toEqual([
      "The test was started",
      "The send was started",
      "The draft was saved",
      "The draft was saved",
    ]));

  const settings = {
    ...{ sample_percent: 20, decide_after_hours: 4, success_metric: "click_rate", minimum_sample_size: 100 },
    ...{ confidence_level: 95, without_winner: "wait" },
  };
  it("of subjects has them in its variants alone", () => {
    expect(buildTestBody({ ...test, subject: "Unused", excluded: [{ id: "seg_1", label: "Staff" }] }, "News")).toEqual({
      ...{ name: "News", tests: "subject", template_id: "mtp_1", ...settings, exclude_segment_ids: ["seg_1"] },
      variants: [
        { share: 1, subject: "Sail soon" },
        { share: 2, subject: "Last berths" },
      ],
    });
  });

  it.each([
    ["content", { template }, { template_id: "mtp_1" }],
    ["sender", { sender: { id: "mla_1", label: "News" } }, { sender_id: "mla_1" }],
    ["time", { send_at: "2026-12-01T08:00:00Z" }, { send_at: "2026-12-01T08:00:00Z" }],
  ] as const)("of the %s has it in its variants", (tests, changes, body) => {
    const sent = { ...test, tests, variants: [{ ...first, ...changes }] } as SendDraft;
    expect(buildTestBody(sent, "News")).toMatchObject({ tests, variants: [{ share: 1, ...body }] });
    expect(buildTestBody(sent, "News")).not.toHaveProperty(Object.keys(body)[0] ?? "");
  });

  it("of a mail in own words has the subject of its first variant there", () => {
    expect(buildTestBody({ ...test, source: "own", blocks: [] }, "News")).toMatchObject({ content: { subject: "Sail soon" } });
  });

  it("goes to users with its first variant, at once and without a name", () => {
    const sent = { ...test, name: "News", when: "at" } as SendDraft;
    expect(buildTestMessage(sent, "email", ["usr_1"])).toEqual({
      template_id: "mtp_1",
      subject: "Sail soon",
      test_to: ["usr_1"],
    });
    const contents = { ...sent, template: null, tests: "content", variants: [{ ...first, template }] } as SendDraft;
    expect(buildTestMessage(contents, "email", ["usr_1"])).toEqual({ template_id: "mtp_1", test_to: ["usr_1"] });
  });

  it("starts at a time, unless its variants have times", () => {
    const timed = { ...test, when: "at", schedule_at: "2026-12-01T08:00:00Z" } as SendDraft;
    expect([findTestTime(timed), findTestTime({ ...timed, tests: "time" }), findTestTime(test)]).toEqual([
      "2026-12-01T08:00:00Z",
      undefined,
      undefined,
    ]);
  });

  it("is one of mails, with letters for its variants", () => {
    expect([isTested(test, "email"), isTested(test, "sms"), isTested(draft(), "email")]).toEqual([true, false, false]);
    expect(addVariant(variants).map((_, index) => nameVariant(index))).toEqual(["A", "B", "C"]);
  });

  const intervals: readonly TestInterval[] = [
    { id: "A", rate: 0.029, low: 0.021, high: 0.04 },
    { id: "B", rate: 0.041, low: 0.031, high: 0.054 },
    { id: "C", rate: null, low: 0, high: 1 },
  ];
  const words = {
    level: "95 %",
    formatShare: (share: number | null) => (share === null ? "–" : `${(share * 100).toFixed(1)} %`),
  };
  const pair = { a: "A", b: "B", p_holm: 0.21, is_significant: false };

  it.each([
    [{ ...pair, is_significant: true }, "B is better than A: 4.1 % against 2.9 %; the difference is significant at 95 %"],
    [pair, "B is ahead of A: 4.1 % against 2.9 %. Such a difference arises by chance in 21.0 % of tests, so it proves nothing"],
    [{ ...pair, b: "A" }, "A and A are equal: 2.9 %"],
  ])("compares variants in words", (compared, sentence) => expect(describePair(compared, intervals, words, t)).toBe(sentence));

  it("names the better variant first", () => {
    expect(orderPair({ ...pair, a: "B", b: "A" }, intervals)).toMatchObject({ better: "B", other: "A" });
  });

  it("draws intervals on a round scale, without those of variants that have no mails", () => {
    expect([findScale(intervals), findScale([]), findScale([{ id: "A", rate: 1, low: 0.9, high: 1 }])]).toEqual([0.1, 0.005, 1]);
    expect(intervals.map((interval) => placeInterval(interval, 0.1))).toEqual([
      { start: expect.closeTo(21), width: expect.closeTo(19), mark: expect.closeTo(29) },
      { start: expect.closeTo(31), width: expect.closeTo(23), mark: expect.closeTo(41) },
      undefined,
    ]);
  });

  it("is described without codes of the API", () => {
    const names = [nameMetric("click_rate", t), namePart("time", t), nameTestStatus("FAULTY", t), nameWarning("unknown", t)];
    expect(names).toEqual(["Click rate", "Time", "Unequal shares", undefined]);
  });
});

describe("the template of a campaign", () => {
  it("fills the last day and the days of its activities", () => {
    expect([findEnd("2026-12-01", 90), findEnd("2026-12-01", 1), findEnd("2026-12-01", null)]).toEqual([
      "2027-02-28",
      "2026-12-01",
      undefined,
    ]);
    const activities = [
      { name: "Fair", offset_days: 40 },
      { name: "Invite", offset_days: 0 },
    ];
    expect(planActivities(activities, "2026-12-01").map(({ name, day }) => `${name} ${day}`)).toEqual([
      "Invite 2026-12-01",
      "Fair 2027-01-10",
    ]);
  });
});

describe("a row of the daily metrics", () => {
  it.each([
    ["manual", true],
    ["file", true],
    ["api", true],
    ["system", false],
    [undefined, false],
  ])("of the source %s can be changed: %s", (source, isOpen) => expect(isEntered({ source })).toBe(isOpen));

  it("is written again without the cost that the system computed", () => {
    const row = { id: "cpm_1", channel_id: "mst_1", metric_date: "2026-11-01", source: "manual", clicks: 3, cost: "1.50" };
    expect(toMetricInput({ ...row, cost_is_default: false })).toMatchObject({ cost: "1.50", clicks: 3 });
    expect(toMetricInput({ ...row, cost_is_default: true })).not.toHaveProperty("cost");
  });
});

it.each([
  ["campaign.parent_campaign_id", "Sub-campaigns"],
  ["lead", "Leads"],
])("the list %s beside a record is called %s", (name, label) => expect(nameRelated({ name, label: "Leads" }, t)).toBe(label));

it.each([
  ["no send", [], {}],
  ["a send without results", [{}], {}],
  [
    "results that only one send has",
    [
      { sent: 2, opened: 1 },
      { sent: 3, undelivered: 1 },
    ],
    { sent: 5, opened: 1, undelivered: 1 },
  ],
])("sums the results of %s", (_, results, sums) => {
  expect(sumResults(results)).toEqual(sums);
});
