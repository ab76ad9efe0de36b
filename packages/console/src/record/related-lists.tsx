import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { read } from "../data/client.ts";
import { fillTemplate } from "../data/record-template.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { formatTitle, type Kind, type KindSummary, listPath, recordPath, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { CreateDrawer } from "../form/create-drawer.tsx";
import { toNoun } from "../i18n/noun.ts";
import { useText } from "../i18n/use-text.ts";
import { IconButton } from "../kit/icon-button.tsx";
import { Link } from "../kit/link.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { RecordFiles } from "./record-files.tsx";
import { isInTimeline } from "./timeline-sources.ts";

const MAX_LISTED = 5;

type Related = Kind["related"][number];

interface RelatedListsProps {
  readonly kind: Kind;
  readonly id: string;
  /** What new records say that they belong to. */
  readonly title: string;
}

/** The related records of the layout as cards, with how many there are. Files come last. */
export function RelatedLists({ kind, id, title }: RelatedListsProps) {
  const { data: kinds = [] } = useKindIndex();
  const shown = kind.layout.tabs
    .flatMap((name) => kind.related.find((related) => related.name === name) ?? [])
    .filter((related) => !isInTimeline(related.kind));
  const files = kinds.find((candidate) => candidate.kind === "attachment");
  return (
    <div className="flex flex-col gap-4">
      {shown.map((related) => {
        const summary = kinds.find((candidate) => candidate.kind === related.kind);
        return summary && related.kind !== "attachment" ? (
          <RelatedCard key={related.name} related={related} summary={summary} id={id} title={title} />
        ) : null;
      })}
      {files && kind.related.some((related) => related.kind === "attachment") ? (
        <RecordFiles kind={kind} summary={files} id={id} />
      ) : null}
    </div>
  );
}

interface RelatedCardProps extends Omit<RelatedListsProps, "kind"> {
  readonly related: Related;
  readonly summary: KindSummary;
}

function RelatedCard({ related, summary, id, title }: RelatedCardProps) {
  const t = useText();
  const scope = useScope();
  const [isCreating, setCreating] = useState(false);
  const filter = fillTemplate(related.filter, id);
  const list = useQuery({
    queryKey: [...scope, "related", related.kind, related.name, id],
    queryFn: async () => {
      const { data, meta } = await read<ConsoleRecord[]>(summary.path, { ...filter, limit: MAX_LISTED });
      // The count follows a change a little later than the rows.
      return { rows: data, total: Math.max(Number(meta.total ?? 0), data.length) };
    },
  });
  const canCreate = related.preset !== undefined && summary.operations.includes("create");
  const total = list.data?.total ?? 0;
  return (
    <section aria-label={related.label} className="flex flex-col gap-2 rounded-card border border-border bg-surface p-4">
      <header className="flex min-h-target items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate text-body font-semibold" title={related.label}>
          {related.label}
        </h2>
        <span className="text-meta tabular-nums text-text-muted">{list.data ? total : ""}</span>
        {canCreate ? (
          <span className="print:hidden">
            <IconButton
              isSmall
              label={t("New {kind}", { kind: toNoun(summary.label) })}
              icon={<Plus />}
              onPress={() => setCreating(true)}
            />
          </span>
        ) : null}
      </header>
      {list.isPending ? <Skeleton width="medium" /> : null}
      {list.error ? <span className="text-control text-danger">{t("The list could not be loaded")}</span> : null}
      {list.data?.rows.length === 0 ? (
        <span className="text-control text-text-muted">
          {canCreate ? t("Nothing here yet. Use + to begin.") : t("Nothing here yet")}
        </span>
      ) : null}
      <ul className="flex flex-col gap-1 empty:hidden">
        {list.data?.rows.map((row) => (
          <li key={row.id} className="min-w-0 truncate text-control">
            <Link variant="title" href={recordPath(summary, row.id)}>
              {formatTitle(summary, row)}
            </Link>
          </li>
        ))}
      </ul>
      {total > MAX_LISTED && summary.operations.includes("list") ? (
        <span className="text-control print:hidden">
          <Link href={`${listPath(summary)}?${new URLSearchParams(filter)}`}>{t("Show all")}</Link>
        </span>
      ) : null}
      <CreateDrawer
        kindName={isCreating ? summary.kind : undefined}
        preset={fillTemplate(related.preset ?? {}, id)}
        labels={{ [related.field]: { id, label: title } }}
        onClose={() => setCreating(false)}
      />
    </section>
  );
}
