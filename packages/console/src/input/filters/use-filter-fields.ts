import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { crm } from "../../api/client.ts";
import { createMasterSearch, readMasterName } from "../../api/master-values.ts";
import { createRecordSearch } from "../../api/option-search.ts";
import { formatTitle, type Kind, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import type { FilterField } from "../../ui/kit/filter-field.ts";
import type { FilterCondition } from "../../ui/kit/filter-operators.ts";
import type { SearchOptions } from "../../ui/kit/use-option-search.ts";
import { CALLER, listFilterFields, listNamedValues } from "./filter-fields.ts";

const STALE_MS = 5 * 60_000;

/** The filters of a list, with the search of records by name, and with the names of those that the conditions have. */
export function useFilterFields(kind: Kind, conditions: readonly FilterCondition[]): FilterField[] {
  const t = useText();
  const { locale } = useLocale();
  const scope = useScope();
  const { data: kinds } = useKindIndex();
  const plain = useMemo(() => listFilterFields(kind, locale), [kind, locale]);
  const values = useMemo(() => listNamedValues(conditions, plain), [conditions, plain]);
  const names = useQueries({
    queries: values.map(({ kind: type, type: name, id }) => {
      const record = kinds?.find((candidate) => candidate.kind === name);
      return {
        queryKey: [...scope, "name", name, id],
        queryFn: async ({ signal }: { signal: AbortSignal }): Promise<string> => {
          if (type === "master") return readMasterName(name, id);
          const address = `${record?.path}/${encodeURIComponent(id)}`;
          const found = await crm.request<Record<string, unknown>>("GET", address, { signal });
          return record ? formatTitle(record, found) : "";
        },
        enabled: type === "master" || record !== undefined,
        staleTime: STALE_MS,
        retry: false,
      };
    }),
    combine: (results) => results.map(({ data, isError }) => data ?? (isError ? undefined : "…")),
  });
  const me = t("Me");
  const unknown = t("not visible to you");
  return useMemo(() => {
    const found = Object.fromEntries(values.map(({ id }, index) => [id, names[index] ?? unknown]));
    return plain.flatMap((field): FilterField[] => {
      if (field.record === undefined && field.master === undefined) return [field];
      const record = kinds?.find((candidate) => candidate.kind === field.record);
      // A user who may not read the kind cannot search it.
      if (field.record !== undefined && record === undefined) return [];
      const search = field.record === undefined ? createMasterSearch(field.master) : createRecordSearch(record);
      const isUser = field.record === "user";
      return [
        { ...field, names: { ...found, ...(isUser ? { [CALLER]: me } : {}) }, search: isUser ? offerCaller(search, me) : search },
      ];
    });
  }, [plain, kinds, names, me, unknown, values]);
}

/** The caller is the first answer, as long as nothing is typed that is not theirs. */
const offerCaller =
  (search: SearchOptions, me: string): SearchOptions =>
  async (text, signal) => [
    ...(me.toLowerCase().startsWith(text.toLowerCase()) ? [{ id: CALLER, label: me }] : []),
    ...(await search(text, signal)),
  ];
