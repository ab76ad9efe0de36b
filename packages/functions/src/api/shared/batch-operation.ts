import { fn, type Verb } from "@crm/core/kernel/fn.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import type { UpsertMatching } from "@crm/core/storage/write/upsert.ts";
import * as z from "zod";
import { type Operation, operation, pathParameterNames } from "../../http/operation.ts";
import { toNounPhrase } from "./noun-phrase.ts";

/** Operations that create, change or delete many records of a kind in one request, with the verbs for single records. */

export const MAX_ITEMS = 500;
export const BATCH_OPERATIONS = ["create", "update", "upsert", "delete"] as const;

const batchFields = {
  operation: oneOf(BATCH_OPERATIONS),
  match_on: z
    .string()
    .max(100)
    .toLowerCase()
    .optional()
    .describe("Upsert only: the field by which an item finds an existing record, such as `id`"),
  atomic: z
    .boolean()
    .default(false)
    .describe("true: all or nothing, in one transaction of 100 actions; one rejected item returns 422 for the whole batch"),
  items: z
    .array(z.unknown())
    .min(1)
    .max(MAX_ITEMS)
    .describe("Bodies of the single requests. To change or delete, with `id` and optionally the expected `version`"),
};

const Results = z
  .object({
    results: z.array(
      z.object({
        index: z.number().int(),
        id: z.string().nullable(),
        status: z.number().int().describe("Status of the single request: 201 created, 200 changed or deleted"),
        error: z
          .object({
            code: z.string(),
            message: z.string(),
            details: z.array(z.object({ field: z.string(), message: z.string() })).readonly(),
          })
          .optional(),
      }),
    ),
  })
  .meta({ id: "BatchResults" });

export type BatchResults = z.output<typeof Results>;

export interface BatchDeclaration<N extends string, P extends string, D extends Verbs> {
  plural: N;
  path: P;
  tag: string;
  write: Permission;
  remove: Permission;
  domain: D;
  output: Operation["output"];
  keyspaces: readonly Keyspace[];
  /** The `otherNames` of the single requests. */
  otherNames?: Operation["otherNames"];
  /** The `sessionRule` of the single requests: their verbs check its cases. */
  sessionRule?: Operation["sessionRule"];
}

export type Verbs = {
  create: Verb;
  update: Verb;
  remove: Verb;
  get?: Verb;
  /** Returns the fields other than `id` by which upserts find records. It receives the parameters of the path. */
  matching?: (parameters: object) => Promise<UpsertMatching>;
};

/** Parameters of a path, by name. */
type PathParameters<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Record<Name, string> & PathParameters<Rest>
  : unknown;

export type BatchInput = z.output<z.ZodObject<typeof batchFields>>;
type Input<P extends string> = z.input<z.ZodObject<typeof batchFields>> & PathParameters<P>;

export function buildBatchOperation<const N extends string, const P extends string, D extends Verbs>(
  declared: BatchDeclaration<N, P, D>,
) {
  const { plural, path, tag, write, domain, keyspaces, sessionRule } = declared;
  const inPath = Object.fromEntries(
    pathParameterNames(path).map((name) => [name, uncoercedText(verbShape(domain.create)[name] as z.ZodType)]),
  );
  const schema = z.strictObject({ ...batchFields, ...inPath }) as z.ZodType as z.ZodType<
    z.output<z.ZodObject<typeof batchFields>>,
    Input<P>
  >;
  return operation({
    name: `batch${plural}` as `batch${N}`,
    method: "POST",
    path: `${path}/batch` as `${P}/batch`,
    tag,
    access: write,
    summary: `Create, change or delete many ${toNounPhrase(plural)}`,
    description:
      "Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect.",
    verb: fn(schema, async (input) => (await import("./batch-execution.ts")).runBatch(declared, input)),
    output: Results,
    keyspaces,
    sessionRule,
  });
}

/** Checks a parameter but keeps its text: the verb of each item parses it. */
const uncoercedText = (schema: z.ZodType) =>
  z.string().refine((value) => schema.safeParse(value).success, "Must be a known name");

export const verbShape = ({ schema }: Verb): z.ZodRawShape => (schema as z.ZodObject).shape;
