import type { Option } from "../ui/kit/option.tsx";
import type { SearchOptions } from "../ui/kit/use-option-search.ts";
import { TRANSLATED } from "./master-query.ts";
import { findPages } from "./page-manifest.ts";
import { readFirstRows } from "./records.ts";
import { formatTitle, type KindSummary } from "./schema.ts";

const LIMIT = 20;

/** Kinds whose records are people: before a word is typed, they are in the order of their names. */
const sortedKinds = new Set(["user"]);

/** The parameter that translates the names of such records. */
export const translationFor = (kind: Pick<KindSummary, "kind"> | undefined): Partial<typeof TRANSLATED> =>
  findPages(kind?.kind).hasTranslatedNames ? TRANSLATED : {};

const searchQuery = (text: string) => ({ limit: LIMIT, ...(text === "" ? {} : { search: text }) });

/** Finds records of a kind by a part of their names. */
export const createRecordSearch =
  (
    kind: Pick<KindSummary, "kind" | "path" | "title" | "label"> | undefined,
    excludedIds: readonly string[] = [],
  ): SearchOptions =>
  async (text, signal) => {
    if (!kind) return [];
    const isSorted = text === "" && sortedKinds.has(kind.kind);
    const query = { ...searchQuery(text), ...translationFor(kind), ...(isSorted ? { sort: "last_name" } : {}) };
    const { rows } = await readFirstRows<Record<string, unknown>>(kind.path, query, signal);
    const options = rows.map((record): Option => ({ id: String(record.id), label: formatTitle(kind, record) }));
    return options.filter(({ id }) => !excludedIds.includes(id));
  };
