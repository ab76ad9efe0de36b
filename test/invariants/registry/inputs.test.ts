import { operations } from "@crm/functions/api/index.ts";
import { inputSchema } from "@crm/functions/http/operation.ts";
import { describe, expect, it } from "vitest";
import * as z from "zod";

/** What holds of the input of every operation, by the types of its fields (kernel/schema.ts). */
interface SchemaNode {
  path: string;
  schema: z.ZodType;
  /** Whether something stands before it that reads what was sent. */
  isPreprocessed: boolean;
}

/** Every schema that an input is made of, by its path. */
function* walkSchema(schema: z.ZodType, path: string, read = false, depth = 0): Generator<SchemaNode> {
  yield { path, schema, isPreprocessed: read };
  if (depth > 12) return;
  const def = schema._zod.def as { innerType?: z.ZodType; options?: z.ZodType[]; valueType?: z.ZodType };
  if (schema instanceof z.ZodObject)
    for (const [name, each] of Object.entries(schema.shape))
      yield* walkSchema(each as z.ZodType, `${path}.${name}`, false, depth + 1);
  else if (schema instanceof z.ZodArray) yield* walkSchema(schema.element as z.ZodType, `${path}[]`, false, depth + 1);
  else if (schema instanceof z.ZodPipe) yield* walkSchema(schema.out as z.ZodType, path, true, depth + 1);
  else if (def.innerType) yield* walkSchema(def.innerType, path, read, depth + 1);
  else if (def.valueType) yield* walkSchema(def.valueType, `${path}.*`, false, depth + 1);
  else for (const each of def.options ?? []) yield* walkSchema(each, path, read, depth + 1);
}

const listFields = (of: typeof operations) => of.flatMap((operation) => [...walkSchema(inputSchema(operation), operation.name)]);
const inputFields = listFields(operations);
const enumFields = inputFields.filter(({ schema }) => schema instanceof z.ZodEnum);

describe("the input of every operation", () => {
  it("takes words of a fixed set in either case", () => {
    expect(enumFields.length).toBeGreaterThan(100);
    const bare = enumFields.filter(({ isPreprocessed: read }) => !read).map(({ path }) => path);
    expect(bare, "made of z.enum where oneOf of kernel/schema.ts takes either case").toEqual([]);
  });

  it("takes orders, and true and false in a query, in either case", () => {
    const lists = operations.filter(({ kind }) => kind === "list").map((operation) => inputSchema(operation).shape);
    const asked = lists.flatMap(({ sort, deleted }) =>
      sort && deleted ? [[sort.parse("-CREATED_AT"), deleted.parse("True")]] : [],
    );
    expect(asked.length).toBeGreaterThan(20);
    expect(new Set(asked.map(String))).toEqual(new Set(["-created_at,true"]));
  });

  it("says addresses on the web and of mail by their types", () => {
    // Who signs in says who they are in whatever text they like.
    const named = listFields(operations.filter(({ access }) => access !== "public")).filter(
      ({ path, schema }) => schema instanceof z.ZodString && /(^|[._])(url|website|link|email)$/.test(path),
    );
    expect(named.length).toBeGreaterThan(5);
    const odd = named.filter(({ schema }) => {
      const { format, "x-type": type } = (schema.meta() ?? {}) as Record<string, unknown>;
      return format !== "email" && !["email", "url", "phone"].includes(String(type));
    });
    expect(odd.map(({ path }) => path)).toEqual([]);
  });
});

it("a new record is told with its address, for the Location of a 201", () => {
  // A tenant has no address beside that of the caller's own; a token of a form is no record, nor is the address of a calendar. Parts of
  // an opportunity or a contract are read with it.
  const elsewhere = [
    "signup",
    "createFormToken",
    "makeCalendarFeed",
    "addOpportunityProduct",
    "addCompetitor",
    "addContractDeliverable",
  ];
  const made = operations.filter(({ status, name }) => status === 201 && !elsewhere.includes(name));
  expect(made.filter(({ links }) => !links).map(({ name }) => name)).toEqual([]);
});
