import { appendUtm, MAX_UTM_LENGTH, normalizeUtm, readUtm, resolveChannelCode } from "@crm/core/people/interaction/utm.rules.ts";
import { expect, it } from "vitest";

const utm = { utm_source: "crm", utm_medium: "email", utm_campaign: "K-2026-000001" };
const query = "utm_source=crm&utm_medium=email&utm_campaign=K-2026-000001";

it.each([
  ["https://a.example", `https://a.example?${query}`],
  ["https://a.example/?", `https://a.example/?${query}`],
  ["https://a.example/x?b=%7E+1&b=2&", `https://a.example/x?b=%7E+1&b=2&${query}`],
  ["https://a.example/x?b=ü#part?utm_source=no", `https://a.example/x?b=ü&${query}#part?utm_source=no`],
  ["https://a.example/#part", `https://a.example/?${query}#part`],
  ["https://a.example/?utm_source=own", "https://a.example/?utm_source=own&utm_medium=email&utm_campaign=K-2026-000001"],
  [
    "https://a.example/?utm%5Fsource=own&utm_medium&utm_campaign=x",
    "https://a.example/?utm%5Fsource=own&utm_medium&utm_campaign=x",
  ],
])("adds the parameters that %s lacks", (address, expected) => {
  expect(appendUtm(address, utm)).toBe(expected);
});

it("encodes the values that it adds, and adds none without values", () => {
  expect(appendUtm("https://a.example", { utm_campaign: "Été & co#1" })).toBe(
    "https://a.example?utm_campaign=%C3%89t%C3%A9%20%26%20co%231",
  );
  expect(appendUtm("https://a.example/?a#b", {})).toBe("https://a.example/?a#b");
});

it.each([
  [" google\n ads ", "google ads"],
  [["first", "second"], "first"],
  [42, "42"],
  ["e\u0301", "é"],
  ["a\ud83d", "a\ufffd"],
  ["😀".repeat(MAX_UTM_LENGTH + 1), "😀".repeat(MAX_UTM_LENGTH)],
  ["x".repeat(100_000), "x".repeat(MAX_UTM_LENGTH)],
  ["", undefined],
  [" \u0000 ", undefined],
  [null, undefined],
  [{}, undefined],
  [[], undefined],
])("normalizes the value %j", (value, expected) => {
  expect(normalizeUtm(value)).toBe(expected);
});

it.each([
  [{ utm_source: "a" }, ["https://x.example/?utm_source=b&utm_medium=c"], { utm_source: "a" }],
  [{ utm_source: " " }, ["/prices?utm_source=b&utm_source=c"], { utm_source: "b" }],
  [{}, ["https://x.example/", "https://y.example/?utm_campaign=Fr%C3%BChling+1"], { utm_campaign: "Frühling 1" }],
  [{}, [undefined, 1, "http://[", "https://x.example/?utm_medium=%FF"], { utm_medium: "\ufffd" }],
  [{}, [], {}],
])("reads fields %j or addresses %j", (fields, addresses, expected) => {
  expect(readUtm(fields, addresses)).toEqual(expected);
});

it.each([
  ["CPC", "search_ads"],
  ["email", "email"],
  ["constructor", "constructor"],
])("resolves the medium %s to the channel %s", (medium, channel) => {
  expect(resolveChannelCode(medium)).toBe(channel);
});
