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

interface MasterValue {
  readonly id: string;
  readonly name: string;
}

export const masterPath = (master: string): string => `/api/v1/masters/${master.replaceAll("_", "-")}`;

/** Finds values of master data that are too many to list, such as cities. */
export const createMasterSearch =
  (master: string | undefined): SearchOptions =>
  async (text, signal) => {
    if (master === undefined) return [];
    const values = await crm.request<MasterValue[]>("GET", masterPath(master), { query: searchQuery(text), signal });
    return values.map(({ id, name }): Option => ({ id, label: name }));
  };
