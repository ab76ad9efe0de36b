import {
  decodeMentions,
  encodeMentions,
  findMentionQuery,
  insertMention,
  splitMentions,
} from "@crm/console/records/comments/mention-text.ts";
import { buildEntryRequest } from "@crm/console/records/record/composer-entries.ts";
import { describe, expect, it } from "vitest";

const ada = { id: "usr_1", name: "Ada" };
const adaBell = { id: "usr_2", name: "Ada Bell (North)" };
const names = new Map([ada, adaBell].map(({ id, name }) => [id, name]));

describe("a mention", () => {
  it.each([
    ["@", "", 0],
    ["Hi @a", "a", 3],
    ["(@ad", "ad", 1],
    ["mail@ad", undefined, 0],
    ["@ada bell", undefined, 0],
    ["Hi @日", "日", 3],
  ])("in %j is typed as %j", (text, typed, start) => {
    const query = findMentionQuery(text, text.length);
    expect(query && [query.text, query.start]).toEqual(typed === undefined ? undefined : [typed, start]);
  });

  it("takes the place of what was typed, with one space behind it", () => {
    const query = findMentionQuery("Hi @ad there", 6);
    expect(query && insertMention("Hi @ad there", query, ada)).toEqual({ text: "Hi @Ada there", caret: 8 });
  });

  it.each([
    ["Hi @Ada, @Ada Bell (North)!", "Hi @[usr_1], @[usr_2]!"],
    ["@Adam and @ada", "@Adam and @ada"],
    ["no one", "no one"],
  ])("%j is stored as %j, and edited as it was typed", (typed, stored) => {
    expect(encodeMentions(typed, [ada, adaBell])).toBe(stored);
    expect(decodeMentions(stored, names)).toBe(typed);
  });

  it("of an unknown user is shown without a name", () => {
    expect(splitMentions("@[usr_9] left", names)).toEqual([{ mention: { id: "usr_9", name: "…" } }, { text: " left" }]);
  });

  it("is in the request of the composer", () => {
    const values = { text: " Hi @Ada ", mentions: [ada] };
    expect(buildEntryRequest("comment", values, { kind: "lead" }, { id: "led_1" })).toEqual({
      path: "/api/v1/comments",
      kind: "comment",
      body: { related_to_type: "lead", related_to_id: "led_1", content: "Hi @[usr_1]" },
    });
  });
});
