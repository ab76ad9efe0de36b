import { useQuery } from "@tanstack/react-query";
import { CalendarOff } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { crm } from "../../../api/client.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatCount, numberFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { formatMinutes } from "./minutes.ts";

const UserAvailability = lazy(() =>
  import("./user-availability.tsx").then(({ UserAvailability: dialog }) => ({ default: dialog })),
);

interface Agent {
  readonly agent_id: string;
  readonly name: string;
  readonly department: string | null;
  readonly load: number;
  readonly capacity: number;
  readonly availability: "FREE" | "FULL" | "AWAY";
  readonly answered: number;
  readonly first_response_minutes: number | null;
  readonly resolved: number;
  readonly resolution_minutes: number | null;
  readonly satisfaction: number | null;
}

const hues = { FREE: "green", FULL: "yellow", AWAY: "gray" } as const;

/** `/crm/support/agents`: how many tickets each agent has, whether they can take more, and what they did in the last days. */
export function AgentsPage() {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const report = useQuery({
    queryKey: [...scope, "analytics", "support-agents"],
    queryFn: ({ signal }) => crm.request<{ agents: Agent[] }>("GET", "/api/v1/support/agents", { signal }),
  });
  const { id: userId, permissions } = useSession();
  const [changed, setChanged] = useState<Agent>();
  const names = { FREE: t("Free"), FULL: t("Full"), AWAY: t("Away") };
  const time = (minutes: number | null): string => (minutes === null ? EMPTY : formatMinutes(Math.round(minutes), locale));
  const nameAgent = ({ agent_id, name, department }: Agent) => (
    <span className="flex min-w-0 items-start gap-2">
      <Avatar name={name} isDecorative />
      <span className="flex min-w-0 flex-col">
        <Link variant="title" href={`/crm/users/view/${agent_id}`}>
          {name}
        </Link>
        {department === null ? null : (
          <span dir="auto" className="text-meta text-text-muted">
            {department}
          </span>
        )}
      </span>
    </span>
  );
  const showAvailability = (agent: Agent) => (
    <span className="flex items-center gap-1">
      <Tag label={names[agent.availability]} hue={hues[agent.availability]} hasDot />
      {permissions.includes("availability:manage") || agent.agent_id === userId ? (
        <IconButton
          isSmall
          icon={<CalendarOff />}
          label={t("{entry}: {name}", { entry: t("Availability"), name: agent.name })}
          onPress={() => setChanged(agent)}
        />
      ) : null}
    </span>
  );
  const showLoad = ({ name, load, capacity }: Agent) => (
    <span className="flex min-w-field-short flex-col gap-1">
      <ProgressBar label={t("Workload of {name}", { name })} value={Math.min(load, capacity)} max={capacity} />
      <span className="text-meta tabular-nums text-text-muted">
        {t("{load} of {capacity} tickets", { load: formatCount(load, locale), capacity: formatCount(capacity, locale) })}
      </span>
    </span>
  );
  const columns: TableColumn<Agent>[] = [
    {
      id: "name",
      label: t("Agent"),
      render: nameAgent,
    },
    {
      id: "availability",
      label: t("Availability"),
      render: showAvailability,
    },
    {
      id: "load",
      label: t("Workload"),
      render: showLoad,
    },
    { id: "answered", label: t("First answers"), isNumeric: true, render: ({ answered }) => formatCount(answered, locale) },
    {
      id: "first",
      label: t("Time to the first answer"),
      isNumeric: true,
      render: ({ first_response_minutes }) => time(first_response_minutes),
    },
    { id: "resolved", label: t("Resolved"), isNumeric: true, render: ({ resolved }) => formatCount(resolved, locale) },
    {
      id: "resolution",
      label: t("Time to the resolution"),
      isNumeric: true,
      render: ({ resolution_minutes }) => time(resolution_minutes),
    },
    {
      id: "satisfaction",
      label: t("Rating"),
      isNumeric: true,
      render: ({ satisfaction }) =>
        satisfaction === null ? EMPTY : numberFormat(locale, { maximumFractionDigits: 2 }).format(satisfaction),
    },
  ];
  return (
    <PageFrame
      title={t("Support agents")}
      description={t("Who has room for more tickets, and what agents did in the last days.")}
      isLoading={report.isPending}
    >
      {report.error ? <LoadError query={report} text={t("The agents could not be loaded")} /> : null}
      {report.isPending ? <Skeleton shape="block" /> : null}
      {report.data?.agents.length === 0 ? (
        <EmptyState kind="empty" title={t("There are no support agents yet")}>
          {t("Users with the role of a support agent get tickets by the routing rules.")}
        </EmptyState>
      ) : null}
      {report.data && report.data.agents.length > 0 ? (
        <RowList
          label={t("Support agents")}
          columns={columns}
          rows={report.data.agents.map((agent) => ({ ...agent, id: agent.agent_id }))}
          renderCard={(agent) => (
            <>
              <span className="flex min-w-0 items-center justify-between gap-2">
                {nameAgent(agent)}
                {showAvailability(agent)}
              </span>
              {showLoad(agent)}
            </>
          )}
        />
      ) : null}
      {changed ? (
        <Suspense>
          <UserAvailability
            id={changed.agent_id}
            name={changed.name}
            onDone={() => void report.refetch()}
            onClose={() => setChanged(undefined)}
          />
        </Suspense>
      ) : null}
    </PageFrame>
  );
}
