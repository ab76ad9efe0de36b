import * as z from "zod";
import { id, instant, master, name, oneLine, oneOf, storedOf, tags, text } from "../kernel/schema.ts";
import { wordsOf } from "../kernel/text.ts";
import { ARTICLE_CATEGORIES } from "../masters/shared.masters.ts";
import { type BaseRecord, by, Collection, NONE, noSums, type Place, type Sums } from "../storage/table/collection.ts";
import { USER } from "../user/user.domain.ts";
import { KNOWLEDGE_ARTICLE } from "./knowledge.domain.ts";
import { wordsWithin } from "./terms.rules.ts";

export const statuses = ["DRAFT", "PUBLISHED", "ARCHIVED"] as const;

/** What an article says: readers see it as it was published last, authors also what is to be published next. */
export const saying = {
  title: name(200),
  summary: oneLine(300).nullish().describe("What lists and search show of it"),
  body: text(50_000).default("").describe("Markdown, without HTML and pictures; links are http, https or mailto"),
};

/** Where it stands, which holds at once. */
const standing = {
  category_id: master(ARTICLE_CATEGORIES).nullish(),
  tags: tags().default([]),
  is_public: z
    .boolean()
    .default(false)
    .describe("Once published, it is for the public too, if the tenant's setting lets them read"),
  author_id: id(USER).nullish().describe("Who made it unless told otherwise"),
};

/** What people write of an article of the knowledge base (seed 001, `knowledge_articles`). */
export const fields = { ...saying, ...standing };

/** A tag of BCP 47 in its one form, of any language. */
export const languageTag = () =>
  z
    .string()
    .trim()
    .max(35)
    .refine((tag) => canonical(tag) !== undefined, "Not a BCP 47 language tag such as de or pt-BR")
    .overwrite(tagged)
    .meta({ examples: ["de"] });

/** As articles have it, if it is one. */
export const tagged = (tag: string): string => canonical(tag) ?? tag;

/** Without what asks for other digits or calendars. */
function canonical(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).baseName;
  } catch {
    return undefined;
  }
}

export const Said = z.object(storedOf(saying));
export type Said = z.output<typeof Said>;

export const Stored = z.object({
  ...storedOf(fields),
  language: z.string().describe("BCP 47; it stays"),
  group_id: z.string().describe("The same of an article and its translations, of which there is one a language"),
  status: oneOf(statuses),
  draft: Said.nullable().describe("What is written and not yet published, of a published article; for authors"),
  has_draft: z.boolean(),
  version_number: z.number().int().describe("How often it was published"),
  published_at: instant().nullable().describe("When it was published last"),
  published_by: z.string().nullable(),
});

export type ArticleRecord = z.output<typeof Stored> & BaseRecord;

/** Under which a published article stands, to be read by its id. */
export const readUnder = (article: string) => ["read", article] as const;
/** Under which the public finds articles of a language, and those of a category; newest last. */
export const shelfUnder = (language: string, category?: string | null) =>
  category === undefined ? (["public", language] as const) : (["public", language, category ?? NONE] as const);

export const isRead = ({ status }: Pick<ArticleRecord, "status">): boolean => status === "PUBLISHED";
const isOnShelf = (article: ArticleRecord): boolean => isRead(article) && article.is_public;

function placesOf(article: ArticleRecord): Place[] {
  if (!isRead(article)) return [];
  const { id, language, category_id, published_at } = article;
  const at = published_at ?? "";
  const shelves = [shelfUnder(language), shelfUnder(language, category_id)].map((under) => ({ under, at }));
  return [{ under: readUnder(id), at: "" }, ...(isOnShelf(article) ? shelves : [])];
}

/** How many articles the public finds: by language, and of each language by category. */
export const SHELVES = "public";
export const shelvesOf = (language: string): string => `${SHELVES}@${language}`;

function sumsOf(article: ArticleRecord): Sums {
  if (!isOnShelf(article)) return noSums;
  const { language, category_id } = article;
  const beside = { scopes: [shelvesOf(language)], counts: { [category_id ?? NONE]: 1 } };
  return { scopes: [SHELVES], counts: { [language]: 1 }, beside };
}

export const Articles = new Collection<ArticleRecord>({
  kind: KNOWLEDGE_ARTICLE,
  schema: Stored,
  row: [
    "title",
    "summary",
    "status",
    "language",
    "group_id",
    "category_id",
    "tags",
    "is_public",
    "author_id",
    "has_draft",
    "version_number",
    "published_at",
  ],
  indexes: {
    by_time: by(),
    by_status: by("status"),
    by_class: by("category_id", { sparse: true }),
    by_outcome: by("language"),
    by_related: by("group_id"),
  },
  filters: {
    group_id: { index: "by_related", field: "group_id", separate: true },
    category_id: { index: "by_class", field: "category_id" },
    language: { index: "by_outcome", field: "language", separate: true },
    status: { index: "by_status", field: "status" },
    is_public: { field: "is_public" },
  },
  sums: sumsOf,
  places: { of: placesOf, since: 1 },
  words: ({ title, summary, tags }) => [...wordsOf(title), ...wordsWithin(title), ...tags.flatMap(wordsOf), ...wordsOf(summary)],
  events: { published: (after, before) => after.version_number > (before?.version_number ?? 0) },
});
