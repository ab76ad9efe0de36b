import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { createCodeFinder, matchesCondition } from "../data/condition.ts";
import { fillPath } from "../data/record-template.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { type Action, type Field, formatTitle, type Kind, recordPath, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatValue, readPart } from "../fields/value-text.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { IconButton } from "../kit/icon-button.tsx";
import { Link } from "../kit/link.tsx";
import { ActionDialog } from "./action-dialog.tsx";
import { shortLabel } from "./action-label.ts";
import { areZero, FigureRows } from "./figure-rows.tsx";
import { ListCard, ListCardRow } from "./list-card.tsx";
import { readRowFacts } from "./row-facts.ts";
import { readShortList } from "./short-list.ts";

type Tab = Kind["tabs"][number];

/** Entries at first, and at most. */
const [MAX_LISTED, MAX_SHOWN] = [5, 100];

interface TabCardProps {
  readonly tab: Tab;
  readonly kind: Kind;
  readonly id: string;
  /** Undefined while it loads. Entries load at the same time. */
  readonly record: ConsoleRecord | undefined;
}

/** Finds the action that adds an entry to a list beside a record: a request to the path of the list. */
const findCreation = ({ actions, fields }: Kind, { path }: Tab, record: ConsoleRecord): Action | undefined =>
  actions.find(
    (action) =>
      action.method === "POST" && action.path === path && matchesCondition(action.enabled_when, record, createCodeFinder(fields)),
  );

/** Entries of a record. Records are linked by their titles. The title of other entries, such as those of a ledger, is their first field. */
export function TabCard({ tab, kind, id, record }: TabCardProps) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const [limit, setLimit] = useState(MAX_LISTED);
  const [isCreating, setCreating] = useState(false);
  const isList = tab.answers === "list";
  const list = useQuery({
    queryKey: [...scope, "related", kind.kind, tab.name, id, limit],
    placeholderData: (rows) => rows,
    queryFn: () => readShortList(fillPath(tab.path, { id }), isList ? { limit, expand: "labels" } : {}),
  });
  const entryKind = kinds.find((candidate) => candidate.kind === tab.kind);
  const fields = (tab.fields ?? []) as Field[];
  const [titleField, ...others] = fields;
  const rows = (record && list.data?.rows.slice(0, limit)) ?? [];
  const figures = record && list.data?.figures;
  const total = list.data?.figures && !areZero(list.data.figures, fields) ? undefined : list.data?.total;
  const creation = record && findCreation(kind, tab, record);
  if (!titleField) return null;
  return (
    <ListCard
      title={tab.label}
      count={total}
      isPending={list.isPending}
      hasFailed={list.error !== null}
      action={
        creation ? (
          <IconButton isSmall label={shortLabel(creation, kind)} icon={<Plus />} onPress={() => setCreating(true)} />
        ) : undefined
      }
      more={
        total !== undefined && total > rows.length && limit < MAX_SHOWN ? (
          <Button variant="quiet" isSmall onPress={() => setLimit(MAX_SHOWN)}>
            {t("Show more")}
          </Button>
        ) : undefined
      }
    >
      {figures && total === undefined ? <FigureRows figures={figures} fields={fields} /> : null}
      {rows.map((entry, index) => {
        const row = readPart(record ?? {}, entry) as ConsoleRecord;
        const { amount, facts } = readRowFacts(entryKind ? entry : row, entryKind ? fields : others, options);
        const title = entryKind ? (
          <Link variant="title" href={recordPath(entryKind, entry.id)}>
            {formatTitle(entryKind, entry)}
          </Link>
        ) : (
          formatValue(row, titleField, options)
        );
        return <ListCardRow key={row.id ?? index} title={title} end={amount} facts={facts} />;
      })}
      {isCreating && record && creation ? (
        <ActionDialog kind={kind} record={record} action={creation} onClose={() => setCreating(false)} />
      ) : null}
    </ListCard>
  );
}
