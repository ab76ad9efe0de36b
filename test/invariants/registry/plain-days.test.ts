import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { valueSchema } from "@crm/core/kernel/schema.ts";
import { defaultSettings } from "@crm/core/kernel/settings.ts";
import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp } from "../../support/app.ts";
import { type DateField, dateFields, nameField } from "./date-fields.ts";

/** Every field and parameter that is an instant also takes a plain date, which is that day in the tenant's time zone. */
const isFilter = ({ path }: DateField): boolean => path.some((name) => name.endsWith("]"));
const dayNames = new Set(dateFields.filter(({ type }) => type === "date").map(nameField));
const acceptsDays = (dateField: DateField): boolean => {
  const { operation, path } = dateField;
  const field = inputSchema(operation).shape[path[0] ?? ""];
  return dayNames.has(nameField(dateField)) || (field !== undefined && valueSchema(field).safeParse(DAY).data === DAY);
};

const DAY = "2026-11-20";
/** Tokyo is nine hours ahead of UTC. */
const TIME_ZONE = "Asia/Tokyo";
const START = "2026-11-19T15:00:00.000Z";
const END = "2026-11-20T15:00:00.000Z";
const LAST = "2026-11-20T14:59:59.999Z";

// Filters of lists compare with whole days. Other parameters that take days as such do the same.
const instants = dateFields.filter((field) => field.type === "instant" && !isFilter(field) && !acceptsDays(field));
const operationCount = new Set(instants.map(({ operation }) => operation)).size;

/** Fields at which something ends. All others begin with the day. */
const isEnd = ({ path }: DateField): boolean =>
  ["to", "valid_to", "expires_at", "end_datetime", "date_time_end", "contact_due_by", "up_to"].includes(path.at(-1) ?? "");

describe(`${instants.length} fields of ${operationCount} operations that are instants`, () => {
  let app: App;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const parseDay = (field: DateField, context: Partial<ReturnType<typeof systemContext>>): unknown =>
    runIn({ ...systemContext(app.ports, "ten", "test"), ...context }, () => field.schema.safeParse(DAY).data);

  it("are as many as the API has at least", () => {
    expect(instants.length).toBeGreaterThanOrEqual(100);
    expect(operationCount).toBeGreaterThanOrEqual(50);
  });

  it("take a plain date as that day in the tenant's time zone", () => {
    const settings = { ...defaultSettings, timezone: TIME_ZONE };
    const faults = instants.filter((field) => {
      const parsed = String(parseDay(field, { settings }));
      return isEnd(field) ? ![END, LAST].includes(parsed) : parsed !== START;
    });
    expect(faults.map(nameField)).toEqual([]);
  });

  it("refuse a plain date of a caller without a tenant, who has no time zone", () =>
    expect(instants.filter((field) => parseDay(field, { actor: { type: "public" } }) !== undefined).map(nameField)).toEqual([]));
});
