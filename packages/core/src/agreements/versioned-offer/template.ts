import type * as z from "zod";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { query } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import type { HistoryCollection } from "../../storage/table/history-collection.ts";
import { Records } from "../../storage/write/records.ts";
import { RevisionHistory } from "../../storage/write/revision-history.ts";
import { transaction } from "../../storage/write/transaction.ts";

/** The verbs of templates of quotes and proposals. Each change of a template is a revision, which the records made of it name. */

interface TemplateRecord extends BaseRecord {
  is_active: boolean;
  revision: number;
  revised_at: string;
}

export function createTemplateVerbs<R extends TemplateRecord, E extends BaseRecord & { revision: number }>(
  collection: Collection<R>,
  history: HistoryCollection<E>,
  revisedFields: readonly (keyof R & keyof E & string)[],
) {
  const Query = listSchema(collection, { is_active: query.boolean().optional() });
  const revisions = new RevisionHistory(collection, history, revisedFields);
  const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(collection, input);
  return {
    listQuery,
    list: fn(Query, async (input) => listRecords(collection, await listQuery(input))),
    listRevisions: revisions.list(),

    /** Stores a new template. */
    add(fields: Omit<R, keyof BaseRecord | "revision" | "revised_at">): Promise<R> {
      const template = Records.init(collection, { ...fields, ...revisions.initialFields() } as Omit<R, keyof BaseRecord>);
      return revisions.addEntry(transaction().create(collection, template), template).commit(template);
    },

    /** Applies a change in the transaction of the template. A change of a revised field creates a revision. */
    applyChange: revisions.applyChange,

    /** Loads a template for a new record. Throws unless it is active. */
    async loadActiveTemplate(id: string): Promise<R> {
      const template = await Records.find(collection, id);
      if (!template) throw invalid("template_id", "No such template");
      if (!template.is_active) throw invalid("template_id", "The template is retired");
      return template;
    },
  };
}
