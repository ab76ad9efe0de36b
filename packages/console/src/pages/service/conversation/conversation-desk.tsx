import type { Schemas } from "@crm/sdk/index.ts";
import { Mail, MessageSquare } from "lucide-react";
import { useEffect, useEffectEvent, useMemo } from "react";
import { crm } from "../../../api/client.ts";
import type { OwnDisplayProps } from "../../../api/page-manifest.ts";
import { type ConsoleRecord, useInvalidation, useRecord, useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, recordPath } from "../../../api/schema.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { findNeighbour } from "../../../records/preview/preview-rules.ts";
import { RecordError } from "../../../records/record/record-error.tsx";
import { hasFailed } from "../../../records/record/record-rules.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { nameCorrespondent, useChannelNames } from "../ticket/channel-names.ts";
import { DeskHead, DeskLayout } from "../ticket/desk-layout.tsx";
import { buildConversationQuery, conversationQueues, findNext, parseQueue } from "../ticket/desk-rules.ts";
import { loadNext, QueueCard, QueueList } from "../ticket/queue-list.tsx";
import { useDeskRecord } from "../ticket/use-desk-record.ts";
import { useMinute } from "../ticket/use-minute.ts";
import { ConversationContext } from "./conversation-context.tsx";
import { ConversationThread } from "./conversation-thread.tsx";

const SHOWN = rowFields<Schemas.ConversationRow>()(
  "address",
  "channel",
  "person_id",
  "customer_id_crm",
  "assigned_staff_id",
  "last_message_at",
  "last_direction",
  "last_text",
  "unread_count",
);
type Row = ListRow<(typeof SHOWN)[number]>;

/** Marks a conversation as read that the user opened. */
function useReadMark(kind: Kind, conversation: ConsoleRecord | undefined): void {
  const invalidate = useInvalidation();
  const invalidateRead = useEffectEvent(invalidate);
  const id = conversation?.id;
  const unread = Number(conversation?.unread_count ?? 0);
  useEffect(() => {
    if (id === undefined || unread === 0) return;
    crm.request("POST", `${kind.path}/${id}/read`, {}).then(
      () => invalidateRead(kind, id),
      () => undefined,
    );
  }, [id, unread, kind]);
}

/** The inbox of messages of all channels: the queue, the thread in the middle, and the person at the end. */
export function ConversationDesk({ kind, query, queue: named, onQueue, tools }: OwnDisplayProps) {
  const t = useText();
  const desk = useDeskRecord();
  const channelName = useChannelNames();
  const queue = parseQueue(named, conversationQueues);
  const list = useRecordList(
    kind,
    useMemo(() => buildConversationQuery(queue, query), [queue, query]),
    { shown: SHOWN },
  );
  const rows = useMemo(() => list.data?.pages.flatMap(({ data }) => data) ?? [], [list.data]);
  const ids = rows.map(({ id }) => id);
  // What is opened counts as read, so the user chooses.
  const shownId = desk.named;
  const record = useRecord(shownId === undefined ? undefined : kind, shownId ?? "");
  const conversation = record.data;
  useReadMark(kind, conversation);
  const moveTo = (id: string | undefined) => (id === undefined ? undefined : () => desk.show(id));
  const labels = {
    mine: t("Assigned to me"),
    unassigned: t("Unassigned"),
    unread: t("Unread"),
    all: t("Open conversations"),
    closed: t("Closed"),
  };
  return (
    <DeskLayout
      queueLabel={t("Queue")}
      recordHref={shownId === undefined ? undefined : recordPath(kind, shownId)}
      isOpen={desk.named !== undefined}
      onBack={() => desk.show(undefined)}
      onNext={moveTo(findNext(ids, shownId))}
      onPrevious={moveTo(shownId === undefined ? undefined : findNeighbour(ids, shownId, -1))}
      queue={
        <QueueList
          label={kind.labels}
          list={list}
          rows={rows}
          onEnd={() => loadNext(list)}
          queues={conversationQueues.map((id) => ({ id, label: labels[id] }))}
          queue={queue}
          onQueue={onQueue}
          tools={tools}
          empty={{
            title: t("No conversations are waiting here"),
            text: t("Messages to your mail accounts and numbers appear by themselves. Other queues may have some."),
          }}
          render={(row) => <ConversationCard row={row} isShown={row.id === shownId} href={desk.hrefTo(row.id)} />}
        />
      }
      head={
        shownId === undefined ? undefined : (
          <DeskHead title={conversation ? nameCorrespondent(conversation) : hasFailed(record) ? kind.label : undefined}>
            {conversation ? <Tag label={channelName(String(conversation.channel))} /> : null}
          </DeskHead>
        )
      }
      thread={
        hasFailed(record) ? (
          <RecordError summary={kind} query={record} />
        ) : shownId === undefined ? null : (
          <ConversationThread key={shownId} kind={kind} id={shownId} record={conversation} />
        )
      }
      context={
        conversation ? (
          <ConversationContext key={conversation.id} kind={kind} record={conversation} />
        ) : hasFailed(record) ? null : (
          <Skeleton shape="block" />
        )
      }
      empty={
        list.isPending ? (
          <div className="p-4">
            <Skeleton shape="block" />
          </div>
        ) : (
          <EmptyState kind="empty" title={t("Choose a conversation from the queue")} />
        )
      }
    />
  );
}

interface ConversationCardProps {
  readonly row: Row;
  readonly isShown: boolean;
  readonly href: string;
}

function ConversationCard({ row, isShown, href }: ConversationCardProps) {
  const t = useText();
  const options = useTextOptions();
  const now = useMinute();
  const unread = Number(row.unread_count ?? 0);
  const [staff] = [row.expanded?.assigned_staff_id].flat();
  return (
    <QueueCard
      isShown={isShown}
      title={
        <Link variant={unread > 0 || isShown ? "card" : "card-muted"} href={href}>
          {nameCorrespondent(row)}
        </Link>
      }
      end={formatRelative(String(row.last_message_at), now, options)}
    >
      <span className="flex min-w-0 items-center gap-2 text-text-muted">
        <span className="shrink-0">{row.channel === "email" ? <Mail /> : <MessageSquare />}</span>
        <span className="flex min-w-0 flex-1 gap-1">
          {row.last_direction === "out" ? <span className="shrink-0">{t("You: {text}", { text: "" }).trim()}</span> : null}
          {/* The text has its own direction, so that its end is cut and not its beginning. */}
          <span dir="auto" className="min-w-0 truncate" title={String(row.last_text)}>
            {String(row.last_text)}
          </span>
        </span>
        {unread > 0 ? <Tag hue="indigo" label={t("{count} new", { count: formatCount(unread) })} /> : null}
        {staff ? <Avatar name={staff.name} /> : null}
      </span>
    </QueueCard>
  );
}
