import { MAX_DATE, MIN_DATE } from "@crm/core/kernel/date-bounds.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputSchema, type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { startTestApp } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { sampleOperations } from "./operation-sample.ts";
import { type Input, inputFor, MARK, makeWorld, sendAs, type World } from "./world.ts";

/**
 * The bounds of dates and instants, for every date field and parameter of every operation. All schemas are checked. The extremes that they
 * accept are sent for a sample of the operations: what is computed from them is clamped, so no request or listener fails.
 */
type DateType = "date" | "instant" | "month";

interface DateField {
  operation: Operation;
  /** Names of fields; `0` is the first element of a list. */
  path: readonly string[];
  schema: z.ZodType;
  type: DateType;
}

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

const MONTH_PATTERN = /^\d{4}-(0[1-9]|1[0-2])$/;

function findType(schema: z.ZodType): DateType | undefined {
  if (schema instanceof z.ZodISODateTime) return "instant";
  if (schema instanceof z.ZodISODate || schema.meta()?.format === "date") return "date";
  const checks = (schema._zod.def.checks ?? []) as { _zod: { def: { pattern?: RegExp } } }[];
  return checks.some(({ _zod }) => _zod.def.pattern?.source === MONTH_PATTERN.source) ? "month" : undefined;
}

function* walkSchema(schema: z.ZodType, path: readonly string[] = []): Generator<Omit<DateField, "operation">> {
  if (path.length > 8) return;
  const def = schema._zod.def as { innerType?: z.ZodType; options?: z.ZodType[]; valueType?: z.ZodType };
  const type = findType(schema);
  if (type) yield { path, schema, type };
  else if (schema instanceof z.ZodObject)
    for (const [name, field] of Object.entries(schema.shape)) yield* walkSchema(field as z.ZodType, [...path, name]);
  else if (schema instanceof z.ZodArray) yield* walkSchema(schema.element as z.ZodType, [...path, "0"]);
  else if (schema instanceof z.ZodPipe) yield* walkSchema(schema.out as z.ZodType, path);
  else if (def.innerType) yield* walkSchema(def.innerType, path);
  else if (def.valueType) yield* walkSchema(def.valueType, [...path, "any"]);
  else for (const option of def.options ?? []) yield* walkSchema(option, path);
}

const dateFields: readonly DateField[] = operations.flatMap((operation) =>
  [...walkSchema(inputSchema(operation))].map((field) => ({ operation, ...field })),
);

const nameField = ({ operation, path }: DateField): string => `${operation.name} ${path.join(".")}`;

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
