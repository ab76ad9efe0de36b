import { runIn, runRestoring, systemContext } from "@crm/core/kernel/context.ts";
import { fn, parse, parseChange, parseStored } from "@crm/core/kernel/fn.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { email, isOneLine, name, oneLine, phone, sealed, text } from "@crm/core/kernel/schema.ts";
import { LINE_END_MESSAGE, listTextIssues, toSingleLine } from "@crm/core/kernel/text-content.ts";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const lineEnds = ["\n", "\r", "\r\n", "\v", "\f", "\u0085", "\u2028", "\u2029"];

const messages = (schema: z.ZodType, value: unknown): string[] =>
  (schema.safeParse(value).error?.issues ?? []).map(({ message }) => message);

describe("a text of one line", () => {
  it.each([
    ["oneLine", oneLine(50)],
    ["name", name(50)],
    ["phone", phone()],
    ["name with a check", name(50).refine(() => true)],
    ["optional line", oneLine(50).nullish()],
  ])("is known by its type: %s", (_, schema) => {
    expect(isOneLine(schema)).toBe(true);
    for (const lineEnd of lineEnds) expect(messages(schema, `a${lineEnd}b`)).toEqual([LINE_END_MESSAGE]);
    expect(messages(schema, "a\0b")).toEqual([expect.stringContaining("NUL")]);
    expect(schema.safeParse("\n a\tb \r\n").data).toBe("a\tb");
  });

  it("is sealed trimmed", () => {
    const schema = sealed(name(50));
    expect(messages(schema, "a\nb")).toEqual([LINE_END_MESSAGE]);
    expect(schema.safeParse("a\n").data).toBe("a");
    expect(schema.safeParse("•••").data).toBe("•••");
  });

  it("is no text of several lines, and no mail address", () => {
    expect([isOneLine(text(50)), isOneLine(email())]).toEqual([false, false]);
    expect(text(50).safeParse("a\n\u2028b ").data).toBe("a\n\u2028b ");
    expect(messages(email(), "a@b.example\nx")).not.toEqual([]);
  });

  it("is made of a text from outside", () => {
    expect(lineEnds.map((lineEnd) => toSingleLine(` a${lineEnd}b \0c\u202e `))).toEqual(lineEnds.map(() => "a b c"));
    expect(toSingleLine("ab\ncd😀", 6)).toBe("ab cd\ufffd");
    expect(toSingleLine("ab\ncd", 3)).toBe("ab");
  });
});

describe("characters that cannot be stored", () => {
  it.each<[unknown, string, string]>([
    [{ a: { b: ["x", "\ud800"] } }, "a.b.1", "surrogate"],
    [{ password: "\udc00secret" }, "password", "surrogate"],
    [{ a: { "\ud83d": 1 } }, "a", "surrogate"],
    [{ a: { b: "x\0y" } }, "a.b", "NUL"],
    [{ "a\0": 1 }, "", "NUL"],
    [JSON.parse('{"metadata":{"__proto__":{"x":1}}}'), "metadata.__proto__", "__proto__"],
  ])("are found in %j", (input, path, word) => {
    expect(listTextIssues(input).map((issue) => [issue.path.join("."), issue.message])).toEqual([
      [path, expect.stringContaining(word)],
    ]);
  });

  it("are not looked for in bytes, and are found at any depth", () => {
    expect(listTextIssues({ a: "😀\n", bytes: new Uint8Array(9), none: null, count: 1 })).toEqual([]);
    let nested: unknown = "\0";
    for (let depth = 0; depth < 20_000; depth++) nested = [nested];
    expect(listTextIssues({ nested })).toHaveLength(1);
  });

  it.each(["a\0b", "\ud800"])("are refused by every verb, in fields of any schema: %j", async (bad) => {
    const verb = fn(z.object({ free: z.string(), values: z.record(z.string(), z.json()), lines: oneLine(5) }), async () => "ran");
    const input = { free: bad, values: { [bad]: [{ inner: bad }] }, lines: bad };
    const { details } = (await verb(input).catch((error: unknown) => error)) as { details: { field: string }[] };
    expect(details.map(({ field }) => field).sort()).toEqual(["free", "lines", "values", `values.${bad}[0].inner`]);
    expect(await verb.validate({ ...input, values: {} })).toHaveLength(2);
    await expect(verb({ free: "a", values: {}, lines: "b" })).resolves.toBe("ran");
    expect(() => parse(z.string(), bad)).toThrow();
  });
});

describe("one-line texts of an earlier release", () => {
  const schema = z.object({ name: name(20), items: z.array(z.object({ label: oneLine(20) })).default([]) });

  it("are taken from the table", () => {
    expect(parseStored(schema, { name: "a\nb" })).toEqual({ name: "a\nb", items: [] });
    expect(() => parse(schema, { name: "a\nb" })).toThrow();
  });

  it("are taken by jobs that restore what a record had", async () => {
    const verb = fn(schema, async (input) => input.name);
    const context = systemContext({} as Ports, "ten_1", "test");
    await expect(runIn(context, () => runRestoring(() => verb({ name: "a\nb" })))).resolves.toBe("a\nb");
    await expect(runIn(context, () => verb({ name: "a\nb" }))).rejects.toThrow();
  });

  it("are taken by a verb from the record of its input, or from the part of it that the input names", async () => {
    const verb = fn(schema.extend({ id: z.string(), part_id: z.string() }), async (input) => input.name);
    const stored: Record<string, object> = { record: { items: [{ label: "c\nd" }] }, part: { name: "a\nb\n" } };
    const context = { ...systemContext({} as Ports, "ten_1", "test"), findStoredRecord: async (id: string) => stored[id] };
    const send = (input: object) => runIn(context, () => verb({ name: "a\nb", id: "record", part_id: "part", ...input }));
    await expect(send({ items: [{ label: "c\nd" }] })).resolves.toBe("a\nb");
    await expect(send({ items: [{ label: "e\nf" }] })).rejects.toThrow();
    await expect(send({ part_id: "other" })).rejects.toThrow();
  });

  it("are taken unchanged in a change, and not in another field", () => {
    const current = { name: "a\nb ", items: [{ label: "c\nd" }] };
    expect(parseChange(schema, { name: "a\nb", items: [{ label: "c\nd" }] }, current)).toEqual({
      name: "a\nb",
      items: [{ label: "c\nd" }],
    });
    expect(() => parseChange(schema, { name: "c\nd" }, current)).toThrow();
    expect(() => parseChange(schema, { name: "a\n\nb" }, current)).toThrow();
  });
});
