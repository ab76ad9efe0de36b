import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { crm } from "../data/client.ts";
import { fillTemplate } from "../data/record-template.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { formatTitle, type Kind, type KindSummary, recordPath, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { CreateDrawer } from "../form/create-drawer.tsx";
import { toNoun } from "../i18n/noun.ts";
import { useText } from "../i18n/use-text.ts";
import { IconButton } from "../kit/icon-button.tsx";
import { Link } from "../kit/link.tsx";
import { Skeleton } from "../kit/skeleton.tsx";

const MAX_LISTED = 5;
/** What these say is in the timeline. */
const IN_TIMELINE = ["activity", "note", "interaction", "message"];

type Related = Kind["related"][number];

/** The related records of the layout as cards, with how many there are. */
export function RelatedLists({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const { data: kinds = [] } = useKindIndex();
  const shown = kind.layout.tabs
    .flatMap((name) => kind.related.find((related) => related.name === name) ?? [])
    .filter((related) => !IN_TIMELINE.includes(related.kind));
  return (
    <div className="flex flex-col gap-4">
      {shown.map((related) => {
        const summary = kinds.find((candidate) => candidate.kind === related.kind);
        return summary ? <RelatedCard key={related.name} related={related} summary={summary} record={record} /> : null;
      })}
    </div>
  );
}

function RelatedCard({
  related,
  summary,
  record,
}: {
  readonly related: Related;
  readonly summary: KindSummary;
  readonly record: ConsoleRecord;
}) {
  const t = useText();
  const scope = useScope();
  const [isCreating, setCreating] = useState(false);
  const list = useQuery({
    queryKey: [...scope, "related", related.kind, related.name, record.id],
    queryFn: async ({ signal }) => {
      const query = { ...fillTemplate(related.filter, record.id), limit: MAX_LISTED };
      const { data, meta } = await crm.request<ConsoleRecord[]>("GET", summary.path, { query, signal }).withResponse();
      return { rows: data, total: Number(meta.total ?? data.length) };
    },
  });
  const canCreate = related.preset !== undefined && summary.operations.includes("create");
  return (
    <section aria-label={related.label} className="flex flex-col gap-2 rounded-card border border-border bg-surface p-4">
      <header className="flex min-h-target items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate text-body font-semibold">{related.label}</h2>
        <span className="text-meta tabular-nums text-text-muted">{list.data ? list.data.total : ""}</span>
        {canCreate ? (
          <IconButton
            isSmall
            label={t("New {kind}", { kind: toNoun(summary.label) })}
            icon={<Plus />}
            onPress={() => setCreating(true)}
          />
        ) : null}
      </header>
      {list.isPending ? <Skeleton width="medium" /> : null}
      {list.data?.rows.length === 0 ? <span className="text-control text-text-muted">{t("None yet")}</span> : null}
      <ul className="flex flex-col gap-1">
        {list.data?.rows.map((row) => (
          <li key={row.id} className="min-w-0 truncate text-control">
            <Link variant="title" href={recordPath(summary, row.id)}>
              {formatTitle(summary, row)}
            </Link>
          </li>
        ))}
      </ul>
      <CreateDrawer
        kindName={isCreating ? summary.kind : undefined}
        preset={fillTemplate(related.preset ?? {}, record.id)}
        onClose={() => setCreating(false)}
      />
    </section>
  );
}
