import * as z from "zod";
import { type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, master, oneOf, type StoredFields, toStoredFields } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { CONTRACT_TYPES } from "../../platform/master-data/shared.masters.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { RevisionHistory } from "../../storage/write/revision-history.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { MAX_TEXT_LENGTH } from "./clause.entity.ts";
import { ContractClause } from "./clause.ts";
import { findConditionFaults } from "./condition.rules.ts";
import { loadCustomTypes } from "./custom-fields.ts";
import { type ClauseList, loadPlacedClauses } from "./placed-clauses.ts";
import {
  ContractTemplates,
  fields,
  type PlaceRecord,
  placeFields,
  type RevisionRecord,
  Revisions,
  revisedFields,
  Stored,
  Revision as StoredRevision,
  type TemplateRecord,
  templateStatuses,
} from "./template.entity.ts";
import { findLevelFaults, findReferenceFaults } from "./wording.rules.ts";

/** Templates of contracts: clauses in order, and defaults for new contracts. */

export const Info = Stored;
export const Row = rowSchema(Stored, ContractTemplates.definition.row);
export const Revision = StoredRevision;
export const Create = z.strictObject(fields);

const Query = listSchema(ContractTemplates, {
  status: oneOf(templateStatuses).optional(),
  contract_type: master(CONTRACT_TYPES).optional(),
});

export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> =>
  buildListQuery(ContractTemplates, await Master.resolveAll(Query.shape, input, input));

/** The ids of history entries derive from `created_at` and the revision, so an entry is read by key. */
const revisionWriter = new RevisionHistory(ContractTemplates, Revisions, revisedFields, { dated: "created_at" });

export const list = fn(Query, async (input) => listRecords(ContractTemplates, await listQuery(input)));

type TemplateFields = StoredFields<typeof fields>;

export const create = fn(Create, async (input) => {
  const templateFields = await validateFields(toStoredFields(fields, input));
  const template = Records.init(ContractTemplates, { ...templateFields, ...revisionWriter.initialFields() });
  return revisionWriter.addEntry(transaction().create(ContractTemplates, template), template).commit(template);
});

export const { get, replace, update, remove, restore } = createRecordVerbs(ContractTemplates, fields, {
  async edit(current, changes, tx) {
    if (changes.status === "RETIRED" && Object.keys(changes).length === 1) return { ...current, status: changes.status };
    const next = { ...current, ...(await validateFields({ ...current, ...changes }, current)) };
    return revisionWriter.applyChange(tx, current, next);
  },
});

/** Retires a template. No further contract can be made from it; existing contracts stay. */
export const retire = fn(IdInput, ({ id }) => update({ id, status: "RETIRED" }));

export const listRevisions = revisionWriter.list();

/** Loads the content of a template at an earlier revision. The present content is the template itself. */
export const loadRevision = async (template: TemplateRecord, revision: number): Promise<RevisionRecord | undefined> =>
  Records.load(Revisions, revisionWriter.entryId(template, revision));

/** Loads a template for a new contract. Throws unless it is ACTIVE. */
export async function loadActiveTemplate(id: string): Promise<TemplateRecord> {
  const template = await Records.find(ContractTemplates, id);
  if (!template) throw invalid("template_id", "No such template");
  if (template.status === "DRAFT") throw invalid("template_id", "The template is a draft: set its status to ACTIVE first");
  if (template.status === "RETIRED") throw invalid("template_id", "The template is retired");
  return template;
}

const clausePath = (place: number, field: string): string => `clauses[${place}].${field}`;

/** Throws one error with all faults. A clause that the template already has may be retired or deleted. */
async function validateFields<T extends TemplateFields>(input: T, before?: TemplateRecord): Promise<T & ClauseList> {
  const details: ErrorDetail[] = [];
  const [customTypes, next] = await Promise.all([
    loadCustomTypes(),
    Master.resolveAll(fields, input, before).then((read) => ({ ...read, languages: [...new Set(read.languages)] })),
  ]);
  const ids = [...new Set(next.clauses.flatMap(({ clause_id }) => clause_id ?? []))];
  const clauses = await ContractClause.loadMany(ids);
  const existingClauseIds = new Set(before?.clauses.map(({ clause_id }) => clause_id));
  const places = next.clauses.map((clause): PlaceRecord => {
    const place = toStoredFields(placeFields, clause);
    return { ...place, key: place.key ?? clauses.get(place.clause_id ?? "")?.key ?? "" };
  });
  const keys = new Set<string>();
  for (const [index, place] of places.entries()) {
    const reportFault = (field: string, message: string) => details.push({ field: clausePath(index, field), message });
    const clause = place.clause_id === null ? undefined : clauses.get(place.clause_id);
    if (place.clause_id === null) {
      if (place.key === "") reportFault("key", "Required for a position with its own texts");
      if (place.texts.length === 0) reportFault("texts", "Required if there is no clause_id");
      if (place.clause_revision !== null) reportFault("clause_revision", "Not allowed for a position with its own texts");
    } else {
      if (place.texts.length > 0) reportFault("texts", "Not allowed with clause_id: a library clause has its own texts");
      if (place.is_mandatory) reportFault("is_mandatory", "Not allowed with clause_id: a library clause has its own setting");
      const isNew = !existingClauseIds.has(place.clause_id);
      if (!clause || (clause.deleted_at && isNew)) reportFault("clause_id", "No such clause");
      else if (!clause.is_active && isNew) reportFault("clause_id", "The clause is retired");
      else if ((place.clause_revision ?? 0) > clause.revision)
        reportFault("clause_revision", `Must not be above ${clause.revision}, the latest revision of the clause`);
    }
    if (place.key !== "" && keys.has(place.key))
      reportFault("key", `The key "${place.key}" is already used by another clause of the template`);
    keys.add(place.key);
    details.push(...findConditionFaults(place.when, clausePath(index, "when"), customTypes));
    details.push(...ContractClause.findTextFaults(place.texts, clausePath(index, "texts"), customTypes));
  }
  details.push(
    ...findLevelFaults(
      places.map(({ level }) => level),
      (index) => clausePath(index, "level"),
    ),
  );
  if (places.reduce((sum, { texts }) => sum + ContractClause.countTextLength(texts), 0) > MAX_TEXT_LENGTH)
    details.push({
      field: "clauses",
      message: `The template's own texts can have at most ${MAX_TEXT_LENGTH} characters in total over all languages`,
    });
  if (details.length > 0) throw invalidAll(details);
  const checkedNext = { ...next, clauses: places };
  await requireComplete(checkedNext, input.status === "ACTIVE");
  return checkedNext;
}

/** Throws if a reference names a clause that the template does not have. An active template must also have each clause in each of its languages. */
async function requireComplete(template: ClauseList & Pick<TemplateFields, "languages">, isActive: boolean): Promise<void> {
  const details: ErrorDetail[] = [];
  if (isActive && template.clauses.length === 0)
    details.push({ field: "clauses", message: "An active template needs at least one clause" });
  for (const language of template.languages) {
    const { pieces, without } = await loadPlacedClauses(template, language);
    if (isActive)
      for (const index of without)
        details.push({
          field: clausePath(index, "texts"),
          message: `No text in ${language}: an active template must have every clause in each of its languages`,
        });
    const reportedMessages = new Set(details.map(({ field, message }) => `${field} ${message}`));
    const referring = pieces.map(({ key, heading, body, index }) => ({
      key,
      texts: [heading ?? "", body],
      path: clausePath(index, "texts"),
    }));
    details.push(...findReferenceFaults(referring).filter(({ field, message }) => !reportedMessages.has(`${field} ${message}`)));
  }
  if (details.length > 0) throw invalidAll(details);
}

export * as ContractTemplate from "./template.ts";
