import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useRequest, useTenant } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, query, toStoredFields } from "../../kernel/schema.ts";
import { Counter } from "../../storage/read/counter.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { readItem, readItems, update } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { computeMac, keyFor } from "../../storage/vault/secret.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type ArticleRecord, Articles } from "./article.entity.ts";
import { Article } from "./article.ts";
import { type FeedbackRecord, Feedbacks, fields, Stored } from "./feedback.entity.ts";

/** Readers' feedback on articles, once per reader, and the number of views. */

export const Info = Stored;

/** Saves the caller's feedback. It replaces their earlier feedback. */
export const give = fn(IdInput.extend(fields), async ({ id, ...input }) => {
  const article = await Article.get({ id });
  return giveAsReader(article, "USER", useActorId(), toStoredFields(fields, input));
});

type FeedbackInput = Pick<FeedbackRecord, "is_helpful" | "comment">;

/** Saves the feedback of a reader. Only a keyed hash of the reader's identity is stored. */
export function giveAsReader(
  article: ArticleRecord,
  given_by: FeedbackRecord["given_by"],
  reader: string,
  input: FeedbackInput,
): Promise<FeedbackRecord> {
  const now = { ...input, version_number: article.version_number, given_at: Clock.now() };
  return retryOnConflict(async () => {
    const place = await readerKey(article, given_by, reader);
    const formerId = (await readItem(place))?.id;
    if (formerId !== undefined) return Records.change(Feedbacks, String(formerId), (current) => ({ ...current, ...now }));
    const feedback = Records.init(Feedbacks, { article_id: article.id, given_by, ...now });
    const buildConflict = () => new WriteConflict("The same reader gave feedback at the same time");
    const tx = transaction().create(Feedbacks, feedback);
    return tx
      .put({ ...place, id: feedback.id }, { condition: "attribute_not_exists(pk)", rejection: buildConflict })
      .commit(feedback);
  });
}

const readerKey = async ({ id }: ArticleRecord, given_by: string, reader: string): Promise<Key> => ({
  pk: tenantKey(useTenant(), "READER", id),
  sk: hashTexts(computeMac(await keyFor("lookups", "knowledge"), useTenant(), id, given_by, reader)),
});

const Query = listSchema(Feedbacks, { is_helpful: query.boolean().optional() }).extend(IdInput.shape);

/** Lists the feedback on an article, for authors. */
export const list = fn(Query, async ({ id, ...asks }) => {
  const article = await Records.read(Articles, id);
  return listRecords(Feedbacks, { ...buildListQuery(Feedbacks, asks), parent: article.id });
});

// --- Views ---

/** Number of items that share the count of an article's views, so that no item becomes hot. */
const VIEW_SHARDS = 8;

const viewShardKey = (article: string, cell: number): Key => ({
  pk: tenantKey(useTenant(), "VIEWS", article, String(cell)),
  sk: "views",
});

/** Counts a view by the caller. */
export const view = fn(IdInput, async ({ id }) => {
  await countView(await Article.get({ id }));
});

export async function countView({ id }: Pick<ArticleRecord, "id">): Promise<void> {
  const cell = hashTexts(useRequest().id).charCodeAt(0) % VIEW_SHARDS;
  const [UpdateExpression, ExpressionAttributeValues] = ["ADD view_count :one", { ":one": 1 }];
  await update({ Key: viewShardKey(id, cell), UpdateExpression, ExpressionAttributeValues });
}

const count = () => z.number().int();

export const Figures = z.object({
  view_count: count().describe("Number of views by the public and by users"),
  helpful_count: count().describe("Readers who found the article helpful"),
  not_helpful_count: count(),
});

export const readFigures = fn(IdInput, async ({ id }): Promise<z.output<typeof Figures>> => {
  const article = await Article.get({ id });
  const [cells, counters] = await Promise.all([
    readItems(
      Array.from({ length: VIEW_SHARDS }, (_, cell) => viewShardKey(article.id, cell)),
      { consistent: false },
    ),
    Counter.read(Feedbacks.name, [article.id]),
  ]);
  const countFeedback = (isHelpful: boolean) =>
    Counter.sum(counters, [article.id], Counter.filterCount("is_helpful", String(isHelpful)));
  return {
    view_count: cells.reduce((sum, cell) => sum + Number(cell?.view_count ?? 0), 0),
    helpful_count: countFeedback(true),
    not_helpful_count: countFeedback(false),
  };
});

/** Returns the IP address and user agent, which identify an anonymous reader. Only their keyed hash is stored. */
export const buildPublicReader = (): string => {
  const { ip, user_agent } = useRequest();
  return JSON.stringify([ip ?? "", user_agent ?? ""]);
};

export * as Feedback from "./feedback.ts";
