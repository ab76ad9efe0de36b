import { buildExcerpt, EXCERPT_LENGTH, parseMentions } from "@crm/core/people/comment/comment.rules.ts";
import { type FollowState, listFollowers } from "@crm/core/people/follow/follow.rules.ts";
import { classifyChange, isStatusField, listShownFields, parsePlace } from "@crm/core/views/feed.rules.ts";
import { describe, expect, it } from "vitest";

const [ada, crew] = ["usr_01kjp8w20000000083", "tea_01kjp8w20000000084"];

describe("mentions", () => {
  it.each([
    ["none", []],
    [`@[${ada}] and @[${crew}], then @[${ada}]`, [ada, crew]],
    [`mail@[${ada}]`, [ada]],
    [`@[ ${ada}] @${ada} @[${ada}`, []],
    ["@[led_01kjp8w20000000001p01kjp8w20000000002] @[usr_] @[USR_01] @[usr_../x]", []],
    [`日本@[${crew}]語`, [crew]],
  ])("of %j are %j", (content, ids) => expect(parseMentions(content)).toEqual(ids));

  const names = new Map([[ada, "Ada $& Lovelace"]]);
  it.each([
    ["short", "short"],
    [`Ask @[${ada}] of @[${crew}]`, "Ask @Ada $& Lovelace of @…"],
    ["x".repeat(EXCERPT_LENGTH + 1), "x".repeat(EXCERPT_LENGTH)],
    ["😀".repeat(EXCERPT_LENGTH + 1), "😀".repeat(EXCERPT_LENGTH)],
    [`${"x".repeat(EXCERPT_LENGTH - 4)}@[${ada}]`, `${"x".repeat(EXCERPT_LENGTH - 4)}@Ada`],
  ])("are names in the excerpt (%#)", (content, excerpt) => expect(buildExcerpt(content, names)).toBe(excerpt));
});

it.each<[Record<string, FollowState>, string | undefined, string[]]>([
  [{}, undefined, []],
  [{}, "ada", ["ada OWNER"]],
  [{ ada: "MUTED" }, "ada", []],
  [{ ada: "MANUAL", bob: "COMMENTER" }, "ada", ["ada MANUAL", "bob COMMENTER"]],
  [{ cem: "MANUAL", ada: "COMMENTER", bob: "MUTED" }, "ada", ["ada OWNER", "cem MANUAL"]],
])("follows of %j with the owner %s are %j", (states, owner, followers) => {
  const listed = listFollowers(new Map(Object.entries(states)), owner);
  expect(listed.map(({ user_id, reason }) => `${user_id} ${reason}`)).toEqual(followers);
});

describe("an entry of the feed", () => {
  it.each([
    ["created", [], "usr_1", "created"],
    ["created", [], "system:rules", "created"],
    ["updated", [], "usr_1", undefined],
    ["updated", ["budget"], "usr_1", "changed"],
    ["updated", ["lead_score"], "system:scoring", undefined],
    ["updated", ["lead_score", "lead_status_id"], "system:scoring", "status_changed"],
    ["updated", ["is_completed", "status"], "usr_1", "completed"],
    ["owner_changed", ["owner_id"], "usr_1", undefined],
    ["removed", ["id"], "usr_1", undefined],
  ])("of %s with %j by %s is %s", (base, fields, actor, type) => expect(classifyChange(base, fields, actor)).toBe(type));

  it.each([
    ["status", true],
    ["lead_status_id", true],
    ["stage_id", true],
    ["stage_changed_at", false],
    ["status_notes", false],
  ])("takes %s for a status: %s", (field, is) => expect(isStatusField(field)).toBe(is));

  it("names no hidden fields and no bookkeeping", () => {
    const changed = ["updated_at", "budget", "sealed", "stage_changed_at", "last_activity_date", "amount"];
    expect(listShownFields(changed, new Set(["sealed"]))).toEqual(["amount", "budget"]);
  });

  it.each(["", "1", "1.", ".1", "1.2.3", "x.1", "-1.0"])("does not continue at %j", (text) =>
    expect(parsePlace(text)).toBeUndefined(),
  );
});
