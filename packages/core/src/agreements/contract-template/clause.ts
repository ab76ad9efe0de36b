import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { conflict, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { IdInput, oneLine, patchSchema, query, type StoredFields, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { fold } from "../../kernel/text.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { RevisionHistory } from "../../storage/write/revision-history.ts";
import { transaction } from "../../storage/write/transaction.ts";
import {
  type ClauseRecord,
  Clauses,
  type ClauseText,
  fields,
  keyField,
  MAX_TEXT_LENGTH,
  type RevisionRecord,
  Revisions,
  revisedFields,
  Stored,
  Revision as StoredRevision,
} from "./clause.entity.ts";
import { findConditionFaults } from "./condition.rules.ts";
import { CONTRACT_CLAUSE } from "./contract-template.kind.ts";
import { loadCustomTypes } from "./custom-fields.ts";
import { type CustomTypes, listRefs, parse } from "./merge-fields.rules.ts";

/** The library of clauses that several contract templates can use. */

export const Info = Stored;
export const Row = rowSchema(Stored, Clauses.definition.row);
export const Revision = StoredRevision;
export const Create = z.strictObject(fields);

const Query = listSchema(Clauses, { is_active: query.boolean().optional(), category: oneLine(100).optional() });

export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(Clauses, input);

/** The ids of history entries derive from `created_at` and the revision, so an entry is read by key. */
const revisionWriter = new RevisionHistory(Clauses, Revisions, revisedFields, { dated: "created_at" });

export const list = fn(Query, async (input) => listRecords(Clauses, await listQuery(input)));

export const get = fn(IdInput, ({ id }) => Records.read(Clauses, id));

type ClauseFields = Omit<StoredFields<typeof fields>, "key"> & { key: string };

export const create = fn(Create, async ({ key, ...input }) => {
  const clauseId = newId(CONTRACT_CLAUSE);
  const clauseKey = key ?? toKey(input.name);
  const clauseFields = await validateFields({ ...toStoredFields(fields, input), key: clauseKey });
  const clause = Records.init(Clauses, { ...clauseFields, ...revisionWriter.initialFields() }, { id: clauseId });
  const tx = transaction()
    .create(Clauses, clause)
    .put(
      { ...toUniqueKey(clauseKey), id: clauseId },
      { condition: "attribute_not_exists(pk)", rejection: () => keyRejection(clauseKey) },
    );
  return revisionWriter.addEntry(tx, clause).commit(clause);
});

export const replace = fn(Create.extend(IdInput.shape), ({ id, key, ...input }) => {
  const { key: _key, ...changes } = toStoredFields(fields, input);
  return edit(id, changes, key ?? undefined);
});

export const update = fn(
  patchSchema({ ...fields, key: keyField().optional() }).extend(IdInput.shape),
  ({ id, key, ...patch }) => {
    const { key: _key, ...changes } = toStoredPatch(fields, patch);
    return edit(id, changes, key ?? undefined);
  },
);

const edit = (id: string, changes: Partial<Omit<ClauseFields, "key">>, requestedKey: string | undefined): Promise<ClauseRecord> =>
  Records.change(Clauses, id, async (current, tx) => {
    if (requestedKey !== undefined && requestedKey !== current.key) throw invalid("key", "The key of a clause cannot be changed");
    const next = { ...current, ...(await validateFields({ ...current, ...changes })) };
    return revisionWriter.applyChange(tx, current, next);
  });

export const remove = fn(IdInput, ({ id }) => Records.remove(Clauses, id));

export const restore = fn(IdInput, ({ id }) => Records.restore(Clauses, id));

export const listRevisions = revisionWriter.list();

/** Loads clauses by id, including deleted ones: templates that already use a deleted clause keep it. */
export async function loadMany(ids: readonly string[]): Promise<ReadonlyMap<string, ClauseRecord>> {
  const clauses = await Records.loadMany(Clauses, ids);
  return new Map(clauses.flatMap((clause) => (clause ? [[clause.id, clause] as const] : [])));
}

/** Loads the content of clauses at revisions, by `<id>/<revision>`. */
export async function loadRevisions(
  clauseRevisions: readonly { clause: ClauseRecord; revision: number }[],
): Promise<ReadonlyMap<string, RevisionRecord>> {
  const revisions = await Records.loadMany(
    Revisions,
    clauseRevisions.map(({ clause, revision }) => revisionWriter.entryId(clause, revision)),
  );
  return new Map(
    revisions.flatMap((revisionRecord) =>
      revisionRecord ? [[`${revisionRecord.contract_clause_id}/${revisionRecord.revision}`, revisionRecord] as const] : [],
    ),
  );
}

async function validateFields<T extends Pick<ClauseRecord, "key" | "texts" | "when">>(clause: T): Promise<T> {
  const customTypes = await loadCustomTypes();
  const details = [
    ...findConditionFaults(clause.when, "when", customTypes),
    ...findTextFaults(clause.texts, "texts", customTypes),
  ];
  if (clause.texts.some(({ heading, body }) => [heading ?? "", body].flatMap(listRefs).includes(clause.key)))
    details.push({ field: "texts", message: "A clause cannot refer to itself" });
  if (countTextLength(clause.texts) > MAX_TEXT_LENGTH)
    details.push({ field: "texts", message: `Must have at most ${MAX_TEXT_LENGTH} characters in total over all languages` });
  if (details.length > 0) throw invalidAll(details);
  return clause;
}

export const countTextLength = (texts: readonly ClauseText[]): number =>
  texts.reduce((sum, { heading, body }) => sum + (heading?.length ?? 0) + body.length, 0);

/** Returns the faults of texts in several languages. `at` is their path in the input. */
export function findTextFaults(texts: readonly ClauseText[], path: string, customTypes: CustomTypes): ErrorDetail[] {
  return texts.flatMap(({ language, heading, body }, place) => {
    const buildFault = (field: string, message: string): ErrorDetail => ({ field: `${path}[${place}].${field}`, message });
    const isAgain = texts.findIndex((text) => text.language === language) < place;
    const isBlank = (heading ?? "").trim() === "" && body.trim() === "";
    return [
      ...(isAgain ? [buildFault("language", "Must be unique")] : []),
      ...(isBlank ? [buildFault("body", "Required if there is no heading")] : []),
      ...parse(heading ?? "", customTypes).faults.map((message) => buildFault("heading", message)),
      ...parse(body, customTypes).faults.map((message) => buildFault("body", message)),
    ];
  });
}

const toUniqueKey = (key: string): Key => ({ pk: tenantKey(useTenant(), "UNIQUE", CONTRACT_CLAUSE.name), sk: key });

const keyRejection = (key: string): Error =>
  conflict(`The key "${key}" is already used by a clause, possibly a deleted one`, [{ field: "key", message: "Already in use" }]);

/** Derives a key from a name. Throws if the name has no Latin letters or digits; the caller must then give a key. */
function toKey(name: string): string {
  const key = fold(name)
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  if (!key) throw invalid("key", "No key can be derived from this name: send a key");
  return key;
}

export * as ContractClause from "./clause.ts";
