import * as z from "zod";
import { useTenant } from "../kernel/context.ts";
import { conflict, type Detail, invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { type Filled, filled, oneLine, patched, patchOf, query, text } from "../kernel/schema.ts";
import { fold } from "../kernel/text.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { Revised } from "../storage/write/revised.ts";
import { transaction } from "../storage/write/transaction.ts";
import {
  type ClauseRecord,
  Clauses,
  fields,
  key,
  MOST_WRITTEN,
  type RevisionRecord,
  Revisions,
  Stored,
  Revision as StoredRevision,
  said,
  type Wording,
} from "./clause.entity.ts";
import { wrongWithConditions } from "./condition.rules.ts";
import { CONTRACT_CLAUSE } from "./contract-template.domain.ts";
import { customs } from "./customs.ts";
import { type Customs, parse, refsIn } from "./merge.rules.ts";

/** The library of clauses: what stands in more than one template of contracts. */

export const Info = Stored;
export const Row = rowOf(Stored, Clauses.definition.row);
export const Revision = StoredRevision;
export const Create = z.strictObject(fields);

const One = z.strictObject({ id: text(64) });
const Query = listSchema(Clauses, { is_active: query.boolean().optional(), category: oneLine(100).optional() });

export const asked = async (input: z.output<typeof Query>): Promise<ListQuery> => queryOf(Clauses, input);

/** Dated by its birth, so what was said at a revision is one read. */
const revised = new Revised(Clauses, Revisions, said, { dated: "created_at" });

export const list = fn(Query, async (input) => listRecords(Clauses, await asked(input)));

export const get = fn(One, ({ id }) => Records.read(Clauses, id));

type Written = Omit<Filled<typeof fields>, "key"> & { key: string };

export const create = fn(Create, async ({ key: given, ...input }) => {
  const own = newId(CONTRACT_CLAUSE);
  const chosen = given ?? keyOf(input.name);
  const written = await checked({ ...filled(fields, input), key: chosen });
  const clause = Records.born(Clauses, { ...written, ...revised.first() }, { id: own });
  const tx = transaction()
    .create(Clauses, clause)
    .put({ ...lockOf(chosen), id: own }, { condition: "attribute_not_exists(pk)", refused: () => taken(chosen) });
  return revised.keep(tx, clause).commit(clause);
});

export const replace = fn(Create.extend(One.shape), ({ id, key: given, ...input }) => {
  const { key: _key, ...changes } = filled(fields, input);
  return edit(id, changes, given ?? undefined);
});

export const update = fn(patchOf({ ...fields, key: key().optional() }).extend(One.shape), ({ id, key: given, ...patch }) => {
  const { key: _key, ...changes } = patched(fields, patch);
  return edit(id, changes, given ?? undefined);
});

const edit = (id: string, changes: Partial<Omit<Written, "key">>, given: string | undefined): Promise<ClauseRecord> =>
  Records.change(Clauses, id, async (current, tx) => {
    if (given !== undefined && given !== current.key) throw invalid("key", "A key is stable: it cannot change");
    const next = { ...current, ...(await checked({ ...current, ...changes })) };
    return revised.follow(tx, current, next);
  });

export const remove = fn(One, ({ id }) => Records.remove(Clauses, id));

export const restore = fn(One, ({ id }) => Records.restore(Clauses, id));

export const revisions = revised.list();

/** Clauses by their ids, deleted ones too: templates that name one go on as they are. */
export async function loadMany(ids: readonly string[]): Promise<ReadonlyMap<string, ClauseRecord>> {
  const found = await Records.loadMany(Clauses, ids);
  return new Map(found.flatMap((clause) => (clause ? [[clause.id, clause] as const] : [])));
}

/** What clauses said at revisions, by `<id>/<revision>`. */
export async function revisionsOf(
  wanted: readonly { clause: ClauseRecord; revision: number }[],
): Promise<ReadonlyMap<string, RevisionRecord>> {
  const found = await Records.loadMany(
    Revisions,
    wanted.map(({ clause, revision }) => revised.idOf(clause, revision)),
  );
  return new Map(found.flatMap((each) => (each ? [[`${each.contract_clause_id}/${each.revision}`, each] as const] : [])));
}

async function checked<T extends Pick<ClauseRecord, "key" | "texts" | "when">>(written: T): Promise<T> {
  const known = await customs();
  const details = [...wrongWithConditions(written.when, "when", known), ...wrongWithTexts(written.texts, "texts", known)];
  if (written.texts.some(({ heading, body }) => [heading ?? "", body].flatMap(refsIn).includes(written.key)))
    details.push({ field: "texts", message: "It refers to itself" });
  if (lengthOf(written.texts) > MOST_WRITTEN)
    details.push({ field: "texts", message: `At most ${MOST_WRITTEN} characters in all languages` });
  if (details.length > 0) throw invalidAll(details);
  return written;
}

export const lengthOf = (texts: readonly Wording[]): number =>
  texts.reduce((sum, { heading, body }) => sum + (heading?.length ?? 0) + body.length, 0);

/** All that is wrong with what is said in several languages; `at` is where it stands in the input. */
export function wrongWithTexts(texts: readonly Wording[], at: string, known: Customs): Detail[] {
  return texts.flatMap(({ language, heading, body }, place) => {
    const wrong = (field: string, message: string): Detail => ({ field: `${at}[${place}].${field}`, message });
    const isAgain = texts.findIndex((each) => each.language === language) < place;
    const isBlank = (heading ?? "").trim() === "" && body.trim() === "";
    return [
      ...(isAgain ? [wrong("language", "Said twice")] : []),
      ...(isBlank ? [wrong("body", "Required, or a heading")] : []),
      ...parse(heading ?? "", known).faults.map((message) => wrong("heading", message)),
      ...parse(body, known).faults.map((message) => wrong("body", message)),
    ];
  });
}

const lockOf = (chosen: string): Key => ({ pk: tenantKey(useTenant(), "UNIQUE", CONTRACT_CLAUSE.name), sk: chosen });

const taken = (chosen: string): Error =>
  conflict(`There is a clause with the key "${chosen}", maybe a deleted one`, [{ field: "key", message: "Already in use" }]);

/** A key made of a name; names in scripts without Latin letters need a key given with them. */
function keyOf(name: string): string {
  const made = fold(name)
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  if (!made) throw invalid("key", "No key can be made of this name: give one");
  return made;
}

export * as ContractClause from "./clause.ts";
