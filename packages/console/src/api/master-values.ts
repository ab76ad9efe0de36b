import type { UseQueryOptions } from "@tanstack/react-query";
import type { Option } from "../ui/kit/option.tsx";
import type { SearchOptions } from "../ui/kit/use-option-search.ts";
import { crm, read } from "./client.ts";
import { buildMasterQuery, masterPathBelow, TRANSLATED } from "./master-query.ts";

/**
 * Reads values of master data as people see them. Names with which every tenant starts have the language of the page, as the choices of the
 * schema have. Pages that change names read the stored ones instead (`pages/platform/master-data/master-data.ts`).
 */

export interface MasterValue {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly parent_id?: string | null;
  readonly level?: number | null;
  /** Of urgency levels: hours within which a response is due. */
  readonly sla_hours?: number | null;
}

/** Countries need three pages. Kinds with more values are searched. */
const pagesByMaster: Readonly<Record<string, number>> = { countries: 3 };
const MAX_FOUND = 20;
const STALE_MS = 5 * 60_000;

export const masterPath = (master: string): string => `/api/v1${masterPathBelow(master)}`;

/** The query of all values of a kind. */
export const masterValuesQuery = (scope: readonly unknown[], master: string) =>
  ({
    queryKey: [...scope, "masters", master],
    queryFn: async () => {
      const pages = Array.from({ length: pagesByMaster[master] ?? 1 }, (_, index) =>
        read<MasterValue[]>(masterPath(master), {
          ...buildMasterQuery(master),
          ...(index === 0 ? {} : { page: index + 1 }),
        }),
      );
      return (await Promise.all(pages)).flatMap(({ data }) => data);
    },
    staleTime: STALE_MS,
    retry: false,
  }) satisfies UseQueryOptions<MasterValue[]>;

/** Reads the name of one value. */
export const readMasterName = async (master: string, id: string): Promise<string> =>
  (await read<MasterValue>(`${masterPath(master)}/${encodeURIComponent(id)}`, TRANSLATED)).data.name;

/** Finds values of master data that are too many to list, such as cities. */
export const createMasterSearch =
  (master: string | undefined): SearchOptions =>
  async (text, signal) => {
    if (master === undefined) return [];
    const query = { limit: MAX_FOUND, ...TRANSLATED, ...(text === "" ? {} : { search: text }) };
    const values = await crm.request<MasterValue[]>("GET", masterPath(master), { query, signal });
    return values.map(({ id, name }): Option => ({ id, label: name }));
  };
