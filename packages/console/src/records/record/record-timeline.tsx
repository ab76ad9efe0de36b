import { useInfiniteQuery } from "@tanstack/react-query";
import { ListFilter } from "lucide-react";
import { useState } from "react";
import { nameAuthor } from "../../api/author-name.ts";
import { read } from "../../api/client.ts";
import { listOutcomes } from "../../api/record-outcomes.ts";
import { fillTemplate } from "../../api/record-template.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Field, formatTitle, type Kind, type KindSummary, recordPath, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { formatDate, type TextOptions } from "../../api/value-text.ts";
import { KindIcon } from "../../frame/shell/kind-icon.tsx";
import { LoadError } from "../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { joinClasses } from "../../ui/kit/classes.ts";
import { Link } from "../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../ui/kit/menu.tsx";
import { Timeline, type TimelineEntry } from "../../ui/kit/timeline.tsx";
import { CommentActions } from "../comments/comment-actions.tsx";
import { CommentText } from "../comments/comment-text.tsx";
import { toMessageEntry } from "./mail-entry.tsx";
import { nameOutcome } from "./outcome-banner.tsx";
import { readRowFacts } from "./row-facts.ts";
import { type LoadedList, mergeTimeline } from "./timeline-merge.ts";
import {
  findTimelineSources,
  isByContact,
  isDocument,
  isPlanned,
  readInstant,
  readListedInstant,
  type TimelineSource,
} from "./timeline-sources.ts";
import { TypeIcon } from "./type-icon.tsx";

const MAX_OF_KIND = 10;
const ALL = "all";
const COMMENT = "comment";
const MESSAGE = "message";
/** The whole text of comments, and the names of those whom they mention. */
const COMMENT_QUERY = { include: "content", expand: "labels,mentioned" };

interface RecordTimelineProps {
  readonly kind: Kind;
  readonly id: string;
  /** What became of it is in the timeline too. Undefined while it loads. */
  readonly record?: ConsoleRecord | undefined;
  /** Whether the timeline stands below a title of the size of a section. */
  readonly isInSection?: boolean;
}

/** What happened with a record, the newest first, of all kinds or of one. */
export function RecordTimeline({ kind, id, record, isInSection = false }: RecordTimelineProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const [shown, setShown] = useState(ALL);
  const sources = findTimelineSources(kind, kinds);
  const chosen = sources.find(({ summary }) => summary.kind === shown);
  if (sources.length === 0) return null;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <header className="flex min-h-control-small items-center gap-2">
        <h2
          className={joinClasses(
            "min-w-0 flex-1",
            isInSection ? "text-control font-medium text-text-muted" : "text-body font-semibold",
          )}
        >
          {t("Timeline")}
        </h2>
        <span className="-me-2 print:hidden">
          <Menu
            placement="bottom end"
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[chosen ? shown : ALL]}
            onSelectionChange={(keys) => setShown(String([...keys][0] ?? ALL))}
            trigger={
              <Button isSmall variant="quiet" icon={<ListFilter />}>
                {chosen?.summary.labels ?? t("Everything")}
              </Button>
            }
          >
            {[
              <MenuItem key={ALL} id={ALL} label={t("Everything")} />,
              ...sources.map(({ summary }) => <MenuItem key={summary.kind} id={summary.kind} label={summary.labels} />),
            ]}
          </Menu>
        </span>
      </header>
      <SourceTimeline
        key={shown}
        kind={kind}
        id={id}
        record={chosen ? undefined : record}
        sources={chosen ? [chosen] : sources}
      />
    </div>
  );
}

interface FoundEntry {
  readonly summary: KindSummary;
  readonly row: ConsoleRecord;
  readonly at: string;
  readonly listedAt: string;
  readonly card: readonly Field[];
}

/** What became of the record itself. */
interface OutcomeEntry {
  readonly at: string;
  readonly entry: TimelineEntry;
}

const listOutcomeEntries = (kind: Kind, record: ConsoleRecord, t: Translate): OutcomeEntry[] =>
  listOutcomes(kind.kind, record).flatMap(({ name, at }) =>
    at === undefined
      ? []
      : [
          {
            at,
            entry: {
              id: `${record.id} ${name}`,
              at,
              icon: <KindIcon name={kind.icon} />,
              title: <span className="font-medium">{nameOutcome(name, t)}</span>,
            },
          },
        ],
  );

interface SourcePage {
  readonly source: string;
  readonly entries: readonly FoundEntry[];
  readonly cursor: string | undefined;
}

/** The cursors with which sources continue. At first, none has one. */
type Cursors = Readonly<Record<string, string>>;

function SourceTimeline({
  kind,
  id,
  record,
  sources,
}: Omit<RecordTimelineProps, "isInSection"> & { readonly sources: readonly TimelineSource[] }) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const timeline = useInfiniteQuery({
    queryKey: [...scope, "timeline", kind.kind, id, sources.map(({ summary }) => summary.kind)],
    initialPageParam: undefined as Cursors | undefined,
    queryFn: ({ pageParam }) =>
      Promise.all(
        sources
          .filter(({ summary }) => pageParam === undefined || Object.hasOwn(pageParam, summary.kind))
          .map((source) => loadSource(source, id, pageParam?.[source.summary.kind])),
      ),
    getNextPageParam: (pages): Cursors | undefined => {
      const left = pages.flatMap(({ source, cursor }) => (cursor === undefined ? [] : [[source, cursor] as const]));
      return left.length === 0 ? undefined : Object.fromEntries(left);
    },
  });
  if (timeline.error) return <LoadError query={timeline} text={t("The timeline could not be loaded")} />;
  const pages = timeline.data?.pages.flat() ?? [];
  const lists = [...Map.groupBy(pages, ({ source }) => source).values()].map(
    (ofSource): LoadedList<FoundEntry | OutcomeEntry> => ({
      entries: ofSource.flatMap(({ entries }) => entries),
      hasMore: ofSource.at(-1)?.cursor !== undefined,
    }),
  );
  const outcomes = record ? listOutcomeEntries(kind, record, t) : [];
  return (
    <Timeline
      label={t("Timeline")}
      entries={mergeTimeline([...lists, { entries: timeline.isPending ? [] : outcomes, hasMore: false }]).map((entry) =>
        "entry" in entry
          ? entry.entry
          : entry.summary.kind === COMMENT
            ? toCommentEntry(entry, t)
            : entry.summary.kind === MESSAGE
              ? toMessageEntry(entry, t, options)
              : toTimelineEntry(entry, { t, options }),
      )}
      now={new Date().toISOString()}
      timeZone={options.timeZone}
      isLoading={timeline.isPending}
      {...(timeline.hasNextPage ? { onLoadMore: () => void timeline.fetchNextPage() } : {})}
      isLoadingMore={timeline.isFetchingNextPage}
    />
  );
}

async function loadSource(
  { summary, filter, card }: TimelineSource,
  id: string,
  cursor: string | undefined,
): Promise<SourcePage> {
  const query = {
    ...fillTemplate(filter, { id }),
    limit: MAX_OF_KIND,
    ...(summary.kind === COMMENT ? COMMENT_QUERY : { expand: "labels" }),
    cursor,
  };
  const { data, meta } = await read<ConsoleRecord[]>(summary.path, query);
  return {
    source: summary.kind,
    entries: data.map((row) => ({
      summary,
      row,
      at: readInstant(summary.kind, row),
      listedAt: readListedInstant(summary.kind, row),
      card,
    })),
    cursor: (meta.next_cursor as string | null | undefined) ?? undefined,
  };
}

interface EntryOptions {
  readonly t: Translate;
  readonly options: TextOptions;
}

interface NamedType {
  readonly code?: string;
  readonly name: string;
}

/** Names a type of activities in the language of the user. What the tenant has renamed or added has one name in all languages. */
function nameType({ code, name }: NamedType, t: Translate): string {
  const standard: Readonly<Record<string, readonly [english: string, text: string]>> = {
    call: ["Call", t("Call")],
    meeting: ["Meeting", t("Meeting")],
    email: ["Email", t("Email")],
    task: ["Task", t("Task")],
    note: ["Note", t("Note")],
  };
  const [english, text] = standard[code ?? ""] ?? [];
  return text !== undefined && english === name ? text : name;
}

function toCommentEntry({ summary, row, at }: FoundEntry, t: Translate): TimelineEntry {
  const [author] = [row.expanded?.created_by].flat();
  const detail = [row.reply_to_id ? t("Reply") : summary.label, row.edited_at ? t("Edited") : undefined].filter(Boolean);
  return {
    id: row.id,
    at,
    icon: <KindIcon name={summary.icon} />,
    title: (
      <>
        <span className="font-medium">{nameAuthor(String(row.created_by), author?.name, t)}</span>{" "}
        <span className="text-text-muted">· {detail.join(" · ")}</span>
      </>
    ),
    body: <CommentText comment={row} />,
    actions: <CommentActions comment={row} />,
  };
}

/** The status of a document, and what else tells it from others, with its amount. */
function documentFacts(row: ConsoleRecord, card: readonly Field[], options: TextOptions): string[] {
  const { amount, facts } = readRowFacts(row, card, options);
  return [...facts, ...(amount === undefined ? [] : [amount])];
}

/** What sort of entry it is: its type, or else its kind, unless the title says it. All interactions have the kind in common, so it says nothing there. */
function nameSort(summary: KindSummary, type: NamedType | null | undefined, title: string, t: Translate): string | undefined {
  const kindName = summary.kind === "interaction" ? undefined : summary.label;
  const name = type ? nameType(type, t) : kindName;
  return name === title ? undefined : name;
}

function toTimelineEntry({ summary, row, at, card }: FoundEntry, { t, options }: EntryOptions): TimelineEntry {
  const text = typeof row.excerpt === "string" ? row.excerpt : undefined;
  const due =
    row.is_completed === false && row.due_date
      ? t("Due {date}", { date: formatDate(String(row.due_date), options.locale) })
      : undefined;
  const [author] = [row.expanded?.created_by].flat();
  const [type] = [row.expanded?.activity_type_id].flat();
  const [interactionType] = [row.expanded?.interaction_type_id].flat();
  const title = formatTitle(summary, row);
  const facts = isDocument(summary.kind)
    ? [summary.label, ...documentFacts(row, card, options)]
    : [
        isPlanned(summary.kind, row, new Date().toISOString()) ? t("Planned") : undefined,
        isByContact(summary.kind, row) ? undefined : author?.name,
        nameSort(summary, type ?? interactionType, title, t),
        text === title ? undefined : text,
        due,
      ];
  return {
    id: row.id,
    at,
    icon: <TypeIcon type={type ?? interactionType ?? undefined} kindIcon={summary.icon} />,
    title: (
      <Link variant="title" href={recordPath(summary, row.id)}>
        {title}
      </Link>
    ),
    body: facts.filter(Boolean).join(" · ") || undefined,
  };
}
