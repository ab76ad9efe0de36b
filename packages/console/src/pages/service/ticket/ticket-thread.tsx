import { useEffect, useMemo, useRef, useState } from "react";
import { usePresence } from "../../../api/presence.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { listLabels } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useThread } from "../../../records/comments/thread-reads.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { DeliveryNote } from "./delivery-note.tsx";
import { SplitBar } from "./split-bar.tsx";
import { canUndoEvent, listSplittable, listTicketEvents, mergeThread, toCommentEntry } from "./thread-rules.ts";
import { ThreadShell } from "./thread-shell.tsx";
import { ThreadView } from "./thread-view.tsx";
import { TicketReply } from "./ticket-reply.tsx";
import { useTicketChange } from "./ticket-tools.tsx";

interface TicketThreadProps {
  readonly kind: Kind;
  readonly id: string;
  /** Undefined while it loads. The comments load at the same time. */
  readonly record: ConsoleRecord | undefined;
  /** Opens the next ticket of the queue. */
  readonly onNext?: (() => void) | undefined;
  /** Called when the user begins to write. */
  readonly onBegin?: () => void;
  readonly isInPage?: boolean;
  /** Ends the choice of messages to split off. Undefined: none are chosen. */
  readonly onSplitEnd?: (() => void) | undefined;
}

/** The fields that name the person who asked. */
const REQUESTER_FIELDS = ["personal_key_id", "contact_id", "customer_id"];

/** Returns the name of who asked, by the first of the fields that has one. */
export function nameRequester(kind: Kind, record: ConsoleRecord | undefined, fields = REQUESTER_FIELDS): string | null {
  const names = fields.flatMap((name) => {
    const field = kind.fields.find((candidate) => candidate.name === name);
    const [label] = record && field && record.expanded?.[name] ? listLabels(record, field) : [];
    return label ? [label.name] : [];
  });
  return names[0] || null;
}

/** The correspondence of a ticket with its notes and events, and the box to answer. */
export function TicketThread({ kind, id, record, onNext, onBegin, isInPage = false, onSplitEnd }: TicketThreadProps) {
  const t = useText();
  const session = useSession();
  const [isWriting, setWriting] = useState(false);
  const present = usePresence(id, isWriting);
  const requester = nameRequester(kind, record);
  const comments = useThread(kind, id);
  const { hasNextPage } = comments;
  const entries = useMemo(() => {
    const loaded = comments.data?.pages.flatMap(({ data }) => data.map((row) => toCommentEntry(row, requester))) ?? [];
    return record && comments.data ? mergeThread(listTicketEvents(record), loaded, hasNextPage) : [];
  }, [comments.data, record, requester, hasNextPage]);
  const { split, undo } = useTicketChange(kind, record);
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set());
  const isSplitting = onSplitEnd !== undefined;
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isSplitting) return setChosenIds(new Set());
    frame.current?.querySelector<HTMLInputElement>("article input[type=checkbox]")?.focus();
  }, [isSplitting]);
  const splittable = isSplitting ? listSplittable(entries) : [];
  const chosen = splittable.filter((message) => chosenIds.has(message.id));
  const choose = (messageId: string, isChosen: boolean): void =>
    setChosenIds((before) => new Set(isChosen ? [...before, messageId] : [...before].filter((other) => other !== messageId)));
  const mergedIds = (record?.merged_ids ?? []) as readonly string[];
  const canWrite = session.permissions.includes("ticket:work") && record !== undefined && record.merged_into_id === null;
  const content = (
    <ThreadShell
      isInPage={isInPage}
      lastId={entries.at(-1)?.id}
      present={present}
      messages={(scrollsWithPage) => (
        <ThreadView
          entries={entries}
          isLoading={!record || comments.isPending}
          onLoadMore={hasNextPage ? () => void comments.fetchNextPage() : undefined}
          isLoadingMore={comments.isFetchingNextPage}
          isInPage={scrollsWithPage}
          undoEvent={(other) => (canWrite && canUndoEvent(other, mergedIds) ? () => void undo(other) : undefined)}
          chooseMessage={
            isSplitting
              ? (message) =>
                  splittable.includes(message)
                    ? { isChosen: chosenIds.has(message.id), onChange: (isChosen) => choose(message.id, isChosen) }
                    : undefined
              : undefined
          }
          renderDetails={(message) =>
            message.direction === "out" ? <DeliveryNote path={`${kind.path}/${id}/comments/${message.id}`} /> : undefined
          }
        >
          {comments.error ? <LoadError query={comments} text={t("The messages could not be loaded")} /> : null}
        </ThreadView>
      )}
      isReplyOpen={isSplitting}
      reply={
        isSplitting ? (
          <SplitBar
            chosen={chosen}
            onCancel={onSplitEnd}
            onSplit={(subject) =>
              split(
                subject,
                chosen.map((message) => message.id),
                onSplitEnd,
              )
            }
          />
        ) : canWrite ? (
          <TicketReply
            kind={kind}
            record={record}
            entries={entries}
            requester={requester}
            onWriting={(isNowWriting) => {
              if (isNowWriting) onBegin?.();
              setWriting(isNowWriting);
            }}
            onNext={onNext}
          />
        ) : undefined
      }
    />
  );
  return (
    <div ref={frame} className="contents">
      {content}
    </div>
  );
}
