import { MessageSquare } from "lucide-react";
import { consolePath } from "../../api/console-path.ts";
import { type KindSummary, recordPath, useFieldNames, useKindIndex } from "../../api/schema.ts";
import { nameWork } from "../../api/work-name.ts";
import { KindIcon } from "../../frame/shell/kind-icon.tsx";
import { writeChange } from "../../ui/i18n/change-text.ts";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Link } from "../../ui/kit/link.tsx";
import type { TimelineEntry } from "../../ui/kit/timeline.tsx";
import type { FeedEntry } from "./feed-data.ts";

/** What happened, and who did it. */
const describeEvent = (type: FeedEntry["type"], name: string, t: Translate): string =>
  ({
    created: t("Created by {name}", { name }),
    changed: t("Changed by {name}", { name }),
    status_changed: t("Status changed by {name}", { name }),
    completed: t("Completed by {name}", { name }),
    deleted: t("Deleted by {name}", { name }),
    restored: t("Restored by {name}", { name }),
    commented: t("Comment by {name}", { name }),
    noted: t("Note by {name}", { name }),
  })[type];

export function toFeedTimelineEntry(entry: FeedEntry, kinds: readonly KindSummary[]): TimelineEntry {
  const summary = kinds.find(({ kind }) => kind === entry.record.kind);
  const title = entry.record.title || summary?.label || entry.record.kind;
  const isRemark = entry.type === "commented" || entry.type === "noted";
  return {
    id: entry.id,
    at: entry.at,
    icon: isRemark ? <MessageSquare /> : <KindIcon name={summary?.icon ?? ""} />,
    title: (
      <Link variant="title" href={summary ? recordPath(summary, entry.record.id) : consolePath(`/api/v1${entry.record.path}`)}>
        {title}
      </Link>
    ),
    body: <FeedEntryBody entry={entry} kindLabel={summary?.label} />,
  };
}

interface FeedEntryBodyProps {
  readonly entry: FeedEntry;
  readonly kindLabel: string | undefined;
}

const MAX_FIELDS = 5;

/** Who did it, what it was, and how a status changed. */
function FeedEntryBody({ entry: { actor, work, type, record, fields, from, to, item }, kindLabel }: FeedEntryBodyProps) {
  const t = useText();
  const { data: known = [] } = useFieldNames(fields.length > 0 ? record.kind : undefined);
  const labels = fields.flatMap((name) => known.find((field) => field.name === name)?.label ?? []);
  const shown = labels.slice(0, MAX_FIELDS);
  const isStatus = type === "status_changed" && to !== null;
  // Choices that are no master data have labels in the language of the user.
  const choices = known.filter(({ name }) => fields.includes(name)).flatMap((field) => field.choices ?? []);
  const nameOf = (label: string): string => choices.find(({ code }) => code === label)?.name ?? label;
  const change = !isStatus ? shown.join(", ") : from === null ? nameOf(to) : writeChange(nameOf(from), nameOf(to));
  const more = !isStatus && labels.length > MAX_FIELDS ? t("and {count} more", { count: labels.length - MAX_FIELDS }) : "";
  const { data: kinds = [] } = useKindIndex();
  const person = actor.name ?? undefined;
  const event = describeEvent(type, work ? nameWork(work, person, kinds, t) : (person ?? t("System")), t);
  const parts = [kindLabel, event, [change, more].filter(Boolean).join(" ")];
  return (
    <>
      <span className="block">{parts.filter(Boolean).join(" · ")}</span>
      {item ? (
        <span dir="auto" className="block whitespace-pre-line text-text">
          {item.text}
        </span>
      ) : null}
    </>
  );
}
