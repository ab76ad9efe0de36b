import { lazy, Suspense } from "react";
import { FigureChart } from "../../../records/figures/figure-chart.tsx";
import { cardClass, FigureContent } from "../../../records/figures/figure-tile.tsx";
import { GroupTable } from "../../../records/figures/group-table.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { StageFunnel } from "../figure/stage-funnel.tsx";
import { KpiContent } from "../kpi/kpi-content.tsx";
import { ListTile } from "./record-tiles.tsx";
import type { TileViewProps } from "./tile-props.ts";
import { TileTitle } from "./tile-title.tsx";

const ReportTile = lazy(() => import("../report/report-tile.tsx").then(({ ReportTile: tile }) => ({ default: tile })));

/** Tiles with rows scroll in their place. */
const scrolling: ReadonlySet<string> = new Set(["table", "list", "report"]);

/** A tile of a dashboard with its data, or why it has none. */
export function TileView(props: TileViewProps) {
  const { tile, data } = props;
  const content = data.error ? <TileError {...props} message={data.error.message} /> : <TileContent {...props} />;
  const isLow = tile.type === "figure" || tile.type === "kpi";
  return (
    <div className={`${cardClass} flex-1 ${isLow ? "py-3" : ""} desktop:relative`}>
      {scrolling.has(tile.type) && !data.error ? (
        <div className="flex min-w-0 flex-col desktop:absolute desktop:inset-0 desktop:overflow-y-auto desktop:p-4">
          {content}
        </div>
      ) : (
        content
      )}
    </div>
  );
}

function TileError({ data, message }: TileViewProps & { readonly message: string }) {
  const t = useText();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <h2 dir="auto" className="min-w-0 text-body font-semibold wrap-anywhere">
        {data.title ?? t("Tile without data")}
      </h2>
      <p role="status" className="text-control text-text-muted">
        {message}
      </p>
    </div>
  );
}

function TileContent(props: TileViewProps) {
  const t = useText();
  const { tile, data, currency, compared } = props;
  const title = data.title ?? "";
  switch (tile.type) {
    case "figure": {
      const [figure] = data.figures;
      return figure ? <FigureContent figure={figure} title={title} currency={currency} compared={compared} /> : null;
    }
    case "chart":
      return (
        <FigureChart
          title={title}
          figures={data.figures}
          by={tile.by ?? "month"}
          rows={data.rows}
          kind={tile.chart ?? "bar"}
          currency={currency}
        />
      );
    case "funnel":
      return <StageFunnel title={tile.title ?? t("What is open, by stage?")} stages={data.stages} currency={currency} />;
    case "table":
      return <TableTile {...props} />;
    case "kpi":
      return data.kpi ? <KpiContent name={title} kpi={data.kpi} opens={data.opens} /> : null;
    case "list":
      return tile.view === undefined ? null : <ListTile {...props} view={tile.view} />;
    case "report":
      return tile.report === undefined ? null : (
        <Suspense fallback={<Skeleton shape="block" />}>
          <ReportTile data={data} report={tile.report} />
        </Suspense>
      );
  }
}

/** Figures by owner or by part of the period. */
function TableTile({ tile, data, currency }: TileViewProps) {
  const title = data.title ?? "";
  if (data.rows.length === 0) return <EmptyTile title={title} />;
  return (
    <>
      <TileTitle title={title} />
      <GroupTable title={title} by={tile.by ?? "owner"} rows={data.rows} figures={data.figures} currency={currency} />
    </>
  );
}

function EmptyTile({ title }: { readonly title: string }) {
  const t = useText();
  return (
    <>
      <TileTitle title={title} />
      <EmptyState kind="empty" title={t("No figures for this period")} />
    </>
  );
}
