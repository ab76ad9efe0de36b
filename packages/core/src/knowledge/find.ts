import * as z from "zod";
import { useTenant } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { atMost } from "../kernel/pool.ts";
import { instant, oneOf, query as parameter, text } from "../kernel/schema.ts";
import { Counter } from "../storage/read/counter.ts";
import { getAll, query } from "../storage/table/database.ts";
import { partitionOfPlaces } from "../storage/table/place.ts";
import { type ArticleRecord, Articles, languageTag, readUnder } from "./article.entity.ts";
import { Article } from "./article.ts";
import { type Answer, oneOfEach, type Posting, type Ranked, rank } from "./rank.rules.ts";
import { type Audience, readPlace, termPartition } from "./term-index.ts";
import { type Asked, askedIn, places, type Where } from "./terms.rules.ts";

/** Published articles that answer a text, best first: by a search, for a ticket, beside another article. */

/** Entries that are read of one term: those of the articles of which it tells most. */
export const MOST_ENTRIES = 100;
/** Terms that are looked up at a time. */
const AT_ONCE = 8;
const MOST = 20;

export const Hit = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string().nullable(),
  language: z.string(),
  category_id: z.string().nullable(),
  is_public: z.boolean(),
  published_at: instant().nullable(),
  score: z.number().int().describe("1 to 100: what it has of all that the text is worth"),
  matched: z
    .array(z.object({ word: z.string(), in: oneOf(places) }))
    .describe("Why: words of the text that it has, as far as they are looked up, and where each stands first"),
});
export type Hit = z.output<typeof Hit>;

export const Hits = z.array(Hit);

export interface Wanted {
  text: string;
  /** Only articles in it; of an article in several languages the best one unless told otherwise. */
  language?: string | undefined;
  /** Only what the public may read. */
  isPublic?: boolean;
  limit: number;
  /** Articles of this group are left out. */
  except?: string;
}

/** At most 24 terms are looked up, 100 entries of each for each audience, and 60 rows read, however many articles there are. */
export async function found({ text: said, language, isPublic = false, limit, except }: Wanted): Promise<Hit[]> {
  const asked = askedIn(said);
  if (asked.length === 0) return [];
  const audiences: Audience[] = isPublic ? ["public"] : ["public", "internal"];
  const limited = atMost(AT_ONCE);
  const look = (each: Asked): Promise<Answer> => limited(() => answerOf(each, audiences, language));
  const [counters, ...answers] = await Promise.all([Counter.read(Articles.name, [Counter.ALL]), ...asked.map(look)]);
  const articles = Counter.sum(counters, [Counter.ALL], Counter.filterCount("status", "PUBLISHED"));
  const ranked = oneOfEach(rank(answers, articles)).filter(({ group_id }) => group_id !== except);
  return shown(ranked.slice(0, limit * SPARE), isPublic, limit);
}

/** Entries may be a moment behind: of so many times as many rows those are left out that are published no more. */
const SPARE = 3;

async function answerOf(asked: Asked, audiences: readonly Audience[], language: string | undefined): Promise<Answer> {
  const pages = await Promise.all(
    audiences.map((audience) =>
      query({
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": termPartition(audience, asked.term) },
        Limit: MOST_ENTRIES,
      }),
    ),
  );
  const postings = pages.flatMap(({ Items = [] }) =>
    Items.map(
      (item): Posting => ({
        ...readPlace(String(item.sk)),
        at: item.at as Where,
        language: String(item.language),
        group_id: String(item.group_id),
      }),
    ),
  );
  return {
    asked,
    postings: postings.filter((posting) => language === undefined || posting.language === language),
    isCut: pages.some(({ LastEvaluatedKey }) => LastEvaluatedKey !== undefined),
  };
}

/** As the articles say now, of those that are published still. */
async function shown(ranked: readonly Ranked[], isPublic: boolean, limit: number): Promise<Hit[]> {
  const rows = await rowsOf(ranked.map(({ id }) => id));
  return ranked
    .flatMap(({ id, score, matched }) => {
      const row = rows.get(id);
      if (!row || (isPublic && !row.is_public)) return [];
      const { title, summary, language, category_id, is_public, published_at } = row;
      return [{ id, title, summary, language, category_id, is_public, published_at, score, matched }];
    })
    .slice(0, limit);
}

/** What lists show of those of these articles that are published. */
export async function rowsOf(ids: readonly string[]): Promise<ReadonlyMap<string, ArticleRecord>> {
  const tenant = useTenant();
  const keys = ids.map((id) => ({ pk: partitionOfPlaces(tenant, Articles.name, readUnder(id)), sk: `#${id}` }));
  const items = await getAll(keys);
  return new Map(
    items.flatMap((item, at) => (item ? [[ids[at] ?? "", Articles.fromRow({ key: `#${ids[at]}`, row: item.row })]] : [])),
  );
}

const filters = {
  language: languageTag().optional().describe("Only in this language; else the best of each article's translations"),
  limit: parameter.int(1, MOST).optional().describe("5 unless told otherwise"),
};
const USUAL = 5;

export const search = fn(z.strictObject({ q: text(200), ...filters }), ({ q, language, limit = USUAL }) =>
  found({ text: q, language, limit }),
);

export const suggest = fn(
  z.strictObject({
    text: text(20_000).describe("What somebody asks, the subject first"),
    ...filters,
    is_public: z.boolean().default(false).describe("Only what the public may read"),
  }),
  ({ is_public, limit = USUAL, ...asked }) => found({ ...asked, isPublic: is_public, limit }),
);

/** What is about the same as an article that the caller may read. */
export const related = fn(z.strictObject({ id: text(64), limit: filters.limit }), async ({ id, limit = USUAL }) => {
  const article = await Article.get({ id });
  return found({ ...aboutOf(article), limit });
});

/** How to look for what is about the same as an article. */
export const aboutOf = ({ title, tags, summary, language, group_id }: ArticleRecord) => ({
  text: [title, tags.join(" "), summary ?? ""].join("\n"),
  language,
  except: group_id,
});

export * as Find from "./find.ts";
