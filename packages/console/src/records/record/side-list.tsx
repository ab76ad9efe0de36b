import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useLayoutEffect, useState } from "react";
import type { ReadQuery } from "../../api/client.ts";
import type { Field, Kind } from "../../api/kind.ts";
import { useReadableKind } from "../../api/readable-kind.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import type { RowFields } from "../../api/row-fields.ts";
import { formatTitle, listPath, recordPath, useKind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { FactLine } from "../../ui/kit/fact-line.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { ListCard, ListCardRow } from "./list-card.tsx";
import { readRowFacts } from "./row-facts.ts";
import { readShortList } from "./short-list.ts";

/** Says that a list has nothing. Returns the function that takes it back. */
const EmptyTextContext = createContext<((text: string) => () => void) | undefined>(undefined);

/** Lists beside a thread. Those without entries share one line below the others. */
export function SideLists({ children }: { readonly children: ReactNode }) {
  const [texts, setTexts] = useState<readonly string[]>([]);
  const add = useCallback((text: string) => {
    setTexts((before) => [...before, text]);
    return () => setTexts((before) => before.filter((other) => other !== text));
  }, []);
  return (
    <EmptyTextContext value={add}>
      {children}
      {texts.length === 0 ? null : (
        <p className="text-control text-text-muted">
          <FactLine facts={texts} />
        </p>
      )}
    </EmptyTextContext>
  );
}

interface SideListProps {
  readonly title: string;
  readonly kindName: string;
  /** Names the list in the cache. */
  readonly name: string;
  readonly filter: ReadQuery;
  /** The fields of a row besides its title. */
  readonly fields: RowFields;
  readonly empty: string;
  /** The record that the thread is about, which the list leaves out. */
  readonly exceptId?: string;
  /** A field that says more than the title. */
  readonly titleField?: string;
  /** How many rows are shown. */
  readonly limit?: number;
  /** What a row says besides the values of its fields. */
  readonly describe?: (row: ConsoleRecord) => readonly string[];
}

const MAX_LISTED = 5;

/** Records of the same customer beside a thread. */
export function SideList({
  title,
  kindName,
  name,
  filter,
  fields,
  empty,
  exceptId,
  titleField,
  limit: maxRows = MAX_LISTED,
  describe,
}: SideListProps) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const summary = useReadableKind(kindName);
  const { data: kind } = useKind(summary?.kind);
  const limit = exceptId === undefined ? maxRows : maxRows + 1;
  const list = useQuery({
    queryKey: [...scope, "related", kindName, name, filter],
    queryFn: () => readShortList(summary?.path ?? "", { ...filter, limit, expand: "labels" }),
    enabled: summary !== undefined,
  });
  const total = list.data ? Math.max(0, list.data.total - (exceptId === undefined ? 0 : 1)) : undefined;
  const addEmpty = useContext(EmptyTextContext);
  const isFolded = addEmpty !== undefined && total === 0;
  useLayoutEffect(() => (isFolded ? addEmpty?.(empty) : undefined), [isFolded, addEmpty, empty]);
  if (!summary || isFolded) return null;
  const rows = (list.data?.rows ?? []).filter(({ id }) => id !== exceptId).slice(0, maxRows);
  const shown = selectFields(kind, fields);
  return (
    <ListCard
      title={title}
      count={total}
      isLowerBound={list.data?.isLowerBound}
      isPending={list.isPending}
      hasFailed={list.error !== null}
      empty={empty}
      more={
        (total ?? 0) > rows.length ? (
          <Link href={`${listPath(summary)}?${new URLSearchParams(filter as Record<string, string>)}`}>{t("Show all")}</Link>
        ) : undefined
      }
    >
      {rows.map((row) => {
        const { amount, facts } = readRowFacts(row, shown, options);
        const heading = titleField === undefined ? undefined : row[titleField];
        return (
          <ListCardRow
            key={row.id}
            title={
              <Link variant="title" href={recordPath(summary, row.id)}>
                {typeof heading === "string" ? heading : formatTitle(summary, row)}
              </Link>
            }
            end={amount}
            facts={[...facts, ...(describe?.(row) ?? [])]}
          />
        );
      })}
    </ListCard>
  );
}

const selectFields = (kind: Kind | undefined, names: readonly string[]): Field[] =>
  names.flatMap((name) => kind?.fields.find((field) => field.name === name) ?? []);
