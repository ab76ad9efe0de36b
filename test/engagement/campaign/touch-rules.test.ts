import type { Touch } from "@crm/core/engagement/campaign/attribution.rules.ts";
import {
  completeTouches,
  isTouch,
  isTouchingStep,
  normalizeSource,
  readMetadata,
} from "@crm/core/engagement/campaign/touch.rules.ts";
import { describe, expect, it } from "vitest";

describe("an interaction is a touch", () => {
  const interaction = { campaign_id: "c", channel: null, direction: null };

  it.each<[string, boolean, object, string]>([
    ["with a campaign", true, {}, "call"],
    ["with a channel only", true, { campaign_id: null, channel: "phone" }, "call"],
    ["with neither: no", false, { campaign_id: null }, "call"],
    ["an open: no", false, {}, "email_opened"],
    ["a click", true, { direction: "INBOUND" }, "email_clicked"],
    ["a mail to the person: no", false, { direction: "OUTBOUND" }, "email"],
    ["a mail of the person", true, { direction: "INBOUND" }, "email"],
    ["a call to the person", true, { direction: "OUTBOUND" }, "call"],
    ["a note: no", false, {}, "note"],
  ])("%s", (_, expected, more, type) => {
    expect(isTouch({ ...interaction, ...more }, type)).toBe(expected);
  });
});

it.each<[boolean, object]>([
  [true, {}],
  [true, { interaction_type: "visit" }],
  [true, { campaign_id: null, channel_id: "web" }],
  [false, { interaction_type: "email" }],
  [false, { interaction_type: "sms" }],
  [false, { campaign_id: null }],
])("a step of a journey is a touch: %s for %j", (expected, more) => {
  expect(isTouchingStep({ campaign_id: "c", channel_id: null, interaction_type: null, ...more })).toBe(expected);
});

it.each<[unknown, string | null]>([
  [" Google  ", "google"],
  ["Ｇ".repeat(100), "ｇ".repeat(60)],
  ["😀".repeat(61), "😀".repeat(60)],
  ["   ", null],
  [7, null],
  [undefined, null],
])("the source %j is %j", (source, expected) => {
  expect(normalizeSource(source)).toBe(expected);
});

it.each<[unknown, string | null]>([
  [{ utm_source: "x" }, "x"],
  [{ utm_source: "" }, null],
  [{ utm_source: 1 }, null],
  [[], null],
  ["utm_source", null],
  [null, null],
])("the metadata %j names the source %j", (metadata, expected) => {
  expect(readMetadata(metadata, "utm_source")).toBe(expected);
});

describe("records of one cause", () => {
  const record = (id: string, cause: string | null, more: Partial<Touch> = {}): Touch => ({
    ...{ id, cause, at: `2030-01-01T00:00:0${id.length}.000Z`, campaign_id: null, channel: null, source: null, person_id: "p" },
    ...more,
  });

  it("complete each other, the earliest first", () => {
    const records = [
      record("ccc", "m", { channel: "sms", source: "late" }),
      record("bb", "m", { channel: "email" }),
      record("a", "m", { campaign_id: "c" }),
      record("d", null),
    ];
    const [late, middle, early, other] = completeTouches(records);
    expect(early).toMatchObject({ campaign_id: "c", channel: "email", source: "late" });
    expect(middle).toMatchObject({ campaign_id: "c", channel: "email", source: "late" });
    expect(late).toMatchObject({ campaign_id: "c", channel: "sms", source: "late" });
    expect(other).toEqual(records[3]);
  });

  it("are without a response that was made from another record", () => {
    const records = [record("step", null), record("call", "call"), record("click", "message")];
    const responses = records.map(({ id }) => record(`${id}-response`, id));
    expect(completeTouches([...responses, ...records])).toEqual(records);
  });
});
