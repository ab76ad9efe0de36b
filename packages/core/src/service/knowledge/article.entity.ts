import * as z from "zod";
import { createHelp } from "../../kernel/create-help.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { id, instant, master, name, oneLine, oneOf, tags, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { ARTICLE_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import {
  type BaseRecord,
  Collection,
  type CounterSums,
  type ExtraIndexEntry,
  indexBy,
  NONE,
  noCounterSums,
} from "../../storage/table/collection.ts";
import { KNOWLEDGE_ARTICLE } from "./knowledge.kind.ts";
import { listInnerWords } from "./terms.rules.ts";

export const statuses = ["DRAFT", "PUBLISHED", "ARCHIVED"] as const;

/** The content of an article. Readers see the last published content; authors also see the draft of the next version. */
export const contentFields = {
  title: name(200),
  summary: oneLine(300).nullish().describe("Shown in lists and search results"),
  body: text(50_000)
    .default("")
    .meta({ "x-format": "markdown" })
    .describe("Markdown without HTML and pictures; links must be http, https or mailto"),
};

/** The metadata of an article. Changes take effect at once, without publishing. */
const metadataFields = {
  category_id: master(ARTICLE_CATEGORIES).nullish(),
  tags: tags().default([]),
  is_public: z
    .boolean()
    .default(false)
    .describe("true: the published article is public, if the tenant's setting allows public reading"),
  author_id: id(USER).nullish().meta(createHelp("Default: the creator")),
};

/** The fields of a knowledge base article that users edit. */
export const fields = { ...contentFields, ...metadataFields };

/** A BCP 47 tag of any language, in canonical form. */
export const languageTag = () =>
  z
    .string()
    .trim()
    .max(35)
    .refine((tag) => canonicalizeTag(tag) !== undefined, "Must be a BCP 47 language tag such as de or pt-BR")
    .overwrite(normalizeTag)
    .meta({ examples: ["de"] });

/** Returns the canonical form of a tag. Text that is not a tag stays as it is. */
export const normalizeTag = (tag: string): string => canonicalizeTag(tag) ?? tag;

/** `baseName` drops extensions, for example for digits or calendars. */
function canonicalizeTag(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).baseName;
  } catch {
    return undefined;
  }
}

export const ArticleContent = z.object(toStoredShape(contentFields));
export type ArticleContent = z.output<typeof ArticleContent>;

export const Stored = z.object({
  ...toStoredShape(fields),
  language: z.string().describe("BCP 47 tag; cannot be changed"),
  group_id: z.string().describe("The same for an article and its translations; one article per language"),
  status: oneOf(statuses),
  draft: ArticleContent.nullable().describe("Unpublished changes of a published article; visible only to authors"),
  has_draft: z.boolean(),
  version_number: z.number().int().describe("How often the article was published"),
  published_at: instant().nullable().describe("When the article was last published"),
  published_by: personalData("staff", z.string().nullable()),
});

export type ArticleRecord = z.output<typeof Stored> & BaseRecord;

/** The extra index partition of a published article, for reads by id. */
export const readerIndexKey = (article: string) => ["read", article] as const;
/** The extra index partition of public articles in a language, or in one category of it, sorted by publication time. */
export const publicIndexKey = (language: string, category?: string | null) =>
  category === undefined ? (["public", language] as const) : (["public", language, category ?? NONE] as const);

export const isPublished = ({ status }: Pick<ArticleRecord, "status">): boolean => status === "PUBLISHED";
const isPubliclyListed = (article: ArticleRecord): boolean => isPublished(article) && article.is_public;

function listIndexEntries(article: ArticleRecord): ExtraIndexEntry[] {
  if (!isPublished(article)) return [];
  const { id, language, category_id, published_at } = article;
  const publishedAt = published_at ?? "";
  const shelves = [publicIndexKey(language), publicIndexKey(language, category_id)].map((partition) => ({
    partition: partition,
    sortKey: publishedAt,
  }));
  return [{ partition: readerIndexKey(id), sortKey: "" }, ...(isPubliclyListed(article) ? shelves : [])];
}

/** The counter scopes of public articles: by language, and by category in each language. */
export const PUBLIC_SCOPE = "public";
export const languageScope = (language: string): string => `${PUBLIC_SCOPE}@${language}`;

function buildSums(article: ArticleRecord): CounterSums {
  if (!isPubliclyListed(article)) return noCounterSums;
  const { language, category_id } = article;
  const extraSums = { scopes: [languageScope(language)], counts: { [category_id ?? NONE]: 1 } };
  return { scopes: [PUBLIC_SCOPE], counts: { [language]: 1 }, beside: extraSums };
}

export const Articles = new Collection<ArticleRecord>({
  kind: KNOWLEDGE_ARTICLE,
  schema: Stored,
  personalData: { purpose: "Publish answers to frequent questions." },
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
    by_time: indexBy(),
    by_status: indexBy("status"),
    by_class: indexBy("category_id", { sparse: true }),
    by_outcome: indexBy("language"),
    by_related: indexBy("group_id"),
  },
  filters: {
    group_id: { index: "by_related", field: "group_id", hasOwnCounters: true },
    category_id: { index: "by_class", field: "category_id" },
    language: { index: "by_outcome", field: "language", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
    is_public: { field: "is_public" },
  },
  sums: buildSums,
  // Readers see published articles. Tags of drafts would tell them of articles that they cannot read.
  isTagCounted: isPublished,
  // Tags of articles of this shape were not counted. The stream consumer counts them when it processes the migrated record.
  migrations: [(stored) => stored],
  extraIndex: { of: listIndexEntries, since: 1 },
  searchWords: ({ title, summary, tags }) => [
    ...textSearchWords(title),
    ...listInnerWords(title),
    ...tags.flatMap(textSearchWords),
    ...textSearchWords(summary),
  ],
  events: { published: (after, before) => after.version_number > (before?.version_number ?? 0) },
});
