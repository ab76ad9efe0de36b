import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { may, useActor, useSettings, useTenant } from "../kernel/context.ts";
import { conflict, type Detail, forbidden, gathered, invalid, invalidAll, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { filled, id, master, oneOf, patched, patchOf, query, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { ARTICLE_CATEGORIES } from "../masters/shared.masters.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { type Transaction, transaction } from "../storage/write/transaction.ts";
import { Directory } from "../user/directory.ts";
import {
  type ArticleRecord,
  Articles,
  fields,
  isRead,
  languageTag,
  type Said,
  Stored,
  saying,
  statuses,
  tagged,
} from "./article.entity.ts";
import { KNOWLEDGE_ARTICLE, knowledgeGrants } from "./knowledge.domain.ts";

/**
 * Articles of the knowledge base (seed 001, `knowledge_articles`). Readers see those that are published, as they were published last;
 * authors see all, and of a published one also the draft of what comes next.
 */

export const Info = Stored;
export const Row = rowOf(Stored, Articles.definition.row);

const One = z.strictObject({ id: text(64) });

const isAuthor = (): boolean => may(knowledgeGrants.write);

const Query = listSchema(Articles, {
  status: oneOf(statuses).optional(),
  category_id: master(ARTICLE_CATEGORIES).optional(),
  language: text(35).overwrite(tagged).optional(),
  group_id: text(64).optional().describe("An article and its translations"),
  is_public: query.boolean().optional(),
});

export const list = fn(Query, async (input) => listRecords(Articles, await asked(input)));

/** What a list of articles is asked for; what is not published, or deleted, by authors alone. */
export async function asked(input: z.output<typeof Query>): Promise<ListQuery> {
  const query = queryOf(Articles, await Master.resolveAll(Query.shape, input, input));
  if (isAuthor()) return query;
  const { status = PUBLISHED } = query.filters;
  if (query.deleted || status !== PUBLISHED) throw forbidden("Authors alone see articles that are not published");
  return { ...query, filters: { ...query.filters, status } };
}

/** What an export has to know of the list. */
export const listed = { collection: Articles, query: Query, asked, info: Info, fields };

const PUBLISHED = "PUBLISHED";

/** A published article as readers see it; what is not published does not exist for them. */
export const get = fn(One, async ({ id: wanted }) => {
  const article = await Records.read(Articles, wanted);
  if (!isAuthor() && !isRead(article)) throw notFound();
  return shown(article);
});

/** Drafts are for authors alone. */
export const shown = (article: ArticleRecord): ArticleRecord => (isAuthor() ? article : { ...article, draft: null });

const born = {
  language: languageTag().optional().describe("The tenant's (`letterhead.language`) unless told otherwise; it stays"),
  translation_of: id(KNOWLEDGE_ARTICLE).optional().describe("An article in another language"),
};

export const create = fn(z.strictObject({ ...fields, ...born }), async ({ translation_of, language, ...input }) => {
  const own = newId(KNOWLEDGE_ARTICLE);
  const group_id = translation_of === undefined ? own : await groupOf(translation_of);
  const article = Records.born(
    Articles,
    {
      ...(await checked(filled(fields, { ...input, author_id: input.author_id ?? self() }))),
      language: language ?? useSettings().letterhead.language,
      group_id,
      status: "DRAFT",
      draft: null,
      has_draft: false,
      version_number: 0,
      published_at: null,
      published_by: null,
    },
    { id: own },
  );
  const tx = transaction().create(Articles, article);
  takeLanguage(tx, article);
  return tx.commit(article);
});

async function groupOf(translated: string): Promise<string> {
  const source = await Records.load(Articles, translated, { live: true });
  if (!source) throw invalid("translation_of", "No such article");
  return source.group_id;
}

const self = (): string | null => {
  const actor = useActor();
  return actor.type === "user" ? actor.id : null;
};

export const replace = fn(z.strictObject({ ...fields, ...One.shape }), ({ id: wanted, ...input }) =>
  edit(wanted, (current) => filled(fields, { ...input, author_id: input.author_id ?? current.author_id })),
);

export const update = fn(patchOf(fields).extend(One.shape), ({ id: wanted, ...patch }) =>
  edit(wanted, () => patched(fields, patch)),
);

type Changes = Partial<Pick<ArticleRecord, keyof typeof fields>>;

const edit = (wanted: string, changesOf: (current: ArticleRecord) => Changes): Promise<ArticleRecord> =>
  Records.change(Articles, wanted, async (current) => {
    const changes = changesOf(current);
    const next = await checked({ ...current, ...changes }, current);
    return isRead(current) ? drafted(current, next, changes) : next;
  });

const parts = Object.keys(saying) as (keyof Said)[];

export const saidBy = (from: Said): Said => ({ title: from.title, summary: from.summary, body: from.body });

/** A published article goes on saying what it says; what was changed of that waits in its draft. */
export function drafted(current: ArticleRecord, next: ArticleRecord, changes: Partial<Said>): ArticleRecord {
  const changed = Object.fromEntries(parts.flatMap((part) => (changes[part] === undefined ? [] : [[part, next[part]]])));
  const draft: Said = { ...(current.draft ?? saidBy(current)), ...changed };
  const isSame = isDeepStrictEqual(draft, saidBy(current));
  return { ...next, ...saidBy(current), draft: isSame ? null : draft, has_draft: !isSame };
}

export const remove = fn(One, ({ id: wanted }) =>
  Records.remove(Articles, wanted, (article, tx) => {
    tx.delete(languageKey(article));
    return article;
  }),
);

/** As it was, and published if it was; its language may have another translation by now. */
export const restore = fn(One, ({ id: wanted }) =>
  Records.restore(Articles, wanted, (article, tx) => {
    takeLanguage(tx, article);
    return article;
  }),
);

const languageKey = ({ group_id, language }: ArticleRecord): Key => ({
  pk: tenantKey(useTenant(), "UNIQUE", KNOWLEDGE_ARTICLE.name),
  sk: `${group_id}@${language}`,
});

/** Of an article there is one in each language. */
function takeLanguage(tx: Transaction, article: ArticleRecord): void {
  const refused = () =>
    conflict(`There is a translation into ${article.language} already`, [{ field: "language", message: "Already in use" }]);
  tx.put({ ...languageKey(article), id: article.id }, { condition: "attribute_not_exists(pk)", refused });
}

/** With master data by id; a new author is an active user. */
async function checked<T extends Pick<ArticleRecord, keyof typeof fields>>(written: T, before?: ArticleRecord): Promise<T> {
  const details: Detail[] = [];
  const resolved = await gathered(details, Master.resolveAll(fields, written, before, { own: ["author_id"] }), written);
  const { author_id } = written;
  if (author_id && author_id !== before?.author_id && !(await Directory.active(author_id)))
    details.push({ field: "author_id", message: "No active user has this id" });
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

export * as Article from "./article.ts";
