import * as z from "zod";
import type { ErrorDetail } from "../../kernel/error.ts";
import type { Verb } from "../../kernel/fn.ts";
import { tagKey } from "../../kernel/tag.ts";
import { loadTenantSealings } from "../../storage/table/collection.ts";
import type { Changeable } from "./changeable.ts";
import { listFieldNames } from "./plan.ts";
import type { StartInput } from "./start-input.ts";

/** A placeholder id: changes are validated before any record is selected. */
const NO_RECORD_ID = "of-no-record";

type Changes = Pick<StartInput, "changes" | "add_tags" | "remove_tags" | "only_tagged">;

/**
 * Returns the errors in the changes of a bulk change. These are what the update verb refuses for any record, fields that are unique to one record,
 * sealed fields, and fields that the record does not store itself, because an undo could not restore them.
 */
export async function validateChanges(
  { kind, collection, verbs }: Changeable,
  { changes, add_tags, remove_tags, only_tagged }: Changes,
): Promise<ErrorDetail[]> {
  const shape = inputShape(verbs.update);
  if (changes === undefined && !add_tags?.length && !remove_tags?.length)
    return [{ field: "changes", message: "Required, unless add_tags or remove_tags is given" }];
  const details: ErrorDetail[] = [];
  for (const [field, tags] of Object.entries({ add_tags, remove_tags })) {
    if (tags === undefined) continue;
    if (!Object.hasOwn(shape, "tags")) details.push({ field, message: `Records of the kind ${kind} have no tags` });
    else if (changes && Object.hasOwn(changes, "tags"))
      details.push({ field, message: "Not allowed with changes.tags, which sets all tags" });
  }
  if (only_tagged && !remove_tags?.length) details.push({ field: "only_tagged", message: "Requires remove_tags" });
  for (const tag of add_tags ?? [])
    if (remove_tags?.some((removedTag) => tagKey(removedTag) === tagKey(tag)))
      details.push({ field: "remove_tags", message: `Also in add_tags: ${tag}` });
  if (!changes) return details;
  if (Object.keys(changes).length === 0) details.push({ field: "changes", message: "Must contain at least one field" });
  const [alone, sealing] = await Promise.all([listUniqueFields(verbs), loadTenantSealings(collection)]);
  for (const name of listFieldNames(changes)) {
    const top = name.split(".")[0] ?? name;
    const field = `changes.${name}`;
    if (alone.has(name)) details.push({ field, message: "The value is unique to one record: change it in that record" });
    else if (!Object.hasOwn(shape, top)) details.push({ field, message: "Unknown field" });
    else if (top === "id" || !collection.fields.includes(top))
      details.push({ field, message: "Composed of other fields: name those instead" });
    else if (Object.hasOwn(sealing, top) || isSealed(shape[top] as z.ZodType))
      details.push({ field, message: "Stored encrypted: change it record by record" });
  }
  const reportedFields = new Set(details.map(({ field }) => field));
  const errors = (await verbs.update.validate({ ...changes, id: NO_RECORD_ID })).filter(({ field }) => field !== "id");
  const more = errors.map(({ field, message }) => ({ field: `changes.${field}`, message }));
  return [...details, ...more.filter(({ field }) => !reportedFields.has(field))];
}

const inputShape = ({ schema }: Verb): z.ZodRawShape => (schema instanceof z.ZodObject ? schema.shape : {});

/** Returns the names of fields whose values are unique to one record. */
async function listUniqueFields({ matching }: Changeable["verbs"]): Promise<ReadonlySet<string>> {
  return new Set(Object.keys((await matching?.({}))?.fields ?? {}));
}

/** Whether the schema marks something in a field as sealed. For documents, `loadTenantSealings` adds what the tenant's own schemas seal. */
const isSealed = (schema: z.ZodType): boolean =>
  JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })).includes('"x-sealed":true');
