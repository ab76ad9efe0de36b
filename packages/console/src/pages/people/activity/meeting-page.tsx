import type { Schemas } from "@crm/sdk/index.ts";
import { useMemo } from "react";
import { rowFields } from "../../../api/row-fields.ts";
import { type Kind, listPath, recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { BlockRow, BlockRows } from "../../../frame/shell/home-block.tsx";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { findToday } from "../../../records/calendar/calendar-days.ts";
import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { formatTime, readDay } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { ActivityPage } from "./activity-page.tsx";
import { type ActivityRow, useActivities, useParameters, useRelatedLink } from "./activity-rows.ts";
import { OwnerChoice } from "./owner-choice.tsx";

const SHOWN = rowFields<Schemas.ActivityRow>()(
  "subject",
  "start_datetime",
  "end_datetime",
  "meeting_location",
  "is_completed",
  "attending",
);
type Row = ActivityRow<(typeof SHOWN)[number]>;

/** Meetings by day: those to come, or the past ones whose result is missing or written. */
export function MeetingPage() {
  const t = useText();
  const { data: kind } = useKind("activity");
  const { data: kinds = [] } = useKindIndex();
  const [{ of, show }, change] = useParameters();
  const isMine = of !== "all";
  const isPast = show === "past";
  const bookings = kinds.find((candidate) => candidate.kind === "booking_link");
  return (
    <ActivityPage
      title={t("Meetings")}
      creation={{ label: t("New meeting"), preset: { activity_type_id: "meeting" } }}
      actions={
        bookings ? (
          <Link variant="action" href={listPath(bookings)}>
            {bookings.labels}
          </Link>
        ) : null
      }
      bar={
        <div className="flex flex-wrap gap-3">
          <OwnerChoice isMine={isMine} onChange={(next) => change({ of: next ? undefined : "all" })} />
          <SegmentedControl
            label={t("Which meetings")}
            segments={[
              { id: "next", label: t("Upcoming") },
              { id: "past", label: t("Past") },
            ]}
            value={isPast ? "past" : "next"}
            onChange={(id) => change({ show: id === "past" ? id : undefined })}
          />
        </div>
      }
      isLoading={!kind}
    >
      {kind ? <MeetingList kind={kind} isMine={isMine} isPast={isPast} /> : <Skeleton shape="block" />}
    </ActivityPage>
  );
}

interface MeetingListProps {
  readonly kind: Kind;
  readonly isMine: boolean;
  readonly isPast: boolean;
}

function MeetingList({ kind, isMine, isPast }: MeetingListProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const today = findToday(timeZone);
  const query = useMemo(
    () => ({
      activity_type_id: "meeting",
      [isPast ? "start_datetime[lt]" : "start_datetime[gte]"]: today,
      sort: "start_datetime",
      order: isPast ? "desc" : "asc",
    }),
    [isPast, today],
  );
  const { list, rows } = useActivities(kind, { isMine, query, shown: SHOWN });
  const days = [...Map.groupBy(rows, ({ start_datetime }) => readDay(String(start_datetime), timeZone))];
  const format = dateFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  return (
    <ListState
      query={list}
      isEmpty={rows.length === 0}
      empty={
        <EmptyState kind="empty" title={isPast ? t("There was no meeting yet") : t("No meeting is planned")}>
          {t("Plan a meeting, or give customers a booking link with your free times.")}
        </EmptyState>
      }
    >
      {days.map(([day, meetings]) => (
        <section key={day} className="flex min-w-0 flex-col gap-2">
          <h2 className="text-body font-semibold">{day === today ? t("Today") : format.format(new Date(`${day}T00:00:00Z`))}</h2>
          <div className="rounded-card border border-border bg-surface py-1">
            <BlockRows>
              {meetings.map((meeting) => (
                <MeetingRow key={meeting.id} kind={kind} meeting={meeting} isMine={isMine} isPast={isPast} />
              ))}
            </BlockRows>
          </div>
        </section>
      ))}
    </ListState>
  );
}

function MeetingRow({ kind, meeting, isMine, isPast }: Omit<MeetingListProps, "rows"> & { readonly meeting: Row }) {
  const t = useText();
  const options = useTextOptions();
  const related = useRelatedLink()(meeting);
  const [assignee] = [meeting.expanded?.assigned_to_id].flat();
  const guests = Array.isArray(meeting.attending) ? meeting.attending.length : 0;
  const about = [
    related?.title,
    meeting.meeting_location ? String(meeting.meeting_location) : "",
    guests > 1 ? t("{count, plural, one {# participant} other {# participants}}", { count: guests }) : "",
  ];
  const lacksResult = isPast && meeting.is_completed === false && meeting.status !== "CANCELLED";
  return (
    <BlockRow
      start={
        <span className="w-time text-control tabular-nums whitespace-nowrap">
          {formatTime(String(meeting.start_datetime), options)}
        </span>
      }
      href={recordPath(kind, meeting.id)}
      title={String(meeting.subject)}
      isOver={meeting.status === "CANCELLED"}
      about={about.filter(Boolean).join(" · ") || null}
      end={
        <>
          {lacksResult ? (
            <Link variant="value" href={`${listPath(kind)}/edit/${meeting.id}`}>
              {t("Write the result")}
            </Link>
          ) : null}
          {isMine || !assignee?.name ? null : <Avatar name={assignee.name} />}
        </>
      }
    />
  );
}
