import { domains } from "@crm/core/domains.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { columnsByPrefix } from "@crm/core/people/person/owner-grants.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { LEAD_SOURCES } from "@crm/core/sales/lead/lead.masters.ts";
import { type BaseRecord, Collection, loadedCollections } from "@crm/core/storage/table/collection.ts";
import { formatRow, parseRow } from "@crm/core/storage/table/row.ts";
import { describe, expect, it } from "vitest";
import * as z from "zod";

/** The stored rows of lists, whose values have fixed positions. */

const kinds = domains.flatMap(({ kinds }) => kinds);
await Promise.all(kinds.map(({ load }) => load?.()));

describe("the columns of rows", () => {
  it("are where the owners of rows of earlier releases are read from", () => {
    const entries = Object.entries(columnsByPrefix).map(([prefix, columns]) => {
      const collection = [...loadedCollections.values()].find(({ kind }) => kind.prefix === prefix);
      return [prefix, Object.fromEntries(Object.keys(columns).map((place) => [place, collection?.columns[Number(place)]]))];
    });
    expect(Object.fromEntries(entries)).toEqual(columnsByPrefix);
  });
});

const createdAt = Date.parse("2026-11-21T12:00:00.000Z");
const person = newId(PERSON, { at: createdAt });
const id = newId(LEAD, { at: createdAt, owner: person });
const otherLead = newId(LEAD, { at: createdAt, owner: person });
const user = newId(USER);
const source = defaultId(LEAD_SOURCES, "web");

const formatValue = (value: unknown): string => formatRow(["value"], { id, value });
const parseValue = (row: string, key = id): unknown => parseRow(["value"], { key, row }).value;

describe("a value in a row", () => {
  it.each([
    ["a text", "Lund", "Lund"],
    ["a telephone number", "+32 485 00 10 10", "+32 485 00 10 10"],
    ["a number", 37, "=37"],
    ["0", 0, "=0"],
    ["true", true, "!"],
    ["false", false, "^"],
    ["a list", ["a\tb", "ü"], '=["a\\tb","ü"]'],
    ["a text with a tab", "a\tb", '="a\\tb"'],
    ["an empty text", "", '=""'],
    ["the person of the record", person, "."],
    ["another record of the person", otherLead, `&${otherLead.slice(0, 22)}`],
    ["a record of another person", newId(LEAD, { owner: newId(PERSON) }), undefined],
    ["a user", user, `@${user.slice(4)}`],
    ["master data", source, undefined],
    ["the instant of the id", "2026-11-21T12:00:00.000Z", "~0"],
    ["a later instant", "2026-11-21T12:00:01.000Z", "~rs"],
    ["an earlier instant", "2026-11-21T11:59:59.000Z", "~-rs"],
    ["the first instant", "0001-01-01T00:00:00.000Z", undefined],
    ["no instant", "2026-99-99T99:99:99.000Z", "2026-99-99T99:99:99.000Z"],
    ["the 29th of February of any year", "2026-02-29T12:00:00.000Z", "2026-02-29T12:00:00.000Z"],
  ])("is read unchanged: %s", (_, value, text) => {
    if (text !== undefined) expect(formatValue(value)).toBe(text);
    expect(parseValue(formatValue(value))).toEqual(value);
  });

  it.each([..."!^.&@%~={"])("is read unchanged: a text that begins with %s", (mark) => {
    for (const value of [mark, `${mark}0`, `${mark}${user}`]) expect(parseValue(formatValue(value))).toBe(value);
  });

  it("takes less space than its id", () => {
    expect(formatValue(source).length).toBeLessThan(22);
  });
});

type NamedRecord = BaseRecord & { name: string | null; title: string | null };

describe("a column that lists no longer show", () => {
  const kind = { ...LEAD, name: "renamed" };
  const schema = z.object({ name: z.string().nullish(), title: z.string().nullish() });
  const columns = ["name", "title"];
  const personalData = { purpose: "Test." };
  const collection = new Collection<NamedRecord>({ kind, schema, personalData, row: ["title"], columns, indexes: {} });
  const empty = { version: 1, created_at: "", created_by: "", updated_at: "", updated_by: "", deleted_at: null };

  it("keeps its position, and its existing values are read but not shown", () => {
    const item = { sk: id, row: "\t\t\tAda\tDr", doc: "{}", shape: 1 };
    expect(collection.fromItem(item)).toMatchObject({ name: "Ada", title: "Dr" });
    expect(collection.fromRow({ key: id, row: item.row })).not.toHaveProperty("name");
    const { row, doc } = collection.serialize({ ...empty, id, name: "Ada", title: "Dr" });
    expect([row.endsWith("\t\tDr"), JSON.parse(doc)]).toEqual([true, expect.objectContaining({ name: "Ada" })]);
  });
});

describe("a row", () => {
  const columns = ["first", "second", "third"];

  it("ends with its last value, and contains nothing for empty values", () => {
    expect(formatRow(columns, { id, first: null, second: "x" })).toBe("\tx");
    expect(parseRow(columns, { key: id, row: "\tx" })).toEqual({ id, second: "x" });
    expect(formatRow(columns, { id })).toBe("");
    expect(parseRow(columns, { key: id, row: "" })).toEqual({ id });
  });

  it.each([id, `037#${id}`, `lund$ada#${id}`, `value\u0001${id}`])("gets its id from the key %j", (key) => {
    expect(parseRow(columns, { key, row: "." })).toEqual({ id, first: person });
  });

  it("of the previous release is an object", () => {
    expect(parseRow(columns, { key: id, row: JSON.stringify({ id, second: "x" }) })).toEqual({ id, second: "x" });
  });

  it("of a later release is rejected", () => {
    expect(() => parseRow(columns, { key: id, row: "a\tb\tc\td" })).toThrow(/4 columns, but this release knows only 3/);
    expect(() => parseRow(columns, { key: id, row: undefined })).toThrow(/has no row/);
  });
});
