import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { shortLabel } from "../../api/action-label.ts";
import { findListCreation, listPartActions } from "../../api/part-actions.ts";
import { fillPath } from "../../api/record-template.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Field, formatTitle, type Kind, recordPath, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { formatValue, readPart } from "../../api/value-text.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { ActionDialog } from "./action-dialog.tsx";
import { areZero, FigureRows } from "./figure-rows.tsx";
import { ListCard, ListCardRow } from "./list-card.tsx";
import { PartMenu } from "./part-menu.tsx";
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
  // The last part of its path names the list, as in those of the actions of its entries.
  const listName = tab.path.split("/").at(-1) ?? tab.name;
  const creation = record && findListCreation(kind, listName, record);
  if (!titleField) return null;
  return (
    <ListCard
      title={tab.label}
      count={total}
      isLowerBound={list.data?.isLowerBound}
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
        const name = entryKind ? formatTitle(entryKind, entry) : formatValue(row, titleField, options);
        const actions = record ? listPartActions(kind, { name: listName, fields }, entry) : [];
        const title = entryKind ? (
          <Link variant="title" href={recordPath(entryKind, entry.id)}>
            {name}
          </Link>
        ) : (
          name
        );
        const menu = record && actions.length > 0 ? <PartMenu {...{ kind, record, name, actions }} part={entry} /> : null;
        return <ListCardRow key={row.id ?? index} title={title} end={amount} facts={facts} actions={menu} />;
      })}
      {isCreating && record && creation ? (
        <ActionDialog kind={kind} record={record} action={creation} onClose={() => setCreating(false)} />
      ) : null}
    </ListCard>
  );
}
