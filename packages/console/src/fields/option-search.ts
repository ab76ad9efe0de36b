import { crm } from "../data/client.ts";
import { formatTitle, type KindSummary } from "../data/schema.ts";
import type { Option } from "../kit/option.tsx";
import type { SearchOptions } from "../kit/use-option-search.ts";

const LIMIT = 20;

const searchQuery = (text: string) => ({ limit: LIMIT, ...(text === "" ? {} : { search: text }) });

/** Finds records of a kind by a part of their names. */
export const createRecordSearch =
  (kind: Pick<KindSummary, "path" | "title" | "label"> | undefined): SearchOptions =>
  async (text, signal) => {
    if (!kind) return [];
    const records = await crm.request<Record<string, unknown>[]>("GET", kind.path, { query: searchQuery(text), signal });
    return records.map((record): Option => ({ id: String(record.id), label: formatTitle(kind, record) }));
  };
