import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { crm, read } from "../../../api/client.ts";
import { createMasterSearch, type MasterValue, masterValuesQuery, readMasterName } from "../../../api/master-values.ts";
import { translationFor } from "../../../api/option-search.ts";
import { formatTitle, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useTenant } from "../../../api/tenant.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { describeCondition } from "../../../ui/kit/filter-builder.tsx";
import type { Option } from "../../../ui/kit/option-type.ts";
import { listConditionFields } from "./rule-conditions.ts";
import { listMasters } from "./rule-fields.ts";
import { createRuleText } from "./rule-names.ts";
import type { SentenceSources } from "./rule-sentence.ts";
import type { Definition, RuleInfo, RuleShape } from "./rule-shape.ts";

/** What the pages of rules read. Reads of the same moment are one request. */

const RULES_PATH = "/api/v1/rules";
const RULES_KEY = "rules";
const STALE_MS = 5 * 60_000;

export const rulePath = (kind: string): string => `${RULES_PATH}/${kind}`;

/** A row of the versions of a rule. */
export interface RuleVersion {
  readonly id: string;
  readonly status: "DRAFT" | "PUBLISHED";
  readonly number: number | null;
  readonly note: string | null;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
  readonly published_at: string | null;
  readonly updated_at: string;
  readonly version: number;
  readonly definition?: Definition;
  readonly expanded?: Readonly<Record<string, { readonly name: string } | null>>;
}

export function useRuleKinds() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, RULES_KEY],
    // The schemas of all kinds are too large for a batch.
    queryFn: ({ signal }) => crm.request<RuleInfo[]>("GET", RULES_PATH, { signal }),
  });
}

export function useRule(kind: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, RULES_KEY, kind],
    queryFn: async () => (await read<RuleInfo>(rulePath(kind))).data,
  });
}

const MAX_VERSIONS = 20;

/** The newest versions of a rule, drafts among them. */
export function useRuleVersions(kind: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, RULES_KEY, kind, "versions"],
    queryFn: async () =>
      (await read<RuleVersion[]>(`${rulePath(kind)}/versions`, { limit: MAX_VERSIONS, expand: "labels" })).data,
  });
}

/** A version with its definition. */
export function useRuleVersion(kind: string, id: string | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, RULES_KEY, kind, "version", id],
    queryFn: async () => (await read<RuleVersion>(`${rulePath(kind)}/versions/${id}`)).data,
    enabled: id !== undefined,
  });
}

export function useRuleInvalidation(): () => Promise<void> {
  const queries = useQueryClient();
  const scope = useScope();
  return () => queries.invalidateQueries({ queryKey: [...scope, RULES_KEY] });
}

/** Kinds with too many values to list. Only chosen values are read. */
const searchedMasters: ReadonlySet<string> = new Set(["states", "cities"]);

interface Named<V> {
  readonly names: ReadonlyMap<string, V>;
  readonly isLoading: boolean;
}

/** Reads the values of some kinds of master data. */
function useMasterValues(masters: readonly string[]): Named<readonly MasterValue[]> {
  const scope = useScope();
  return useQueries({
    queries: masters.map((master) => masterValuesQuery(scope, master)),
    combine: (results) => ({
      names: new Map(results.flatMap(({ data }, index) => (data ? [[masters[index] ?? "", data] as const] : []))),
      isLoading: results.some(({ isLoading }) => isLoading),
    }),
  });
}

const RECORD_ID = /^(usr|tea|sla)_[0-9a-z]{18}/;
const kindsByPrefix: Readonly<Record<string, string>> = { usr: "user", tea: "team", sla: "sla_policy" };

/** Lists the ids of records in a definition. */
function listRecordIds(value: unknown, pattern: RegExp = RECORD_ID): string[] {
  if (typeof value === "string") return pattern.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return [...new Set(Object.values(value).flatMap((part) => listRecordIds(part, pattern)))];
}

/** Reads the names of users, teams and policies. */
function useRecordNames(ids: readonly string[]): Named<string> {
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  return useQueries({
    queries: ids.map((id) => {
      const kind = kinds.find((candidate) => candidate.kind === kindsByPrefix[id.slice(0, 3)]);
      const path = kind?.path ?? (id.startsWith("tea_") ? "/api/v1/teams" : undefined);
      return {
        queryKey: [...scope, "name", id],
        queryFn: async () => {
          const { data } = await read<Record<string, unknown>>(`${path}/${id}`, translationFor(kind));
          return kind ? formatTitle(kind, data) : String(data.name ?? "");
        },
        enabled: path !== undefined,
        staleTime: STALE_MS,
        retry: false,
      };
    }),
    combine: (results) => ({
      names: new Map(results.flatMap(({ data }, index) => (data ? [[ids[index] ?? "", data] as const] : []))),
      isLoading: results.some(({ isLoading }) => isLoading),
    }),
  });
}

const STATE_ID = /^mst_[0-9a-z]{18}/;

/** Names all that a definition refers to, in the language of the user. */
export function useSentences(
  info: Pick<RuleInfo, "schema"> | undefined,
  shape: RuleShape | undefined,
  definition: Definition | undefined,
): SentenceSources & { readonly isLoading: boolean } {
  const t = useText();
  const { locale } = useLocale();
  const { settings } = useTenant();
  const masters = useMemo(() => (info ? listMasters(info.schema) : []), [info]);
  const listed = useMemo(() => masters.filter((master) => !searchedMasters.has(master)), [masters]);
  const { names, isLoading } = useMasterValues(listed);
  const ids = useMemo(() => listRecordIds(definition), [definition]);
  const { names: records, isLoading: isNaming } = useRecordNames(ids);
  const stateIds = useMemo(() => (masters.includes("states") ? listRecordIds(definition, STATE_ID) : []), [masters, definition]);
  const states = useStateNames(stateIds, names);
  return useMemo(() => {
    const text = { ...createRuleText(t), listValues: (master: string) => names.get(master) };
    const namesOf = (master: string): Readonly<Record<string, string>> =>
      searchedMasters.has(master)
        ? Object.fromEntries(states)
        : Object.fromEntries(
            (names.get(master) ?? []).flatMap(({ id, code, name }) => [
              [id, name],
              [code, name],
            ]),
          );
    const allNames = new Map<string, string>([
      ...listed.flatMap((master) => Object.entries(namesOf(master))),
      ...states,
      ...records,
    ]);
    const conditionFields = listConditionFields(shape?.entry?.properties?.when ?? {}, {
      text,
      options: (master): Option[] => (names.get(master) ?? []).map(({ id, name }) => ({ id, label: name })),
      names: namesOf,
      search: createMasterSearch,
      currency: settings.currency,
    });
    return {
      t,
      locale,
      text,
      conditionFields,
      nameId: (id) => allNames.get(id),
      isLoading: isLoading || isNaming,
      describe: (field, condition) => {
        // One value needs no list.
        const isSingle = condition.operator === "in" && condition.values.length === 1;
        const { verb, text: value } = describeCondition(
          t,
          locale,
          field,
          isSingle ? { ...condition, operator: "eq" } : condition,
        );
        return [field.label, verb, value].filter((part) => part !== "").join(" ");
      },
    };
  }, [t, locale, settings.currency, shape, listed, names, records, states, isLoading, isNaming]);
}

/** The names of values of master data that are not listed. */
function useStateNames(ids: readonly string[], values: ReadonlyMap<string, readonly MasterValue[]>): ReadonlyMap<string, string> {
  const scope = useScope();
  const known = new Set([...values.values()].flatMap((list) => list.map(({ id }) => id)));
  const missing = ids.filter((id) => !known.has(id));
  return useQueries({
    queries: missing.map((id) => ({
      queryKey: [...scope, "name", id],
      queryFn: () => readMasterName("states", id),
      staleTime: STALE_MS,
      retry: false,
    })),
    combine: (results) => new Map(results.flatMap(({ data }, index) => (data ? [[missing[index] ?? "", data] as const] : []))),
  });
}
