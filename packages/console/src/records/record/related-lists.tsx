import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { fillTemplate } from "../../api/record-template.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Field, formatTitle, type Kind, type KindSummary, listPath, recordPath, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { CreateDrawer } from "../../input/form/create-drawer.tsx";
import { nameCreation } from "../../ui/i18n/creation-name.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { useIsDesktop } from "../../ui/kit/use-media.ts";
import { CustomerPageCard } from "./customer-page-card.tsx";
import { listFrameLists } from "./frame-fields.ts";
import { ListCard, ListCardRow } from "./list-card.tsx";
import { OutcomeCards } from "./outcome-cards.tsx";
import { listPartCards, PartCard } from "./part-card.tsx";
import { RecordFiles } from "./record-files.tsx";
import { nameRelated } from "./related-name.ts";
import { readRowFacts } from "./row-facts.ts";
import { readShortList } from "./short-list.ts";
import { TabCard } from "./tab-card.tsx";
import { isInTimeline } from "./timeline-sources.ts";

const MAX_LISTED = 5;

type Related = Kind["related"][number];

interface RelatedListsProps {
  readonly kind: Kind;
  readonly id: string;
  /** Undefined while it loads. */
  readonly record: ConsoleRecord | undefined;
  /** What new records say that they belong to. */
  readonly title: string;
}

/** The related records of the layout as cards, with how many there are. Files come last. */
export function RelatedLists({ kind, id, record, title }: RelatedListsProps) {
  const { data: kinds = [] } = useKindIndex();
  const isDesktop = useIsDesktop();
  const files = kinds.find((candidate) => candidate.kind === "attachment");
  const placed = listFrameLists(kind.kind);
  return (
    <div className="flex flex-col gap-4">
      {record && isDesktop ? <OutcomeCards kind={kind} record={record} /> : null}
      {record ? <CustomerPageCard kind={kind} record={record} /> : null}
      {record
        ? listPartCards(kind).map((field) => <PartCard key={field.name} kind={kind} record={record} field={field} />)
        : null}
      {kind.layout.tabs.map((name) => {
        const related = kind.related.find((candidate) => candidate.name === name);
        const tab = kind.tabs.find((candidate) => candidate.name === name && candidate.fields !== undefined);
        if (placed.includes(name)) return null;
        if (!related) return tab ? <TabCard key={name} tab={tab} kind={kind} id={id} record={record} /> : null;
        if (placed.includes(related.kind)) return null;
        const summary = kinds.find((candidate) => candidate.kind === related.kind);
        return summary && !isInTimeline(related.kind) && related.kind !== "attachment" ? (
          <RelatedCard key={name} related={related} summary={summary} id={id} title={title} />
        ) : null;
      })}
      {files && !placed.includes("attachment") && kind.related.some((related) => related.kind === "attachment") ? (
        <RecordFiles kind={kind} summary={files} id={id} />
      ) : null}
    </div>
  );
}

interface RelatedCardProps extends Omit<RelatedListsProps, "kind" | "record"> {
  readonly related: Related;
  readonly summary: KindSummary;
}

function RelatedCard({ related, summary, id, title }: RelatedCardProps) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const [isCreating, setCreating] = useState(false);
  const filter = fillTemplate(related.filter, { id });
  const list = useQuery({
    queryKey: [...scope, "related", related.kind, related.name, id],
    queryFn: () => readShortList(summary.path, { ...filter, limit: MAX_LISTED, expand: "labels" }),
  });
  const canCreate = related.preset !== undefined && summary.operations.includes("create");
  // The first record of a series belongs to its own series.
  const rows = list.data?.rows.filter((row) => row.id !== id) ?? [];
  const total = (list.data?.total ?? 0) - ((list.data?.rows.length ?? 0) - rows.length);
  return (
    <ListCard
      title={nameRelated(related, t)}
      count={list.data ? total : undefined}
      isLowerBound={list.data?.isLowerBound}
      isPending={list.isPending}
      hasFailed={list.error !== null}
      action={
        canCreate ? (
          <IconButton isSmall label={nameCreation(summary, t)} icon={<Plus />} onPress={() => setCreating(true)} />
        ) : undefined
      }
      more={
        total > MAX_LISTED && summary.operations.includes("list") ? (
          <Link href={`${listPath(summary)}?${new URLSearchParams(filter)}`}>{t("Show all")}</Link>
        ) : undefined
      }
    >
      {rows.map((row) => {
        const { amount, facts } = readRowFacts(row, related.card as Field[], options);
        return (
          <ListCardRow
            key={row.id}
            title={
              <Link variant="title" href={recordPath(summary, row.id)}>
                {formatTitle(summary, row)}
              </Link>
            }
            end={amount}
            facts={facts}
          />
        );
      })}
      <CreateDrawer
        kindName={isCreating ? summary.kind : undefined}
        preset={fillTemplate(related.preset ?? {}, { id })}
        labels={{ [related.field]: { id, label: title } }}
        onClose={() => setCreating(false)}
      />
    </ListCard>
  );
}
