import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { readPageLocale } from "../ui/i18n/formatters.ts";
import { useText } from "../ui/i18n/use-text.ts";
import { read } from "./client.ts";
import { consolePath } from "./console-path.ts";
import type { Field, Kind, KindSummary } from "./kind.ts";
import { findPages, type OwnDisplay } from "./page-manifest.ts";
import { useScope } from "./session.ts";
import { KIND_INDEX_PATH, SCHEMA_PATH } from "./session-reads.ts";
import { nameUntitled } from "./title.ts";
import { formatMoney } from "./value-text.ts";

/** What the API says about kinds of records: `GET /schema/index` for menus and links, `GET /schema?kind=` for one kind. */
export type { Action, Field, Kind, KindSummary } from "./kind.ts";

const STALE_MS = 5 * 60_000;

export function useKindIndex(): UseQueryResult<readonly KindSummary[]> {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "kinds"],
    queryFn: async () => (await read<{ kinds: KindSummary[] }>(KIND_INDEX_PATH)).data.kinds,
    staleTime: STALE_MS,
  });
}

/** The query of a kind by its name. */
export const kindQuery = (scope: readonly string[], name: string | undefined) => ({
  queryKey: [...scope, "kind", name],
  queryFn: async (): Promise<Kind> => {
    const { data } = await read<{ kinds: Kind[] }>(SCHEMA_PATH, { kind: name });
    const [kind] = data.kinds;
    if (!kind) throw new Error(`The kind ${name} is not in the schema`);
    return kind;
  },
  staleTime: STALE_MS,
});

export function useKind(name: string | undefined): UseQueryResult<Kind> {
  const scope = useScope();
  const t = useText();
  return useQuery({
    ...kindQuery(scope, name),
    select: useCallback(
      (kind: Kind) => ({
        ...kind,
        fields: kind.fields.map((field) => adaptHelp(field, t("empty"))),
        actions: kind.actions.map((action) => ({ ...action, fields: action.fields.map(markHelp) })),
      }),
      [t],
    ),
    enabled: name !== undefined,
  });
}

/** The query of the fields of a kind with their names, formats and fixed choices: a sixth of its schema. */
export const fieldNamesQuery = (scope: readonly string[], name: string | undefined) => ({
  queryKey: [...scope, "field-names", name],
  queryFn: async (): Promise<readonly Field[]> =>
    (await read<{ kinds: Kind[] }>(SCHEMA_PATH, { kind: name, part: "names" })).data.kinds[0]?.fields ?? [],
  staleTime: STALE_MS,
  enabled: name !== undefined,
});

export const useFieldNames = (name: string | undefined): UseQueryResult<readonly Field[]> =>
  useQuery(fieldNamesQuery(useScope(), name));

/** A code of a choice, such as `IN_PROGRESS`. */
const CODE = /\b[A-Z][A-Z_]{2,}\b/g;

/**
 * The API explains fields to engineers: what it calls null, a form leaves empty, and choices have names in place of codes. It translates the help of
 * inputs.
 */
function adaptHelp(field: Field, empty: string): Field {
  const nameCode = (code: string): string => field.choices?.find((choice) => choice.code === code)?.name ?? code;
  const adapt = (help: string): string => help.replaceAll(/`?\bnull\b`?/g, empty).replaceAll(CODE, nameCode);
  return {
    ...field,
    ...(field.help === undefined ? {} : { help: adapt(field.help) }),
    ...(field.create_help === undefined ? {} : { create_help: adapt(field.create_help) }),
    isHelpTranslated: true,
  };
}

/** The help of the inputs of actions is written for people, and has the language of the page. */
const markHelp = <F extends object>(field: F): F & Pick<Field, "isHelpTranslated"> => ({ ...field, isHelpTranslated: true });

/** A page of a kind, as its address names it. */
interface KindAddress {
  readonly kind: KindSummary;
  readonly page: "list" | "add" | "view" | "edit";
  readonly id?: string;
  /** How the list shows its records. */
  readonly mode?: "list" | "board" | "calendar" | "timeline" | "ageing" | "performance" | "desk";
}

/** Addresses that people know by name: `/crm/opportunities/pipeline`. */
const modePages = {
  all: "list",
  pipeline: "board",
  calendar: "calendar",
  timeline: "timeline",
  ageing: "ageing",
  performance: "performance",
  desk: "desk",
} as const;

/** Finds the kind below whose path an address is: of several kinds, the one with the longest path. */
export const findKindAt = (path: string, kinds: readonly KindSummary[]): KindSummary | undefined =>
  kinds
    .filter((candidate) => `${path}/`.startsWith(`${consolePath(candidate.path)}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];

/** Ids have the prefix of their kind, so no word of an address is one: `sgm_01k8`. */
const ID = /^[a-z]{2,4}_[0-9a-z]+$/;

/** Finds the kind and the page of an address: `/crm/leads/view/led_1`. */
export function parseAddress(path: string, kinds: readonly KindSummary[]): KindAddress | undefined {
  const kind = findKindAt(path, kinds);
  if (!kind) return undefined;
  const [page = "", id, ...rest] = path.slice(consolePath(kind.path).length + 1).split("/");
  if (rest.length > 0) return undefined;
  if (page === "") return { kind, page: "list" };
  if ((page === "add" || page === "create") && id === undefined) return { kind, page: "add" };
  if (page in modePages && id === undefined) return { kind, page: "list", mode: modePages[page as keyof typeof modePages] };
  if (ID.test(page) && id === undefined) return { kind, page: "view", id: page };
  return (page === "view" || page === "edit") && id ? { kind, page, id } : undefined;
}

/** The display that an address without one opens. Undefined: the list. */
export function findUsualMode({ kind }: Pick<KindSummary, "kind">): OwnDisplay["mode"] | undefined {
  const display = findPages(kind).list?.display;
  return display?.isUsual ? display.mode : undefined;
}

/** The address of the list of the records: the path of a kind may open a page of its own. */
export const rowsPath = (kind: Pick<KindSummary, "kind" | "path">): string =>
  findPages(kind.kind).list?.startPage ? `${listPath(kind)}/all` : listPath(kind);

export const listPath = ({ path }: Pick<KindSummary, "path">): string => consolePath(path);
export const recordPath = ({ path }: Pick<KindSummary, "path">, id: string): string => `${consolePath(path)}/view/${id}`;
export const editPath = ({ path }: Pick<KindSummary, "path">, id: string): string => `${consolePath(path)}/edit/${id}`;

/** Returns the title of a record by the template of its kind: `{first_name} {last_name}`. An amount has the form of its currency. */
export function formatTitle(
  { title, label }: Pick<KindSummary, "title" | "label">,
  record: Readonly<Record<string, unknown>>,
): string {
  const text = title
    .replaceAll(/\{(\w+)\} \{currency\}/g, (_, name: string) =>
      formatMoney(String(record[name] ?? ""), String(record.currency ?? ""), readPageLocale(), "exact"),
    )
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === "id" ? "" : String(record[name] ?? "")))
    .trim();
  return text === "" ? nameUntitled(label, record) : text;
}
