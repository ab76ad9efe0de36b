import { idPrefix } from "@crm/core/kernel/id.ts";
import { findMasterReferences, listReferenceFields, type Shape, valueSchema } from "@crm/core/kernel/schema.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { WireResponse } from "@crm/functions/derive/client.ts";
import { inputSchema, type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { addUser, startTestApp } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { formatPath, type Path, readAtPath, withValue } from "./input-path.ts";
import { isWrite, operationKind } from "./operation-sample.ts";
import { type Input, inputFor, MARK, makeWorld, sendAs, type World } from "./world.ts";

/**
 * References of stored records. For a sample of the operations that write, each field of the input that names a record gets an
 * unknown id, and that of another tenant's record. The answer refuses both by the name of the field.
 */

interface ReferenceField {
  path: Path;
  /** The prefix of the ids; undefined where the schema does not declare a kind. */
  prefix: string | undefined;
  toValue: (id: string) => unknown;
}

/**
 * Names of fields that hold no id of a record: ids that other systems gave, and ids of an operation's own targets, which it answers with 404
 * or with a result for each.
 */
const otherIds: ReadonlySet<string> = new Set([
  "client_id",
  "linked_campaign_id",
  "linked_project_id",
  "milestone_id",
  "platform_user_id",
  "platform_page_id",
  "related_order_id",
  "source_id",
  "tax_id",
  "buyer_tax_id",
  "transaction_id",
  "id",
  "ids",
  "merged_id",
]);

/** Fields that another field of the generated input switches off: the operation neither reads nor stores them. */
const unreadFields: Readonly<Record<string, string>> = {
  assignLeads: "user_ids",
  assignCustomers: "user_ids",
  assignOpportunities: "user_ids",
  requestQuoteSignature: "account_id",
  sendMessage: "related_to_id",
};

/** Returns the schema of a value, inside preprocessing. */
const innerSchema = (schema: z.ZodType): z.ZodType => {
  const value = valueSchema(schema);
  return value instanceof z.ZodPipe ? innerSchema(value.out as z.ZodType) : value;
};

/** Lists the fields that name a record in an object and in the objects in it; of a list, those of its first element. */
function listReferences(shape: Shape, above: Path = []): ReferenceField[] {
  const declared = listReferenceFields(shape).map(({ field, isList, kind, byType }): ReferenceField => {
    const [type, typeKind] = Object.entries(byType)[0] ?? [];
    const toElement = (id: string): unknown => (typeKind ? { type, id } : id);
    const toValue = (id: string): unknown => (isList ? [toElement(id)] : toElement(id));
    return { path: [...above, field], prefix: (kind ?? typeKind)?.prefix, toValue };
  });
  const known = new Set([...declared.map(({ path }) => path.at(-1)), ...findMasterReferences(shape).keys(), ...otherIds]);
  const others = Object.entries(shape).flatMap(([field, schema]): ReferenceField[] => {
    const isList = innerSchema(schema) instanceof z.ZodArray;
    if (known.has(field) || !/(^|_)ids?$/.test(field)) return [];
    return [{ path: [...above, field], prefix: undefined, toValue: (id) => (isList ? [id] : id) }];
  });
  const nested = Object.entries(shape).flatMap(([field, schema]) => {
    const value = innerSchema(schema);
    const element = value instanceof z.ZodArray ? innerSchema(value.element as z.ZodType) : value;
    if (!(element instanceof z.ZodObject)) return [];
    return listReferences(element.shape, [...above, field, ...(value instanceof z.ZodArray ? [0] : [])]);
  });
  return [...declared, ...others, ...nested];
}

/** Returns ids that no record of the tenant has: an unknown one, and that of another tenant's record. */
function listForeignIds({ path, prefix }: ReferenceField, valid: Input): string[] {
  const validId = [readAtPath(valid, path)].flat()[0];
  const recordPrefix = prefix ?? idPrefix(String(validId)) ?? "led";
  const foreignId = Object.values(foreignWorld.seeds.ids).find((id) => idPrefix(id) === recordPrefix);
  return [`${recordPrefix}_${"0".repeat(18)}`, ...(foreignId === undefined ? [] : [foreignId])];
}

/** Whether an answer refuses the id by the name of the field, or in the result of this id. */
function isRefused({ status, body }: WireResponse, path: Path, id: string): boolean {
  const { data, error } = JSON.parse(body) as {
    data?: { results?: { id: string; success: boolean }[] };
    error?: { details?: { field: string }[] };
  };
  if (status === 200) return (data?.results ?? []).some((result) => result.id === id && !result.success);
  return (status === 400 || status === 422) && (error?.details ?? []).some(({ field }) => field.startsWith(formatPath(path)));
}

const listStoredReferences = (operation: Operation): ReferenceField[] => {
  const other = new Set([...pathParameterNames(operation.path), unreadFields[operation.name]]);
  return listReferences(inputSchema(operation).shape).filter(({ path: [root] }) => !other.has(String(root)));
};

const cases = selectSample(
  operations.filter((operation) => isWrite(operation) && listStoredReferences(operation).length > 0),
  { name: ({ name }) => name, kind: operationKind },
).map((operation) => [operation.name, operation] as const);

let app: App;
let world: World;
let foreignWorld: World;

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, MARK);
  foreignWorld = await makeWorld(app, "OTHER");
  await world.tenant.admin.updateTenant({ settings: { visibility: "all" } });
});
afterAll(() => app.stop());

describe.each(cases)("%s", (_, operation) => {
  it("refuses ids of unknown and of foreign records by the name of the field", async () => {
    const user = operation.access === "signed_in" ? await addUser(app, world.tenant, "USER") : undefined;
    const valid = JSON.parse(JSON.stringify(await inputFor(app, world, operation, user))) as Input;
    const accepted: string[] = [];
    for (const reference of listStoredReferences(operation))
      for (const id of listForeignIds(reference, valid)) {
        const input = withValue(valid, reference.path, reference.toValue(id));
        if (!input) continue;
        const answer = await sendAs(app, user?.token ?? world.tenant.token, operation, input);
        if (!isRefused(answer, reference.path, id))
          accepted.push(`${formatPath(reference.path)} ${id}: ${answer.status} ${answer.body.slice(0, 300)}`);
      }
    expect(accepted, accepted.join("\n")).toEqual([]);
  });
});
