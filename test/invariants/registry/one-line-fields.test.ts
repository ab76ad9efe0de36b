import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type Failure, isFailure } from "@crm/core/kernel/error.ts";
import { isOneLine } from "@crm/core/kernel/schema.ts";
import { LINE_END_MESSAGE } from "@crm/core/kernel/text-content.ts";
import { loadImportable } from "@crm/core/platform/import/importable.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputSchema, type Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Texts of one line, by the type of their field (kernel/schema.ts), in the inputs of all operations that write. */
interface TextField {
  readonly operation: Operation;
  /** `items[].name` */
  readonly path: string;
  readonly schema: z.ZodType;
}

const BROKEN_TEXTS = ["a\nb", "a\rb", "a\u2028b", "a\0b"];

function* walkSchema(schema: z.ZodType, path: string, depth = 0): Generator<Omit<TextField, "operation">> {
  const def = schema._zod.def as { innerType?: z.ZodType; options?: z.ZodType[]; valueType?: z.ZodType };
  if (schema instanceof z.ZodString) yield { path, schema };
  else if (depth > 12) return;
  else if (schema instanceof z.ZodObject)
    for (const [name, field] of Object.entries(schema.shape))
      yield* walkSchema(field as z.ZodType, path === "" ? name : `${path}.${name}`, depth + 1);
  else if (schema instanceof z.ZodArray) yield* walkSchema(schema.element as z.ZodType, `${path}[]`, depth + 1);
  else if (schema instanceof z.ZodPipe) yield* walkSchema(schema.out as z.ZodType, path, depth + 1);
  else if (def.innerType) yield* walkSchema(def.innerType, path, depth + 1);
  else if (def.valueType) yield* walkSchema(def.valueType, `${path}.*`, depth + 1);
  else for (const option of def.options ?? []) yield* walkSchema(option, path, depth + 1);
}

const writes = operations.filter(({ kind, method, onlyReads }) => kind !== "list" && method !== "GET" && !onlyReads);
const textFields: readonly TextField[] = writes.flatMap((operation) =>
  [...walkSchema(inputSchema(operation), "")].map((field) => ({ operation, ...field })),
);
const lineFields = textFields.filter(({ schema }) => isOneLine(schema));
const nameField = ({ operation, path }: TextField): string => `${operation.name} ${path}`;
const isBroken = (schema: z.ZodType): boolean => BROKEN_TEXTS.some((value) => schema.safeParse(value).success);

describe(`${lineFields.length} fields of one line, of ${new Set(lineFields.map(({ operation }) => operation)).size} operations`, () => {
  it("refuse line ends and NUL", () => {
    expect(lineFields.length).toBeGreaterThan(900);
    expect(lineFields.filter(({ schema }) => isBroken(schema)).map(nameField)).toEqual([]);
  });

  it("are named by the errors of the operation's schema, with the rule and the fix", () => {
    const faults = writes.flatMap((operation) =>
      Object.entries(inputSchema(operation).shape as z.ZodRawShape).flatMap(([field, schema]) => {
        if (!isOneLine(schema as z.ZodType)) return [];
        const { error } = z.object({ [field]: schema as z.ZodType }).safeParse({ [field]: "a\u2028b" });
        const isNamed = error?.issues.some(({ path, message }) => path.join() === field && message === LINE_END_MESSAGE);
        return isNamed ? [] : [`${operation.name} ${field}`];
      }),
    );
    expect(faults).toEqual([]);
  });
});

describe("a field whose name says that it is one line", () => {
  const LINE_NAMES =
    /(?:^|[._])(?:name|subject|title|label|heading|code|number|city|state|region|postal_code|street_address|location|legal_name|phone|from_name|role|sector|source|stage|handle)$/;
  /** Fields that take such names for another meaning, with the reason. */
  const exceptions: readonly (readonly [RegExp, string])[] = [
    [/^\w+ (?:auto|home|specialty)_data\./, "A published version of a document must not change (document.schema.ts)"],
    [/ file\.file_name$/, "The upload checks the names of files (findNameFault)"],
    [/^\w+CustomField field_name$/, "Cannot be changed: it must be the stored name"],
    [/^trackEvent title$/, "A page's own script sends its title: it is made one line, so that no visit is lost"],
    [/^(?:send|answer)\w+Page \w+$/, "Boxes of a page: the page gives them to verbs with one-line fields"],
  ];
  const isException = (field: TextField): boolean => exceptions.some(([pattern]) => pattern.test(nameField(field)));

  it("has a type of one line", () => {
    const isReference = (schema: z.ZodType): boolean =>
      ["x-master", "x-record"].some((key) => schema.meta()?.[key] !== undefined);
    const named = textFields.filter(({ path, schema }) => LINE_NAMES.test(path) && !isReference(schema));
    expect(named.length).toBeGreaterThan(500);
    const faults = named.filter((field) => !isException(field) && isBroken(field.schema));
    expect([...new Set(faults.map(nameField))], "declare these with name() or oneLine() of kernel/schema.ts").toEqual([]);
  });

  it("has only exceptions that exist", () => {
    const unused = exceptions.filter(
      ([pattern]) => !textFields.some((field) => pattern.test(nameField(field)) && isBroken(field.schema)),
    );
    expect(unused).toEqual([]);
  });
});

describe("every door", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
  });
  afterAll(() => app.stop());

  const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
  const details = (work: Promise<unknown>) =>
    work.then(
      () => [],
      (error: unknown) => {
        if (!isFailure(error)) throw error;
        return [...(error as Failure).details];
      },
    );

  it("is the verb of the operation, which `fn` has made", () => {
    const faults = operations.filter(({ verb }) => typeof verb.validate !== "function" || verb.schema === undefined);
    expect(faults.map(({ name }) => name)).toEqual([]);
  });

  it.each(BROKEN_TEXTS)("refuses %j: HTTP, and a call in this process such as a step of a workflow", async (value) => {
    const message = value.includes("\0") ? expect.stringContaining("NUL") : LINE_END_MESSAGE;
    const expected = [{ field: "company", message }];
    const body = JSON.stringify(newLead({ company: value }));
    const headers = { "content-type": "application/json" };
    const answer = await inProcessTransport(
      app,
      tenant.token,
    )({ method: "POST", path: "/api/v1/leads", query: "", headers, body });
    expect([answer.status, JSON.parse(answer.body).error.details]).toEqual([400, expected]);
    const run = () => app.ports.operations.run("createLead", newLead({ company: value }));
    expect(await details(inTenant(run))).toEqual(expected);
  });

  const entities = domains.flatMap(({ imports = {} }) => Object.keys(imports));
  it.each(entities)("refuses the columns of one line of an import: %s", async (entity) => {
    const create = operations.find(({ method, path }) => method === "POST" && path === `/${entity.replaceAll("_", "-")}`);
    const faults = await inTenant(async () => {
      const importable = await loadImportable(entity);
      const shape = (create ? inputSchema(create).shape : {}) as Record<string, z.ZodType | undefined>;
      const columns = (await importable.fields()).filter(({ name }) => {
        const schema = shape[name];
        return schema !== undefined && isOneLine(schema);
      });
      const lacking: string[] = [];
      for (const value of BROKEN_TEXTS) {
        const found = await importable.validate(Object.fromEntries(columns.map(({ name }) => [name, value])));
        const reported = new Set(found.map(({ field }) => field));
        lacking.push(...columns.flatMap(({ name }) => (reported.has(name) ? [] : [`${name} ${JSON.stringify(value)}`])));
      }
      return lacking;
    });
    expect(faults).toEqual([]);
  });
});
