import { isExported, listExportColumns, maskCapability } from "@crm/core/analytics/analyst-export/column.rules.ts";
import { listExportedKinds } from "@crm/core/analytics/analyst-export/exported-kind.ts";
import { domains } from "@crm/core/domains.ts";
import { type Context, runIn } from "@crm/core/kernel/context.ts";
import { newId, unguessableId } from "@crm/core/kernel/id.ts";
import { type ParquetType, toCell } from "@crm/core/lib/parquet/cell.rules.ts";
import { INBOUND_WEBHOOK } from "@crm/core/messaging/inbound-webhook/inbound-webhook.kind.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { listDeclaredFields } from "@crm/core/platform/personal-data/field-list.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { loadAllCollections } from "@crm/core/storage/table/collection-registry.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../../support/part-of.ts";

describe("a cell", () => {
  const cases: readonly [ParquetType, unknown, unknown][] = [
    ["text", "Zoë 日本 🚀", "Zoë 日本 🚀"],
    ["text", { a: ["ü"] }, '{"a":["ü"]}'],
    ["integer", 7, 7n],
    ["integer", 7.5, undefined],
    ["integer", "7", undefined],
    ["number", -0.5, -0.5],
    ["number", "1.0731", 1.0731],
    ["number", "much", undefined],
    ["number", Number.NaN, undefined],
    ["decimal", "1234.567", 12_345_670n],
    ["decimal", "-0.05", -500n],
    ["decimal", "9999999999999.9999", 99_999_999_999_999_999n],
    ["decimal", "1200", 12_000_000n],
    ["decimal", 0.1, 1000n],
    ["decimal", "1.00005", undefined],
    ["decimal", "1.50000", 15_000n],
    ["decimal", `${"9".repeat(34)}.9999`, BigInt("9".repeat(38))],
    ["decimal", `1${"0".repeat(34)}`, undefined],
    ["decimal", "1e3", undefined],
    ["date", "1970-01-02", 1],
    ["date", "1969-12-31", -1],
    ["date", "9999-12-31", 2_932_896],
    ["date", "2026-11-28T00:00:00.000Z", undefined],
    ["instant", "9999-12-31T23:59:59.999Z", 253_402_300_799_999n],
    ["instant", "1969-12-31T23:59:59.999Z", -1n],
    ["instant", "tomorrow", undefined],
    ["boolean", false, false],
    ["boolean", "false", undefined],
  ];

  it.each(cases)("of type %s for %j is %s", (type, value, cell) => {
    expect(toCell({ name: "field", type, isList: false }, value)).toBe(cell);
  });

  it.each(["text", "decimal", "instant"] as const)("of type %s without a value is null", (type) => {
    for (const isList of [false, true])
      for (const value of [null, undefined]) expect(toCell({ name: "field", type, isList }, value)).toBeNull();
  });

  it("with a list has each entry of its type", () => {
    const column = { name: "field", type: "decimal", isList: true } as const;
    expect(toCell(column, ["1.5", null])).toEqual([15_000n, null]);
    expect(toCell(column, [])).toEqual([]);
    expect(toCell(column, ["1.5", "much"])).toBeUndefined();
    expect(toCell(column, "1.5")).toBeUndefined();
  });
});

it("an id that gives access to its holder is a digest, and other ids are as they are", () => {
  for (const cell of [newId(LEAD, { owner: newId(PERSON) }), newId(LEAD), "text", null, 7n, true])
    expect(maskCapability(cell)).toBe(cell);
  const secret = unguessableId(INBOUND_WEBHOOK);
  const masked = maskCapability(secret);
  expect(masked).toMatch(new RegExp(`^${INBOUND_WEBHOOK.prefix}_[0-9a-f]{18}$`));
  expect([maskCapability(secret), maskCapability(unguessableId(INBOUND_WEBHOOK)) === masked]).toEqual([masked, false]);
});

/** All collections, exported or not. */
const collections = await runIn(partOf<Context>({ ports: { domains } }), loadAllCollections);

describe("the columns of a kind", () => {
  const describeColumns = async (name: string): Promise<Record<string, string>> => {
    const kind = (await listExportedKinds(domains)).find(({ collection }) => collection.name === name);
    return Object.fromEntries(
      (kind?.columns ?? []).map(({ name: column, type, isList, isPersonal }) => [
        column,
        `${type}${isList ? "[]" : ""}${isPersonal ? " personal" : ""}`,
      ]),
    );
  };

  it("have the types of its fields, and say which are about a person", async () => {
    expect(await describeColumns("lead")).toMatchObject({
      ...{
        id: "text",
        version: "integer",
        created_at: "instant",
        owner_id: "text",
        lead_score: "integer",
        is_qualified: "boolean",
      },
      ...{ budget: "decimal", currency: "text", country_id: "text", industry_id: "text" },
      ...{ first_name: "text personal", email: "text personal", company: "text personal", job_title: "text personal" },
      ...{ street_address: "text personal", notes: "text personal", tags: "text[] personal", lead_number: "text personal" },
    });
    expect(await describeColumns("opportunity")).toMatchObject({ amount: "decimal", close_date: "date", products: "text" });
  });

  it("never are sealed, secret, internal or custom values, or credentials", async () => {
    const hidden: string[] = [];
    for (const collection of collections) {
      const { sealed, secret = [], internal = [], detail = {} } = collection.definition;
      const credentials = listDeclaredFields(collection).flatMap(({ path, data }) => (data === "credential" ? [path] : []));
      const names = [sealed, ...secret, ...internal, ...Object.keys(detail), ...credentials, "custom_fields", "payment_link"];
      for (const { name } of listExportColumns(collection)) if (names.includes(name)) hidden.push(`${collection.name}.${name}`);
    }
    expect(hidden).toEqual([]);
  });

  it("have a currency if the kind has amounts", async () => {
    for (const { collection, columns } of await listExportedKinds(domains)) {
      const types = columns.map(({ type }) => type);
      const hasCurrency = columns.some(({ name }) => name === "currency");
      expect([collection.name, types.includes("decimal") && !hasCurrency]).toEqual([collection.name, false]);
    }
  });
});

it("every kind is exported, except derived ones, those without a list of all records, and accounts with credentials", async () => {
  const unexported = collections
    .filter((collection) => !isExported(collection) && collection.definition.indexes.by_time)
    .map(({ name }) => name);
  expect(unexported.sort()).toEqual([
    "audit",
    "contact_list_build",
    "inbound_webhook",
    "mail_account",
    "payment_account",
    "second_factor",
    "segment_build",
    "signature_account",
    "sms_service_account",
    "webhook_endpoint",
  ]);
});
