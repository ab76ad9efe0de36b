import { findReferencedKind } from "@crm/core/kernel/schema.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputSchema } from "@crm/functions/http/operation.ts";
import { describe, expect, it } from "vitest";
import * as z from "zod";

/** Rules for the input of every operation, checked on the types of its fields (kernel/schema.ts). */
interface SchemaNode {
  path: string;
  schema: z.ZodType;
  /** Whether the value is preprocessed before this schema. */
  isPreprocessed: boolean;
}

/** Every schema in an input, with its path. */
function* walkSchema(schema: z.ZodType, path: string, read = false, depth = 0): Generator<SchemaNode> {
  yield { path, schema, isPreprocessed: read };
  if (depth > 12) return;
  const def = schema._zod.def as { innerType?: z.ZodType; options?: z.ZodType[]; valueType?: z.ZodType };
  if (schema instanceof z.ZodObject)
    for (const [name, fieldSchema] of Object.entries(schema.shape))
      yield* walkSchema(fieldSchema as z.ZodType, `${path}.${name}`, false, depth + 1);
  else if (schema instanceof z.ZodArray) yield* walkSchema(schema.element as z.ZodType, `${path}[]`, false, depth + 1);
  else if (schema instanceof z.ZodPipe) yield* walkSchema(schema.out as z.ZodType, path, true, depth + 1);
  else if (def.innerType) yield* walkSchema(def.innerType, path, read, depth + 1);
  else if (def.valueType) yield* walkSchema(def.valueType, `${path}.*`, false, depth + 1);
  else for (const option of def.options ?? []) yield* walkSchema(option, path, read, depth + 1);
}

const listFields = (selectedOperations: typeof operations) =>
  selectedOperations.flatMap((operation) => [...walkSchema(inputSchema(operation), operation.name)]);
const inputFields = listFields(operations);
const enumFields = inputFields.filter(({ schema }) => schema instanceof z.ZodEnum);

describe("the input of each operation", () => {
  it("accepts enum values in either case", () => {
    expect(enumFields.length).toBeGreaterThan(100);
    const bare = enumFields.filter(({ isPreprocessed: read }) => !read).map(({ path }) => path);
    expect(bare, "made of z.enum where oneOf of kernel/schema.ts takes either case").toEqual([]);
  });

  it("accepts sort orders and booleans in a query in either case", () => {
    const lists = operations.filter(({ kind }) => kind === "list").map((operation) => inputSchema(operation).shape);
    const queries = lists.flatMap(({ sort, deleted }) =>
      sort && deleted ? [[sort.parse("-CREATED_AT"), deleted.parse("True")]] : [],
    );
    expect(queries.length).toBeGreaterThan(20);
    expect(new Set(queries.map(String))).toEqual(new Set(["-created_at,true"]));
  });

  it("filters each list of records with an owner or an assignee by `owner`, also with `me`", () => {
    const paging = ["id", "page", "limit", "order", "cursor"];
    const hasFilters = (operation: (typeof operations)[number]) =>
      Object.keys(inputSchema(operation).shape).some((name) => !paging.includes(name));
    const isUser = (schema: z.ZodType | undefined) => schema && findReferencedKind(schema)?.name === "user";
    const lists = operations.filter((operation) => {
      const { kind, method, output } = operation;
      if (kind !== "list" || method !== "GET" || !(output instanceof z.ZodObject)) return false;
      const { owner_id, assigned_to_id, assigned_to } = output.shape as Record<string, z.ZodType | undefined>;
      // The activities of one person are read in the order of time.
      if (operation.name === "listPersonActivities") return false;
      return hasFilters(operation) && [owner_id, assigned_to_id, assigned_to].some(isUser);
    });
    expect(lists.length).toBeGreaterThan(20);
    const missing = lists.filter((operation) => !inputSchema(operation).shape.owner?.safeParse("me").success);
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it("types web and mail addresses as such", () => {
    // Public operations such as login accept any text as the caller's identity.
    const linkFields = listFields(operations.filter(({ access }) => access !== "public")).filter(
      ({ path, schema }) =>
        schema instanceof z.ZodString &&
        /(^|[._])(url|website|link|email)$/.test(path) &&
        // Addresses of blocks of mails may contain merge fields.
        !/[.]blocks\[/.test(path),
    );
    expect(linkFields.length).toBeGreaterThan(5);
    const odd = linkFields.filter(({ schema }) => {
      const { format, "x-type": type } = (schema.meta() ?? {}) as Record<string, unknown>;
      return format !== "email" && !["email", "url", "phone"].includes(String(type));
    });
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  describe("has web addresses", () => {
    // Filters, in lists and in exports, also find addresses that were stored under earlier rules.
    const isFilter = (path: string): boolean => path.includes(".query.");
    const urlFields = operations
      .filter(({ kind }) => kind !== "list")
      .flatMap((operation) =>
        [...walkSchema(inputSchema(operation), operation.name)]
          .filter(({ path, schema }) => schema instanceof z.ZodString && schema.meta()?.["x-type"] === "url" && !isFilter(path))
          .map((field) => ({ operation, ...field })),
      );
    const operationCount = new Set(urlFields.map(({ operation }) => operation.name)).size;
    const readAll = (value: string) => urlFields.map(({ path, schema }) => [path, schema.safeParse(value).data] as const);
    // Providers sign this address as it is written in their settings.
    const isSigned = (path: string): boolean => path.endsWith(".public_url");

    it("in many operations", () => {
      expect(operationCount).toBeGreaterThan(20);
      expect(urlFields.length).toBeGreaterThanOrEqual(operationCount);
    });

    it.each([
      " https://shop.example/",
      "https://shop.example/ ",
      "\u00a0https://shop.example/",
      "https://sh\r\nop.example/",
      "https://shop.example/\u0000",
      "https://shop.example\\@127.0.0.1/",
      "https:\\\\shop.example/",
      "javascript:alert(1)",
      "java\nscript:alert(1)",
      "https://",
      "https:// shop.example/",
    ])(`that refuse %j (${urlFields.length} fields of ${operationCount} operations)`, (value) =>
      expect(readAll(value).filter(([, data]) => data !== undefined)).toEqual([]),
    );

    it(`that refuse a user and password, and take the parser's form (${urlFields.length} fields)`, () => {
      const typed = "HTTPS://Shop.Example:443/a/../b?q=ä";
      const odd = [
        ...readAll("https://user:secret@shop.example/").filter(([path, data]) => (data !== undefined) !== isSigned(path)),
        ...readAll(typed).filter(([path, data]) => data !== (isSigned(path) ? typed : "https://shop.example/b?q=%C3%A4")),
      ];
      expect(odd).toEqual([]);
    });
  });
});

it("each creation returns the address of the new record in the Location header", () => {
  // A tenant has no address besides the caller's own. Form tokens and calendar addresses are not records. Parts of
  // an opportunity or a contract are read with it.
  const elsewhere = [
    "signup",
    "createFormToken",
    "makeCalendarFeed",
    "addOpportunityProduct",
    "addCompetitor",
    "addContractDeliverable",
  ];
  const createOperations = operations.filter(({ status, name }) => status === 201 && !elsewhere.includes(name));
  expect(createOperations.filter(({ links }) => !links).map(({ name }) => name)).toEqual([]);
});
