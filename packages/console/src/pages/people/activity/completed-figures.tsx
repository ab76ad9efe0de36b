import type { Schemas } from "@crm/sdk/index.ts";
import { useSession } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { findToday } from "../../../records/calendar/calendar-days.ts";
import { useFigures } from "../../../records/figures/analytics-data.ts";
import { FigureGrid } from "../../../records/figures/figure-tile.tsx";
import { resolveSpan } from "../../../records/figures/period-rules.ts";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";

interface CompletedFiguresProps {
  readonly isMine: boolean;
  /** Names of figures, as `GET /analytics/figures` lists them. */
  readonly names: readonly string[];
}

/** Reads what was completed in the last 30 days, compared with the 30 days before. */
export function useCompletedFigures(isMine: boolean) {
  const { id } = useSession();
  const { timeZone } = useTextOptions();
  const days = resolveSpan("last_30_days", findToday(timeZone));
  return useFigures<Schemas.TeamPerformance>("/analytics/team-performance", {
    ...days,
    compare_to: "previous_period",
    ...(isMine ? { owner: id } : {}),
  });
}

/** What was completed in the last 30 days, compared with the 30 days before. */
export function CompletedFigures({ isMine, names }: CompletedFiguresProps) {
  const answer = useCompletedFigures(isMine);
  if (answer.isPending) return <Skeleton shape="control" />;
  // The page is about the rows below: without figures it is still whole.
  if (!answer.data) return null;
  const figures = names.flatMap((name) => answer.data.figures.find((figure) => figure.name === name) ?? []);
  if (figures.length === 0) return null;
  return <FigureGrid figures={figures} currency={answer.data.currency} compared={answer.data.compared} />;
}
