import { useQuery } from "@tanstack/react-query";
import { crm } from "../data/client.ts";
import { fillTemplate } from "../data/record-template.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { formatTitle, type Kind, type KindSummary, recordPath, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { useTextOptions } from "../fields/use-text-options.ts";
import { useText } from "../i18n/use-text.ts";
import { Link } from "../kit/link.tsx";
import { Timeline, type TimelineEntry } from "../kit/timeline.tsx";
import { KindIcon } from "../shell/kind-icon.tsx";

/** Kinds whose records say what happened with another record, and the field with the instant of each. */
const instants: Readonly<Record<string, string>> = {
  activity: "created_at",
  note: "created_at",
  interaction: "interaction_date",
  message: "created_at",
};
const MAX_OF_KIND = 20;

/** What happened with a record, the newest first. */
export function RecordTimeline({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const scope = useScope();
  const { timeZone } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const sources = kind.related.flatMap((related) => {
    const summary = kinds.find((candidate) => candidate.kind === related.kind);
    return summary && Object.hasOwn(instants, related.kind) && !related.name.includes(".personal_key_id")
      ? [{ summary, filter: related.filter }]
      : [];
  });
  const timeline = useQuery({
    queryKey: [...scope, "timeline", kind.kind, record.id, sources.map(({ summary }) => summary.kind)],
    queryFn: async ({ signal }) => {
      const lists = await Promise.all(sources.map(({ summary, filter }) => listEntries(summary, filter, record.id, signal)));
      return lists.flat().sort((a, b) => b.at.localeCompare(a.at));
    },
    enabled: kinds.length > 0,
  });
  const entries = (timeline.data ?? []).map(
    ({ summary, row, at }): TimelineEntry => ({
      id: row.id,
      at,
      icon: <KindIcon name={summary.icon} />,
      title: (
        <Link variant="title" href={recordPath(summary, row.id)}>
          {formatTitle(summary, row)}
        </Link>
      ),
      body:
        typeof row.excerpt === "string"
          ? row.excerpt
          : row.is_completed === false && row.due_date
            ? t("Due {date}", { date: String(row.due_date) })
            : undefined,
    }),
  );
  return (
    <Timeline
      label={t("Timeline")}
      entries={entries}
      now={new Date().toISOString()}
      timeZone={timeZone}
      isLoading={timeline.isPending}
    />
  );
}

interface FoundEntry {
  readonly summary: KindSummary;
  readonly row: ConsoleRecord;
  readonly at: string;
}

async function listEntries(
  summary: KindSummary,
  filter: Readonly<Record<string, string>>,
  id: string,
  signal: AbortSignal,
): Promise<FoundEntry[]> {
  const query = {
    ...fillTemplate(filter, id),
    limit: MAX_OF_KIND,
  };
  const rows = await crm.request<ConsoleRecord[]>("GET", summary.path, { query, signal });
  return rows.map((row) => ({ summary, row, at: String(row[instants[summary.kind] ?? "created_at"] ?? row.created_at) }));
}
