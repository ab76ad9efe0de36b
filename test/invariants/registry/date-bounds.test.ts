import { MAX_DATE, MIN_DATE } from "@crm/core/kernel/date-bounds.ts";
import { pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { type DateField, type DateType, dateFields, nameField } from "./date-fields.ts";
import { sampleOperations } from "./operation-sample.ts";
import { type Input, inputFor, MARK, makeWorld, sendAs, type World } from "./world.ts";

/**
 * The bounds of dates and instants, for every date field and parameter of every operation. All schemas are checked. The extremes that they
 * accept are sent for a sample of the operations: what is computed from them is clamped, so no request or listener fails.
 */
const validDates: Readonly<Record<DateType, readonly string[]>> = {
  date: [MIN_DATE, MAX_DATE],
  instant: ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"],
  month: ["1800-01", "9999-12"],
};

const invalidDates: Readonly<Record<DateType, readonly string[]>> = {
  date: ["0000-01-01", "0001-01-01", "1799-12-31"],
  instant: ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-01:00"],
  month: ["0000-01", "1799-12"],
};

const bounds: Readonly<Record<DateType, string>> = {
  date: "1800-01-01 to 9999-12-31",
  instant: "1970-01-01T00:00:00Z to 9999-12-31T23:59:59Z",
  month: "1800-01 to 9999-12",
};

it("every date field and parameter refuses dates out of bounds and names the bounds", () => {
  expect(new Set(dateFields.map(({ type }) => type))).toEqual(new Set(["date", "instant", "month"]));
  const faults = dateFields.flatMap((field) =>
    invalidDates[field.type]
      .filter((value) => !field.schema.safeParse(value).error?.issues.some(({ message }) => message.includes(bounds[field.type])))
      .map((value) => `${nameField(field)}: ${value}`),
  );
  expect(faults).toEqual([]);
});

/** Fields from which more is computed than from others. */
const alwaysTested = new Set([
  "showBookingTimes from",
  "showBookingTimes to",
  "createQuote quote_date",
  "createQuote expiration_date",
  "createActivity due_date",
  "createActivity start_datetime",
]);

const sampledOperations = new Set(sampleOperations([...new Set(dateFields.map(({ operation }) => operation))]));
const sampledFields = dateFields.filter(({ operation }) => sampledOperations.has(operation));
const isFilter = ({ path: [name = ""] }: DateField): boolean => name.endsWith("]");
// All lists share the code of filters, so a few filters of each type and operator are enough.
const sampledFilters = selectSample(sampledFields.filter(isFilter), {
  name: nameField,
  kind: ({ type, path: [name = ""] }) => `${type} ${name.slice(name.indexOf("["))}`,
});
const testedFields = [
  ...dateFields.filter((field) => alwaysTested.has(nameField(field)) && !sampledFields.includes(field)),
  ...sampledFields.filter((field) => !isFilter(field)),
  ...sampledFilters,
];

/** Sets the value at a path, and creates the containers that the input does not have. */
function setAtPath(input: Record<string, unknown>, [name = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) input[name] = value;
  else {
    input[name] ??= rest[0] === "0" ? [] : {};
    setAtPath(input[name] as Record<string, unknown>, rest, value);
  }
}

describe("the extremes of dates", () => {
  let app: App;
  let world: World;
  const errors: unknown[] = [];

  beforeAll(async () => {
    app = await startTestApp();
    world = { ...(await makeWorld(app, MARK)), sharedIds: new Map() };
    const write = app.ports.log.write.bind(app.ports.log);
    app.ports.log.write = (level, message, ...more) => {
      if (level === "error") errors.push([message, ...more]);
      write(level, message, ...more);
    };
  });
  afterAll(() => app.stop());

  const tested = Map.groupBy(testedFields, ({ operation }) => operation);

  it("include the fields from which most is computed", () =>
    expect([...alwaysTested].filter((name) => !testedFields.some((field) => nameField(field) === name))).toEqual([]));

  it("are accepted or refused with a reason, and nothing that is computed from them fails", async () => {
    const faults: string[] = [];
    let acceptedCount = 0;
    for (const [operation, fields] of tested) {
      const valid = await inputFor(app, world, operation);
      for (const { path, type } of fields) {
        if (pathParameterNames(operation.path).includes(path[0] ?? "")) continue;
        for (const value of validDates[type]) {
          const input = structuredClone(valid) as Input;
          setAtPath(input, path, value);
          const { status, body } = await sendAs(app, world.tenant.token, operation, input);
          if (status < 300) acceptedCount++;
          if (status >= 500) faults.push(`${operation.name} ${path.join(".")} ${value}: ${status} ${body.slice(0, 200)}`);
        }
      }
    }
    await app.settle();
    expect(faults).toEqual([]);
    expect(errors).toEqual([]);
    expect(acceptedCount).toBeGreaterThan(testedFields.length / 2);
  });
});
