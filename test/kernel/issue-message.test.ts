import { fn, toErrorDetails } from "@crm/core/kernel/fn.ts";
import { describeIssue } from "@crm/core/kernel/issue-message.ts";
import {
  amount,
  currency,
  date,
  email,
  instant,
  money,
  month,
  name,
  oneOf,
  storedInstant,
  url,
  zone,
} from "@crm/core/kernel/schema.ts";
import { expect, it } from "vitest";
import * as z from "zod";

type Code = z.core.$ZodIssue["code"];
type Example = readonly [schema: z.ZodType, input: unknown, message: string];

/** Each kind of issue that the schema library finds. The type requires all of them. */
const examples: Readonly<Record<Code, readonly Example[]>> = {
  invalid_type: [
    [z.string(), 1, "Must be text"],
    [z.string(), undefined, "Required"],
    [z.number(), "1", "Must be a number"],
    [z.number(), Number.NaN, "Must be a number"],
    [z.int(), 1.5, "Must be a whole number"],
    [z.boolean(), "yes", "Must be true or false"],
    [z.array(z.string()), "a", "Must be a list"],
    [z.object({}), [], "Must be an object"],
    [z.record(z.string(), z.string()), 1, "Must be an object"],
    [z.null(), 1, "Must be null"],
    [z.date(), 1, "Must be a date"],
    [z.symbol(), 1, "Must be a symbol"],
    [z.never(), 1, "Must be left out"],
  ],
  invalid_value: [
    [z.enum(["MONTHLY", "QUARTERLY"]), "DAILY", "Must be one of MONTHLY, QUARTERLY"],
    [oneOf(["MONTHLY", "QUARTERLY"]), "DAILY", "Must be one of MONTHLY, QUARTERLY"],
    [z.literal("24:00"), "x", "Must be 24:00"],
  ],
  too_big: [
    [z.string().max(3), "four", "Must have at most 3 characters"],
    [z.string().length(1), "four", "Must have exactly 1 character"],
    [z.array(z.string()).max(1), ["a", "b"], "Must have at most 1 item"],
    [z.set(z.string()).max(1), new Set(["a", "b"]), "Must have at most 1 item"],
    [z.number().max(5), 6, "Must be at most 5"],
    [z.number().lt(5), 5, "Must be less than 5"],
    [z.bigint().max(5n), 6n, "Must be at most 5"],
  ],
  too_small: [
    [z.string().min(1), "", "Must not be empty"],
    [z.string().min(3), "ab", "Must have at least 3 characters"],
    [z.string().length(3), "ab", "Must have exactly 3 characters"],
    [z.array(z.string()).min(1), [], "Must not be empty"],
    [z.array(z.string()).min(2), [], "Must have at least 2 items"],
    [z.number().min(0), -1, "Must be at least 0"],
    [z.number().positive(), 0, "Must be greater than 0"],
  ],
  invalid_format: [
    [z.email(), "x", "Must be an email address"],
    [z.url(), "x", "Must be a web address"],
    [z.iso.datetime(), "x", "Must be an RFC 3339 timestamp"],
    [z.iso.date(), "x", "Must be a date, YYYY-MM-DD"],
    [z.iso.time(), "x", "Must be a time, HH:MM"],
    [z.iso.duration(), "x", "Must be an ISO 8601 duration, such as PT2H"],
    [z.uuid(), "x", "Must be a UUID"],
    [z.ipv4(), "x", "Must be an IPv4 address"],
    [z.cidrv4(), "x", "Must be a valid cidrv4"],
    [z.string().regex(/^a+$/), "x", "Must match the pattern /^a+$/"],
    [z.string().startsWith("a"), "x", "Must begin with a"],
    [z.string().endsWith("a"), "x", "Must end with a"],
    [z.string().includes("a"), "x", "Must contain a"],
    [z.string().lowercase(), "X", "Must be in lower case"],
  ],
  not_multiple_of: [[z.number().multipleOf(5), 6, "Must be a multiple of 5"]],
  unrecognized_keys: [
    [z.strictObject({}), { a: 1 }, "Unknown field"],
    [z.strictObject({}), { a: 1, b: 2 }, "Unknown fields: a, b"],
  ],
  invalid_union: [
    [z.union([z.string(), z.number()]), true, "Must be text, or be a number"],
    [z.union([z.string(), z.number()]), undefined, "Required"],
    [
      z.union([z.string().max(3), z.string().regex(/^\d+$/, "Must be digits")]),
      "four",
      "Must have at most 3 characters, or be digits",
    ],
    [z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]), {}, "Must have one of the possible forms"],
    [
      z.discriminatedUnion("type", [z.object({ type: z.literal("a") }), z.object({ type: z.literal("b") })]),
      { type: "c" },
      "Must be one of a, b",
    ],
    [z.xor([z.string(), z.string().max(9)]), "x", "Must have exactly one of the possible forms"],
  ],
  invalid_key: [[z.record(z.string().max(1), z.string()), { ab: "x" }, "Must have at most 1 character"]],
  invalid_element: [
    [z.map(z.string(), z.number()), new Map([["a", "x"]]), "Must be a number"],
    [z.map(z.object({}), z.number()), new Map([[{}, "x"]]), "Contains a value that is not valid: Must be a number"],
  ],
  custom: [[z.string().refine(() => false), "x", "Must be a valid value"]],
};

const rows = Object.entries(examples).flatMap(([code, list]) =>
  list.map(([schema, input, message]) => [code, message, schema, input] as const),
);

it.each(rows)("an issue %s is described as: %s", (code, message, schema, input) => {
  const [issue] = schema.safeParse(input).error?.issues ?? [];
  if (issue === undefined) throw new Error("The input is valid");
  // The issue of an element or of an object can stand for its container.
  if (!["invalid_element", "invalid_union"].includes(code)) expect(issue.code).toBe(code);
  expect(describeIssue(issue)).toBe(message);
});

const emptyFields = {
  ...{
    instant: instant(),
    storedInstant: storedInstant(),
    date: date(),
    month: month(),
    email: email(),
    link: url(),
    zone: zone(),
  },
  ...{
    money: money(),
    amount: amount(),
    currency: currency(),
    number: z.number().int(),
    isOn: z.boolean(),
    list: z.array(z.string()),
  },
  ...{
    choice: oneOf(["a"]),
    choices: z.enum(["a", "b"]),
    literal: z.literal("a"),
    name: name(9),
    either: z.union([z.string(), z.number()]),
  },
  part: z.discriminatedUnion("type", [z.object({ type: z.literal("a") }), z.object({ type: z.literal("b") })]),
};

it.each(Object.entries(emptyFields))("a missing %s is required", (_type, schema) => {
  const issues = z.object({ field: schema }).safeParse({}).error?.issues ?? [];
  expect(issues.map(describeIssue)).toEqual(["Required"]);
});

it("a part without its type is required to have one", () => {
  const issues = emptyFields.part.safeParse({}).error?.issues ?? [];
  expect(issues.map((issue) => [issue.path, describeIssue(issue)])).toEqual([[["type"], "Required"]]);
});

it("a message that the schema declares stays as it is", () => {
  const schema = z.strictObject({
    type: z.string("Text, please"),
    size: z.string().max(1, "Too long for this box"),
    word: z.enum(["a"], { error: "Not a word" }),
    list: z.array(z.string()).refine(() => false, "Must be sorted"),
    format: z.string().regex(/a/, "Must contain the letter a"),
  });
  const input = { type: 1, size: "ab", word: "b", list: [], format: "b", more: 1 };
  const messages = ["Text, please", "Too long for this box", "Not a word", "Must be sorted", "Must contain the letter a"];
  messages.push("Unknown field");
  expect(toErrorDetails(schema.safeParse(input).error as z.ZodError).map(({ message }) => message)).toEqual(messages);
});

it("a refused input of a verb has such messages", async () => {
  const schema = z.strictObject({ frequency: oneOf(["MONTHLY", "QUARTERLY"]), names: z.array(z.string().min(1)) });
  const verb = fn(schema, async () => 1);
  const details = [
    { field: "frequency", message: "Must be one of MONTHLY, QUARTERLY" },
    { field: "names[0]", message: "Must not be empty" },
    { field: "x", message: "Unknown field" },
    { field: "y", message: "Unknown field" },
  ];
  // Wrong on purpose: the errors of the input are what is tested.
  await expect(verb({ frequency: "daily", names: [""], x: 1, y: 2 } as never)).rejects.toMatchObject({ details });
});
