import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { hasPermission, useActor, useSettings, useTenant } from "../../kernel/context.ts";
import { collectDetails, conflict, type ErrorDetail, forbidden, invalid, invalidAll, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { IdInput, id, master, oneOf, patchSchema, query, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { ARTICLE_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { Directory } from "../../platform/user/directory.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import {
  type ArticleContent,
  type ArticleRecord,
  Articles,
  contentFields,
  fields,
  isPublished,
  languageTag,
  normalizeTag,
  Stored,
  statuses,
} from "./article.entity.ts";
import { KNOWLEDGE_ARTICLE, knowledgeGrants } from "./knowledge.kind.ts";

/**
 * Articles of the knowledge base. Readers see published articles with their last published content. Authors see all articles and their drafts.
 */

export const Info = Stored;
export const Row = rowSchema(Stored, Articles.definition.row);

const isAuthor = (): boolean => hasPermission(knowledgeGrants.write);

const Query = listSchema(Articles, {
  status: oneOf(statuses).optional(),
  category_id: master(ARTICLE_CATEGORIES).optional(),
  language: text(35).overwrite(normalizeTag).optional(),
  group_id: text(64).optional().describe("All translations of an article"),
  is_public: query.boolean().optional(),
});

export const list = fn(Query, async (input) => listRecords(Articles, await listQuery(input)));

/** Builds the query of an article list. Only authors can list unpublished or deleted articles. */
export async function listQuery(input: z.output<typeof Query>): Promise<ListQuery> {
  const query = buildListQuery(Articles, await Master.resolveAll(Query.shape, input, input));
  if (isAuthor()) return query;
  const { status = PUBLISHED } = query.filters;
  if (query.deleted || status !== PUBLISHED) throw forbidden("Only authors can see articles that are not published");
  return { ...query, filters: { ...query.filters, status } };
}

/** The list definition that the export uses. */
export const listDefinition = {
  collection: Articles,
  query: Query,
  listQuery,
  info: Info,
  fields,
  present: async (articles: readonly ArticleRecord[]) => articles.map(present),
};

const PUBLISHED = "PUBLISHED";

/** Returns an article. For readers, unpublished articles do not exist. */
export const get = fn(IdInput, async ({ id: articleId }) => {
  const article = await Records.read(Articles, articleId);
  if (!isAuthor() && !isPublished(article)) throw notFound();
  return present(article);
});

/** Returns the articles with these ids that the caller may read. */
export async function findReadable(ids: readonly string[]): Promise<ReadonlyMap<string, ArticleRecord>> {
  const articles = await Records.loadMany(Articles, ids, { live: true });
  const readable = articles.filter((article) => article !== undefined && (isAuthor() || isPublished(article)));
  return new Map(readable.flatMap((article) => (article ? [[article.id, present(article)]] : [])));
}

/** Removes the draft unless the caller is an author. */
export const present = (article: ArticleRecord): ArticleRecord => (isAuthor() ? article : { ...article, draft: null });

const creationFields = {
  language: languageTag().optional().describe("Default: the tenant's language (`letterhead.language`). Cannot be changed"),
  translation_of: id(KNOWLEDGE_ARTICLE).optional().describe("An article in another language"),
};

export const create = fn(z.strictObject({ ...fields, ...creationFields }), async ({ translation_of, language, ...input }) => {
  const articleId = newId(KNOWLEDGE_ARTICLE);
  const group_id = translation_of === undefined ? articleId : await resolveGroup(translation_of);
  const article = Records.init(
    Articles,
    {
      ...(await validateArticle(toStoredFields(fields, { ...input, author_id: input.author_id ?? findUserId() }))),
      language: language ?? useSettings().letterhead.language,
      group_id,
      status: "DRAFT",
      draft: null,
      has_draft: false,
      version_number: 0,
      published_at: null,
      published_by: null,
    },
    { id: articleId },
  );
  const tx = transaction().create(Articles, article);
  claimLanguage(tx, article);
  return tx.commit(article);
});

async function resolveGroup(translated: string): Promise<string> {
  const source = await Records.load(Articles, translated, { live: true });
  if (!source) throw invalid("translation_of", "No such article");
  return source.group_id;
}

const findUserId = (): string | null => {
  const actor = useActor();
  return actor.type === "user" ? actor.id : null;
};

export const replace = fn(z.strictObject({ ...fields, ...IdInput.shape }), ({ id: articleId, ...input }) =>
  edit(articleId, (current) => toStoredFields(fields, { ...input, author_id: input.author_id ?? current.author_id })),
);

export const update = fn(patchSchema(fields).extend(IdInput.shape), ({ id: articleId, ...patch }) =>
  edit(articleId, () => toStoredPatch(fields, patch)),
);

type Changes = Partial<Pick<ArticleRecord, keyof typeof fields>>;

const edit = (articleId: string, computeChanges: (current: ArticleRecord) => Changes): Promise<ArticleRecord> =>
  Records.change(Articles, articleId, async (current) => {
    const changes = computeChanges(current);
    const next = await validateArticle({ ...current, ...changes }, current);
    return isPublished(current) ? withDraft(current, next, changes) : next;
  });

const contentKeys = Object.keys(contentFields) as (keyof ArticleContent)[];

export const pickContent = (from: ArticleContent): ArticleContent => ({
  title: from.title,
  summary: from.summary,
  body: from.body,
});

/** Keeps the published content of an article and stores changes to it as the draft. */
export function withDraft(current: ArticleRecord, next: ArticleRecord, changes: Partial<ArticleContent>): ArticleRecord {
  const changedContent = Object.fromEntries(
    contentKeys.flatMap((part) => (changes[part] === undefined ? [] : [[part, next[part]]])),
  );
  const draft: ArticleContent = { ...(current.draft ?? pickContent(current)), ...changedContent };
  const isSame = isDeepStrictEqual(draft, pickContent(current));
  return { ...next, ...pickContent(current), draft: isSame ? null : draft, has_draft: !isSame };
}

export const remove = fn(IdInput, ({ id: articleId }) =>
  Records.remove(Articles, articleId, (article, tx) => {
    tx.delete(languageKey(article));
    return article;
  }),
);

/** Restores an article in its former status. Fails if another translation has taken its language. */
export const restore = fn(IdInput, ({ id: articleId }) =>
  Records.restore(Articles, articleId, (article, tx) => {
    claimLanguage(tx, article);
    return article;
  }),
);

const languageKey = ({ group_id, language }: ArticleRecord): Key => ({
  pk: tenantKey(useTenant(), "UNIQUE", KNOWLEDGE_ARTICLE.name),
  sk: `${group_id}@${language}`,
});

/** Claims the language: an article has one translation in each language. */
function claimLanguage(tx: Transaction, article: ArticleRecord): void {
  const buildConflict = () =>
    conflict(`A translation into ${article.language} already exists`, [{ field: "language", message: "Already in use" }]);
  tx.put({ ...languageKey(article), id: article.id }, { condition: "attribute_not_exists(pk)", rejection: buildConflict });
}

/** Resolves master data to ids. A new author must be an active user. */
async function validateArticle<T extends Pick<ArticleRecord, keyof typeof fields>>(
  article: T,
  before?: ArticleRecord,
): Promise<T> {
  const details: ErrorDetail[] = [];
  const resolved = await collectDetails(
    details,
    Master.resolveAll(fields, article, before, { checkedFields: ["author_id"] }),
    article,
  );
  const { author_id } = article;
  if (author_id && author_id !== before?.author_id && !(await Directory.findActive(author_id)))
    details.push({ field: "author_id", message: "No active user has this id" });
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

export * as Article from "./article.ts";
