import { useQueries } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { read } from "../../../api/client.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { nameRegion } from "../../../ui/i18n/format-region.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { describeHours, type Hours } from "./calendar-rules.ts";
import { listServicePages } from "./service-pages.ts";
import { CALENDARS_PATH, type CalendarRow, useCalendars } from "./sla-data.ts";
import { WeekBars } from "./week-bars.tsx";

const MANAGE_PERMISSION = "sla:manage";
/** So many calendars are shown with their hours. */
const MAX_SHOWN = 20;

/** `/crm/support/calendars`: the calendars of working time, each with its week. */
export function CalendarsPage() {
  const t = useText();
  const navigate = useNavigate();
  const canManage = useSession().permissions.includes(MANAGE_PERMISSION);
  const calendars = useCalendars();
  const rows = calendars.data ?? [];
  const hours = useHours(rows.slice(0, MAX_SHOWN));
  const create = (): void => void navigate({ to: "/crm/support/calendars/create" });
  const button = (variant: "primary" | "secondary") => (
    <Button variant={variant} icon={<Plus />} onPress={create}>
      {t("New calendar")}
    </Button>
  );
  return (
    <PageFrame
      title={t("Calendars of working time")}
      description={t("Service levels count time only while a calendar is open.")}
      pages={{ label: t("Service levels"), tabs: listServicePages("calendars", t) }}
      isLoading={calendars.isPending}
      width="record"
      actions={canManage && rows.length > 0 ? button("primary") : undefined}
    >
      {calendars.error ? <LoadError query={calendars} text={t("The calendars could not be loaded")} /> : null}
      {calendars.isPending && !calendars.error ? <Skeleton shape="block" /> : null}
      {calendars.data?.length === 0 ? (
        <EmptyState kind="empty" title={t("There are no calendars yet")} {...(canManage ? { action: button("primary") } : {})}>
          {t(
            "Without a calendar, targets count around the clock. A calendar has the hours in which support works, and holidays.",
          )}
        </EmptyState>
      ) : null}
      <ul aria-label={t("Calendars")} className="grid min-w-0 grid-cols-1 gap-4 empty:hidden desktop:grid-cols-2">
        {rows.map((row) => (
          <CalendarCard key={row.id} row={row} hours={hours.get(row.id)} canManage={canManage} />
        ))}
      </ul>
    </PageFrame>
  );
}

/** Reads the hours of some calendars, all with one request. Lists leave them out. */
function useHours(rows: readonly CalendarRow[]): ReadonlyMap<string, Hours> {
  const scope = useScope();
  return useQueries({
    queries: rows.map(({ id }) => ({
      queryKey: [...scope, "record", "support_calendar", id, "hours"],
      queryFn: async () => (await read<{ hours: Hours }>(`${CALENDARS_PATH}/${id}`)).data.hours,
    })),
    combine: (results) => new Map(results.flatMap(({ data }, index) => (data ? [[rows[index]?.id ?? "", data] as const] : []))),
  });
}

function CalendarCard({
  row,
  hours,
  canManage,
}: {
  readonly row: CalendarRow;
  readonly hours: Hours | undefined;
  readonly canManage: boolean;
}) {
  const t = useText();
  const { locale } = useTextOptions();
  const { id, name, timezone, holiday_country, holiday_region, description } = row;
  const holidays =
    holiday_country === null
      ? t("No public holidays")
      : t("Public holidays of {country}", { country: nameRegion(locale, holiday_country) });
  return (
    <li className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4 text-control">
      <Link variant="title" href={canManage ? `/crm/support/calendars/edit/${id}` : `/crm/support/calendars/view/${id}`}>
        {name}
      </Link>
      {description === null ? null : (
        <span dir="auto" className="wrap-anywhere text-text-muted">
          {description}
        </span>
      )}
      {hours ? <WeekBars hours={hours} /> : <Skeleton shape="control" />}
      <span className="wrap-anywhere">{hours ? describeHours(hours, locale) || EMPTY : ""}</span>
      <span className="text-meta text-text-muted">
        {[timezone.replaceAll("_", " "), [holidays, holiday_region].filter(Boolean).join(", ")].join(" · ")}
      </span>
    </li>
  );
}
