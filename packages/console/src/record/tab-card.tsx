import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fillPath } from "../data/record-template.ts";
import type { ConsoleRecord } from "../data/records.ts";
import type { Field, Kind } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatValue, readPart } from "../fields/value-text.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
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

/** Entries of a record that are no records of their own, such as its ledger. The first field is the title of an entry. */
export function TabCard({ tab, kind, id, record }: TabCardProps) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const [limit, setLimit] = useState(MAX_LISTED);
  const isList = tab.answers === "list";
  const list = useQuery({
    queryKey: [...scope, "related", kind.kind, tab.name, id, limit],
    placeholderData: (rows) => rows,
    queryFn: () => readShortList(fillPath(tab.path, { id }), isList ? { limit, expand: "labels" } : {}),
  });
  const [titleField, ...others] = (tab.fields ?? []) as Field[];
  const rows = (record && list.data?.rows.slice(0, limit)) ?? [];
  const total = list.data?.total;
  if (!titleField) return null;
  return (
    <ListCard
      title={tab.label}
      count={total}
      isPending={list.isPending}
      hasFailed={list.error !== null}
      empty={t("Nothing here yet")}
      more={
        total !== undefined && total > rows.length && limit < MAX_SHOWN ? (
          <Button variant="quiet" isSmall onPress={() => setLimit(MAX_SHOWN)}>
            {t("Show more")}
          </Button>
        ) : undefined
      }
    >
      {rows.map((entry, index) => {
        const row = readPart(record ?? {}, entry) as ConsoleRecord;
        const { amount, facts } = readRowFacts(row, others, options);
        return <ListCardRow key={row.id ?? index} title={formatValue(row, titleField, options)} end={amount} facts={facts} />;
      })}
    </ListCard>
  );
}
