import { LayoutDashboard } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useSession } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { type Layout, useDashboardData, useDashboards, useLayout } from "../../../records/figures/analytics-data.ts";
import type { ComparisonName } from "../../../records/figures/analytics-query.ts";
import type { Tile } from "../../../records/figures/analytics-types.ts";
import { findComparedDays } from "../../../records/figures/compared-days.ts";
import { cardClass } from "../../../records/figures/figure-tile.tsx";
import { FilterBar } from "../../../records/figures/filter-bar.tsx";
import type { Days } from "../../../records/figures/period-rules.ts";
import { type AnalyticsAddress, useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TileGrid, TilePlace } from "../../../ui/kit/tile-grid.tsx";
import { AnalyticsPage } from "../figure/analytics-page.tsx";
import { DashboardMenu } from "./dashboard-menu.tsx";
import { TileView } from "./tile-view.tsx";

const DashboardEditor = lazy(() => import("./dashboard-editor.tsx").then(({ DashboardEditor: editor }) => ({ default: editor })));

const ROLE_DASHBOARD = "default";

/** The dashboard of the caller's role, or one that users share. The address names it, its period and its filters. */
export function DashboardPage() {
  const t = useText();
  const { id: userId } = useSession();
  const address = useAnalyticsAddress("last_30_days");
  const { dashboard } = address.parameters;
  const dashboards = useDashboards();
  const layout = useLayout(dashboard);
  // The span of the dashboard of the role is known, so its data come with its tiles, in one request.
  useDashboardData(undefined, address.query, dashboard === undefined);
  const [edited, setEdited] = useState<Layout>();
  const open = (next: string | undefined): void =>
    address.change({ dashboard: next, period: undefined, from: undefined, to: undefined });
  if (edited)
    return (
      <Suspense fallback={<Skeleton shape="block" />}>
        <DashboardEditor
          layout={edited}
          onClose={(saved) => {
            setEdited(undefined);
            if (saved !== undefined && saved !== dashboard) open(saved);
          }}
        />
      </Suspense>
    );
  const choices = dashboards.data ?? [];
  return (
    <AnalyticsPage
      title={t("Analytics")}
      isLoading={layout.isPending}
      actions={
        <>
          <div className="min-w-0 flex-1 tablet:w-fit tablet:flex-none">
            <Select
              label={t("Dashboard")}
              isLabelHidden
              options={[
                { id: ROLE_DASHBOARD, label: t("Dashboard of my role") },
                ...choices.map((choice) => ({
                  id: choice.id,
                  label: choice.name,
                  ...(choice.created_by === userId ? {} : { description: t("Shared with you") }),
                })),
              ]}
              value={dashboard ?? ROLE_DASHBOARD}
              onChange={(next) => open(next === ROLE_DASHBOARD ? undefined : String(next))}
            />
          </div>
          <DashboardMenu layout={layout.data} isOwn={layout.data?.created_by === userId} onEdit={setEdited} onOpen={open} />
        </>
      }
    >
      {layout.error ? (
        <Banner
          kind="danger"
          title={readErrors(layout.error, t).form ?? t("The dashboard could not be loaded")}
          action={<Button onPress={() => open(undefined)}>{t("Dashboard of my role")}</Button>}
        />
      ) : layout.data ? (
        <DashboardView key={dashboard ?? ROLE_DASHBOARD} id={dashboard} layout={layout.data} />
      ) : (
        <Skeleton shape="block" />
      )}
    </AnalyticsPage>
  );
}

const byPlace = (a: Tile, b: Tile): number => a.y - b.y || a.x - b.x;

function DashboardView({ id, layout }: { readonly id: string | undefined; readonly layout: Layout }) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const address = useAnalyticsAddress(layout.span);
  const data = useDashboardData(id, address.query);
  const { tiles } = layout;
  if (tiles.length === 0)
    return (
      <EmptyState kind="empty" title={t("This dashboard has no tiles")}>
        {t("Its owner can add figures, charts and lists.")}
      </EmptyState>
    );
  const answer = data.data;
  const asOf = answer?.as_of;
  return (
    <>
      <FilterBar address={address} />
      {data.error ? (
        <Banner
          kind="danger"
          title={
            Object.values(readErrors(data.error, t).fields)[0] ??
            readErrors(data.error, t).form ??
            t("The figures could not be loaded")
          }
          action={<Button onPress={() => void data.refetch()}>{t("Try again")}</Button>}
        />
      ) : null}
      <div aria-busy={data.isFetching && !answer} className="flex min-w-0 flex-col gap-4">
        <TileGrid>
          {[...tiles.entries()]
            .sort(([, a], [, b]) => byPlace(a, b))
            .map(([index, tile]) => {
              const { x, y, width, height } = tile;
              const part = answer?.tiles[index];
              return (
                <TilePlace key={`${x} ${y}`} x={x} y={y} width={width} height={height}>
                  {answer && part ? (
                    <TileView
                      tile={tile}
                      data={part}
                      currency={answer.currency}
                      compared={readCompared(address, { from: answer.from, to: answer.to })}
                    />
                  ) : data.error ? null : (
                    <TileSkeleton isLow={height === 1} />
                  )}
                </TilePlace>
              );
            })}
        </TileGrid>
        {asOf ? (
          <p className="flex items-center gap-1 text-meta text-text-muted">
            <LayoutDashboard />
            {t("Changes until {time} are counted. You see the numbers of the records that you may see.", {
              time: dateFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(asOf)),
            })}
          </p>
        ) : null}
      </div>
    </>
  );
}

/** The place of a tile that is still loading. */
const TileSkeleton = ({ isLow }: { readonly isLow: boolean }) => (
  <div className={`${cardClass} flex-1 gap-3 ${isLow ? "py-3" : ""}`}>
    <Skeleton width="medium" />
    {isLow ? <Skeleton shape="control" width="medium" /> : <Skeleton shape="block" />}
    {isLow ? <Skeleton width="medium" /> : null}
  </div>
);

const readCompared = ({ comparison }: AnalyticsAddress, days: Days): Days | undefined =>
  comparison === undefined ? undefined : findComparedDays(days, comparison as ComparisonName);
