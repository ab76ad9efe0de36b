import { instant, oneOf, url } from "@crm/core/kernel/schema.ts";
import { describe, expect, it } from "vitest";

describe("an instant", () => {
  it.each([["9999-12-31T23:59:59-14:00"], ["1970-01-01T00:00:00+14:00"], ["0001-01-01T00:00:00Z"], ["0000-06-01T00:00:00Z"]])(
    "before 1970 or after the year 9999 in UTC is rejected: %s",
    (value) => {
      expect(
        instant()
          .safeParse(value)
          .error?.issues.map(({ message }) => message),
      ).toEqual(["Must be a timestamp from 1970-01-01T00:00:00Z to 9999-12-31T23:59:59Z"]);
    },
  );

  it.each([
    ["9999-12-31T23:59:59+14:00", "9999-12-31T09:59:59.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
    ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"],
  ])("within that range is normalized to one form: %s", (value, form) => {
    expect(instant().parse(value)).toBe(form);
    expect(instant().parse(form)).toBe(form);
  });
});

describe("a web address", () => {
  it.each([
    ...[
      "javascript:alert(1)",
      "JavaScript:alert(1)",
      " \tjava\nscript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "file:///etc/passwd",
    ],
    ...["\u0001javascript:x", "blob:https://x", "javascript:80/alert(1)"],
  ])("that is unsafe as a link is rejected: %j", (value) => {
    expect(url().safeParse(value).success).toBe(false);
  });

  it.each(["a.example", "a.example:8080/x", "//a.example", "www.a.example/a:b", "münchen.example", "none yet", ""])(
    "without a scheme is accepted as typed: %s",
    (value) => expect(url().parse(value)).toBe(value),
  );

  it.each([
    ["https://a.example/x?y=javascript:1", "https://a.example/x?y=javascript:1"],
    ["HTTP://A.example", "http://a.example/"],
    ["https://a.example:443/ä b", "https://a.example/%C3%A4%20b"],
    ["https://0x7f.1/", "https://127.0.0.1/"],
  ])("with a scheme is stored as the parser writes it: %s", (value, form) => {
    expect(url().parse(value)).toBe(form);
    expect(url().parse(form)).toBe(form);
  });

  it.each([
    [" https://a.example", "Must not begin or end with a blank"],
    ["a.example\n", "Must not begin or end with a blank"],
    ["https://a\r\n.example", "Must not contain control characters or line ends"],
    ["https://a.example\\@b.example", "Must not contain a backslash: write / or %5C"],
    ["https://user:secret@a.example", "Must not contain a user or password"],
    ["user@a.example", "Must not contain a user or password"],
    ["https:a.example", "Must be a complete URL, such as https://www.example.com/path"],
    ["mailto:a@a.example", "Must be a web address with http, https or no scheme"],
    [`https://a.example/${"ä".repeat(100)}`, "Must have at most 255 characters after escaping"],
  ])("is refused with the reason: %j", (value, message) =>
    expect(
      url()
        .safeParse(value)
        .error?.issues.map((issue) => issue.message),
    ).toEqual([message]),
  );
});

describe("a choice", () => {
  const choice = oneOf(["ONE_TIME", "every day", "every_day", "in-app"]);

  it.each([
    ["One-time", "ONE_TIME"],
    [" one  time ", "ONE_TIME"],
    ["every day", "every day"],
    ["every_day", "every_day"],
    ["In app", "in-app"],
  ])("is accepted in any letter case, with blanks and hyphens for underscores: %j", (input, value) => {
    expect(choice.parse(input)).toBe(value);
  });

  it.each([["onetime"], [""], ["one-time-only"]])("that is another word is refused: %j", (input) => {
    expect(choice.safeParse(input).success).toBe(false);
  });
});
