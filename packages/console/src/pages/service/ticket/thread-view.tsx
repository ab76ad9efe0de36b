import { AlarmClock, ChevronDown, CircleArrowUp, CircleCheck, Clock, RotateCcw, UserCheck } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatDayTitle, formatExact, formatRelative, formatTime, type Reader, readDay } from "../../../ui/i18n/time.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { formatMoment } from "./clock-rules.ts";
import { type MessageChoice, MessageView } from "./message-view.tsx";
import {
  type EventName,
  foldEvents,
  type OtherTicket,
  readItemInstant,
  type ThreadEntry,
  type ThreadEvent,
  type ThreadMessage,
  type TicketEventType,
} from "./thread-rules.ts";
import { useMinute } from "./use-minute.ts";
import { describeEscalation, describeReopening, describeWorkEvent } from "./work-events.ts";

interface ThreadViewProps {
  readonly entries: readonly ThreadEntry[];
  readonly isLoading: boolean;
  /** Loads older entries, as long as there are any. */
  readonly onLoadMore: (() => void) | undefined;
  readonly isLoadingMore: boolean;
  /** Words for the statuses of messages. */
  readonly statusLabels?: Readonly<Record<string, string>>;
  /** What a message shows on demand. */
  readonly renderDetails?: (message: ThreadMessage) => ReactNode;
  /** The thread is a part of a page that scrolls, and not a pane that scrolls by itself. */
  readonly isInPage?: boolean;
  /** Lets the user choose messages. */
  readonly chooseMessage?: ((message: ThreadMessage) => MessageChoice | undefined) | undefined;
  /** Takes an event with another ticket back. Returns undefined where that is not possible. */
  readonly undoEvent?: (other: OtherTicket) => (() => void) | undefined;
  /** What stands above the messages, such as an error. */
  readonly children?: ReactNode;
}

/** Pixels from the end within which a reader is at the end. */
const END_TOLERANCE = 24;

/** Messages, notes and events, the oldest first. A pane opens at its end, where the newest message is. */
export function ThreadView(props: ThreadViewProps) {
  const { entries, isLoading, onLoadMore, isLoadingMore, statusLabels = {}, isInPage = false, children, renderDetails } = props;
  const { chooseMessage, undoEvent } = props;
  const t = useText();
  const options = useTextOptions();
  const now = useMinute();
  const frame = useRef<HTMLDivElement>(null);
  const last = entries.at(-1)?.id;
  const content = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (last === undefined || isInPage || !frame.current) return;
    isAtEnd.current = true;
    frame.current.scrollTop = frame.current.scrollHeight;
  }, [last, isInPage]);
  // A picture that loads late makes the thread longer: a reader at its end stays there.
  useLayoutEffect(() => {
    const [pane, inner] = [frame.current, content.current];
    if (isInPage || !pane || !inner) return undefined;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) pane.scrollTop = pane.scrollHeight;
    });
    observer.observe(inner);
    observer.observe(pane);
    return () => observer.disconnect();
  }, [isInPage]);
  const readPlace = ({ scrollTop, scrollHeight, clientHeight }: HTMLElement): void => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < END_TOLERANCE;
  };
  const items = foldEvents(entries, options.timeZone);
  return (
    <div
      ref={frame}
      className={isInPage ? "min-w-0 py-2" : "min-h-0 flex-1 overflow-auto px-4 py-3"}
      aria-busy={isLoading}
      onScroll={({ currentTarget }) => readPlace(currentTarget)}
    >
      <div ref={content} className="flex min-w-0 flex-col gap-3">
        {children}
        {isLoading ? (
          <>
            <Skeleton width="medium" />
            <Skeleton shape="control" />
            <Skeleton shape="control" />
          </>
        ) : null}
        {onLoadMore === undefined ? null : (
          <span>
            <Button isSmall isPending={isLoadingMore} onPress={onLoadMore}>
              {t("Show earlier messages")}
            </Button>
          </span>
        )}
        {items.map((item, index) => {
          const at = readItemInstant(item);
          const previous = items[index - 1];
          const isNewDay = !previous || readDay(readItemInstant(previous), options.timeZone) !== readDay(at, options.timeZone);
          return (
            <div key={item.id} className="flex min-w-0 flex-col gap-3">
              {isNewDay ? <h3 className="text-meta font-medium text-text-muted">{formatDayTitle(at, now, options)}</h3> : null}
              {item.type === "events" ? (
                <EventLines events={item.events} now={now} undoEvent={undoEvent} />
              ) : (
                <MessageView
                  message={item}
                  status={item.status === null ? undefined : statusLabels[item.status]}
                  now={now}
                  details={renderDetails?.(item)}
                  choice={chooseMessage?.(item)}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const nameEvent = ({ name, text, other, work, clock }: ThreadEvent, now: string, reader: Reader, t: Translate): string => {
  if (other) return nameTicketEvent(other, t);
  if (work) return describeWorkEvent(work, (instant) => formatMoment(instant, now, reader), t);
  const escalation = clock && describeEscalation(clock, t);
  if (escalation !== undefined) return escalation;
  if (name === "reopened") return describeReopening(text, t);
  const names: Readonly<Record<Exclude<EventName, "system" | "reopened">, string>> = {
    assigned: t("Assigned"),
    escalated: t("Escalated"),
    snoozed: t("Snoozed"),
    resolved: t("Resolved"),
  };
  if (name === "system") return text ?? "";
  return text === null ? names[name] : `${names[name]}: ${text}`;
};

const nameTicketEvent = ({ type, ticket_number: number, subject }: OtherTicket, t: Translate): string => {
  const names: Readonly<Record<TicketEventType, string>> = {
    MERGED: t("Merged from {number}: {subject}", { number, subject }),
    UNMERGED: t("Merge undone with {number}: {subject}", { number, subject }),
    SPLIT_TO: t("Split off to {number}: {subject}", { number, subject }),
    SPLIT_FROM: t("Split off from {number}: {subject}", { number, subject }),
    UNSPLIT: t("Split undone with {number}: {subject}", { number, subject }),
  };
  return names[type];
};

const eventIcons: Readonly<Record<EventName, ReactNode>> = {
  assigned: <UserCheck />,
  escalated: <CircleArrowUp />,
  snoozed: <AlarmClock />,
  resolved: <CircleCheck />,
  reopened: <RotateCcw />,
  system: <Clock />,
};

interface EventLinesProps {
  readonly events: readonly ThreadEvent[];
  readonly now: string;
  readonly undoEvent: ThreadViewProps["undoEvent"];
}

/** What happened between two messages. Several events are one line until they are opened. */
function EventLines({ events, now, undoEvent }: EventLinesProps) {
  const t = useText();
  const options = useTextOptions();
  const [isOpen, setOpen] = useState(false);
  if (events.length > 1 && !isOpen)
    return (
      <span>
        <Button isSmall variant="quiet" icon={<ChevronDown />} onPress={() => setOpen(true)}>
          {t("{count, plural, one {# event} other {# events}}", { count: events.length })}
        </Button>
      </span>
    );
  return (
    <ul className="flex min-w-0 flex-col gap-1">
      {events.map((event) => (
        <li key={event.id} className="flex min-w-0 items-baseline gap-2 text-meta text-text-muted">
          <span className="shrink-0 self-center">{eventIcons[event.name]}</span>
          <span dir="auto" className="min-w-0 wrap-anywhere">
            {event.other ? (
              <Link href={`/crm/support/tickets/view/${event.other.ticket_id}`}>{nameEvent(event, now, options, t)}</Link>
            ) : (
              nameEvent(event, now, options, t)
            )}
          </span>
          <time
            dateTime={event.at}
            title={`${formatRelative(event.at, now, options)} · ${formatExact(event.at, options)}`}
            className="shrink-0 tabular-nums"
          >
            {formatTime(event.at, options)}
          </time>
          <UndoButton undo={event.other && undoEvent?.(event.other)} />
        </li>
      ))}
    </ul>
  );
}

/** The button works once: what it undid has another line. */
function UndoButton({ undo }: { readonly undo: (() => void) | undefined }) {
  const t = useText();
  const [isUsed, setUsed] = useState(false);
  if (undo === undefined) return null;
  return (
    <Button
      isSmall
      variant="quiet"
      isPending={isUsed}
      onPress={() => {
        setUsed(true);
        undo();
      }}
    >
      {t("Undo")}
    </Button>
  );
}
