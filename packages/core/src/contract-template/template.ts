import * as z from "zod";
import { type Detail, invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { type Filled, filled, master, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { CONTRACT_TYPES } from "../masters/shared.masters.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Revised } from "../storage/write/revised.ts";
import { transaction } from "../storage/write/transaction.ts";
import { MOST_WRITTEN } from "./clause.entity.ts";
import { ContractClause } from "./clause.ts";
import { wrongWithConditions } from "./condition.rules.ts";
import { customs } from "./customs.ts";
import { type Clausing, piecesOf } from "./pieces.ts";
import {
  ContractTemplates,
  fields,
  type PlaceRecord,
  placeFields,
  type RevisionRecord,
  Revisions,
  Stored,
  Revision as StoredRevision,
  said,
  type TemplateRecord,
  templateStatuses,
} from "./template.entity.ts";
import { wrongWithLevels, wrongWithReferences } from "./wording.rules.ts";

/** Templates of contracts: clauses in their order, and what a contract begins with (seed 001, contract_templates). */

export const Info = Stored;
export const Row = rowOf(Stored, ContractTemplates.definition.row);
export const Revision = StoredRevision;
export const Create = z.strictObject(fields);

const One = z.strictObject({ id: text(64) });
const Query = listSchema(ContractTemplates, {
  status: oneOf(templateStatuses).optional(),
  contract_type: master(CONTRACT_TYPES).optional(),
});

export const asked = async (input: z.output<typeof Query>): Promise<ListQuery> =>
  queryOf(ContractTemplates, await Master.resolveAll(Query.shape, input, input));

/** Dated by its birth, so what was said at a revision is one read. */
const revised = new Revised(ContractTemplates, Revisions, said, { dated: "created_at" });

export const list = fn(Query, async (input) => listRecords(ContractTemplates, await asked(input)));

export const get = fn(One, ({ id }) => Records.read(ContractTemplates, id));

type Written = Filled<typeof fields>;

export const create = fn(Create, async (input) => {
  const written = await checked(filled(fields, input));
  const template = Records.born(ContractTemplates, { ...written, ...revised.first() });
  return revised.keep(transaction().create(ContractTemplates, template), template).commit(template);
});

export const replace = fn(Create.extend(One.shape), ({ id, ...input }) => edit(id, filled(fields, input)));

export const update = fn(patchOf(fields).extend(One.shape), ({ id, ...patch }) => edit(id, patched(fields, patch)));

/** No further contract is made of it; those that were go on. */
export const retire = fn(One, ({ id }) => edit(id, { status: "RETIRED" }));

const edit = (id: string, changes: Partial<Written>): Promise<TemplateRecord> =>
  Records.change(ContractTemplates, id, async (current, tx) => {
    if (changes.status === "RETIRED" && Object.keys(changes).length === 1) return { ...current, status: "RETIRED" };
    const next = { ...current, ...(await checked({ ...current, ...changes }, current)) };
    return revised.follow(tx, current, next);
  });

export const remove = fn(One, ({ id }) => Records.remove(ContractTemplates, id));

export const restore = fn(One, ({ id }) => Records.restore(ContractTemplates, id));

export const revisions = revised.list();

/** What a template said at a revision; the present one is the template. */
export const atRevision = async (template: TemplateRecord, revision: number): Promise<RevisionRecord | undefined> =>
  Records.load(Revisions, revised.idOf(template, revision));

/** The template that a contract is made of. */
export async function inUse(id: string): Promise<TemplateRecord> {
  const template = await Records.find(ContractTemplates, id);
  if (!template) throw invalid("template_id", "No such template");
  if (template.status === "DRAFT") throw invalid("template_id", "It is a draft: set its status to ACTIVE first");
  if (template.status === "RETIRED") throw invalid("template_id", "It is retired");
  return template;
}

const fieldOf = (place: number, field: string): string => `clauses[${place}].${field}`;

/** Whatever is wrong with it is said at once. Clauses that it names already are not looked at for whether they are retired. */
async function checked<T extends Written>(given: T, before?: TemplateRecord): Promise<T & Clausing> {
  const details: Detail[] = [];
  const [known, next] = await Promise.all([
    customs(),
    Master.resolveAll(fields, given, before).then((read) => ({ ...read, languages: [...new Set(read.languages)] })),
  ]);
  const ids = [...new Set(next.clauses.flatMap(({ clause_id }) => clause_id ?? []))];
  const clauses = await ContractClause.loadMany(ids);
  const had = new Set(before?.clauses.map(({ clause_id }) => clause_id));
  const places = next.clauses.map((each): PlaceRecord => {
    const place = filled(placeFields, each);
    return { ...place, key: place.key ?? clauses.get(place.clause_id ?? "")?.key ?? "" };
  });
  const keys = new Set<string>();
  for (const [at, place] of places.entries()) {
    const wrong = (field: string, message: string) => details.push({ field: fieldOf(at, field), message });
    const clause = place.clause_id === null ? undefined : clauses.get(place.clause_id);
    if (place.clause_id === null) {
      if (place.key === "") wrong("key", "Required, of a text of its own");
      if (place.texts.length === 0) wrong("texts", "Required, or a clause_id");
      if (place.clause_revision !== null) wrong("clause_revision", "A text of its own has none");
    } else {
      if (place.texts.length > 0) wrong("texts", "A clause of the library has its own");
      if (place.is_mandatory) wrong("is_mandatory", "A clause of the library says so itself");
      const isNew = !had.has(place.clause_id);
      if (!clause || (clause.deleted_at && isNew)) wrong("clause_id", "No such clause");
      else if (!clause.is_active && isNew) wrong("clause_id", "It is retired");
      else if ((place.clause_revision ?? 0) > clause.revision) wrong("clause_revision", `It has ${clause.revision}`);
    }
    if (place.key !== "" && keys.has(place.key)) wrong("key", `Another clause of the template is called "${place.key}"`);
    keys.add(place.key);
    details.push(...wrongWithConditions(place.when, fieldOf(at, "when"), known));
    details.push(...ContractClause.wrongWithTexts(place.texts, fieldOf(at, "texts"), known));
  }
  details.push(
    ...wrongWithLevels(
      places.map(({ level }) => level),
      (at) => fieldOf(at, "level"),
    ),
  );
  if (places.reduce((sum, { texts }) => sum + ContractClause.lengthOf(texts), 0) > MOST_WRITTEN)
    details.push({ field: "clauses", message: `Texts of its own have at most ${MOST_WRITTEN} characters in all languages` });
  if (details.length > 0) throw invalidAll(details);
  const checkedNext = { ...next, clauses: places };
  await requireWhole(checkedNext, given.status === "ACTIVE");
  return checkedNext;
}

/** References lead to clauses of the template; of an active one each clause is there in each of its languages. */
async function requireWhole(template: Clausing & Pick<Written, "languages">, isActive: boolean): Promise<void> {
  const details: Detail[] = [];
  if (isActive && template.clauses.length === 0) details.push({ field: "clauses", message: "Required, of an active template" });
  for (const language of template.languages) {
    const { pieces, without } = await piecesOf(template, language);
    if (isActive)
      for (const at of without)
        details.push({ field: fieldOf(at, "texts"), message: `Not said in ${language}: an active template is whole` });
    const told = new Set(details.map(({ field, message }) => `${field} ${message}`));
    const referring = pieces.map(({ key, heading, body, at }) => ({
      key,
      texts: [heading ?? "", body],
      at: fieldOf(at, "texts"),
    }));
    details.push(...wrongWithReferences(referring).filter(({ field, message }) => !told.has(`${field} ${message}`)));
  }
  if (details.length > 0) throw invalidAll(details);
}

export * as ContractTemplate from "./template.ts";
