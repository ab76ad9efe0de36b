import type { Schemas } from "@crm/sdk/index.ts";
import { type Kind, useKind } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { useFigures } from "../../../records/figures/analytics-data.ts";
import { AnswerView } from "../../../records/figures/answer-view.tsx";
import { nameChoice } from "../../../records/figures/choice-name.ts";
import type { FigureValue } from "../../../records/figures/figure-text.ts";
import { FigureGrid } from "../../../records/figures/figure-tile.tsx";
import { FilterBar } from "../../../records/figures/filter-bar.tsx";
import { GroupChart } from "../../../records/figures/group-chart.tsx";
import { ReasonTable } from "../../../records/figures/reason-table.tsx";
import { useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { ListMenu, ListTools } from "../../../records/list/list-tools.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { buildClosedQuery } from "./closed-rules.ts";
import { ClosedTable } from "./closed-table.tsx";
import { buildRowQuery, isZero, sumAmounts } from "./forecast-rules.ts";
import { SellingPage } from "./selling-page.tsx";

/** The opportunities that were won. */
export const WonPage = () => <ClosedPage isWon />;

/** The opportunities that were lost, why, and to whom. */
export const LostPage = () => <ClosedPage isWon={false} />;

const ME = "me";
const NO_VALUE = "none";
/** The sales cycle is that of won opportunities. */
const shownFigures = (isWon: boolean): string[] => (isWon ? ["win_rate", "average_cycle_days"] : ["win_rate"]);

/** The opportunities that ended in a period: how many, how much they are worth, why they ended, and each of them. */
function ClosedPage({ isWon }: { readonly isWon: boolean }) {
  const t = useText();
  const { id: me } = useSession();
  const address = useAnalyticsAddress("this_quarter");
  const { query, filters } = address;
  const { data: kind } = useKind("opportunity");
  const answer = useFigures<Schemas.WinLossAnalytics>("/analytics/win-loss", query);
  const { from, to } = query;
  const sales = useFigures<Schemas.SalesAnalytics>("/analytics/sales", query);
  const countName = isWon ? "opportunities_won" : "opportunities_lost";
  const count = answer.data?.figures.find(({ name }) => name === countName);
  // A list has no teams and territories. The figure names the owners who belong to them.
  const isNarrow = filters.team !== undefined || filters.territory !== undefined || filters.owner === NO_VALUE;
  const rowQuery = isNarrow
    ? buildRowQuery(count?.opens[0])
    : buildClosedQuery({ isWon, from, to, owner: filters.owner === ME ? me : filters.owner });
  const reasons = answer.data?.by_reason ?? [];
  const bookings = sales.data?.figures.find(({ name }) => name === "bookings");
  const value = isWon ? bookings : answer.data && buildLostValue(reasons, t("Lost value"));
  const figures = [value, count, ...(answer.data?.figures ?? []).filter(({ name }) => shownFigures(isWon).includes(name))].filter(
    (figure) => figure !== undefined,
  );
  const Tools = useIsPhone() ? ListMenu : ListTools;
  const link = `/crm/opportunities?${new URLSearchParams(rowQuery as Record<string, string>)}`;
  return (
    <SellingPage
      title={isWon ? t("Won opportunities") : t("Lost opportunities")}
      isLoading={answer.isPending || sales.isPending || !kind}
      bar={<FilterBar address={address} />}
      actions={kind && rowQuery ? <Tools kind={kind} query={rowQuery} link={() => link} /> : undefined}
    >
      <AnswerView answer={answer}>
        {(data) => (
          <>
            <FigureGrid figures={figures} currency={data.currency} compared={data.compared} />
            <ReasonChart kind={kind} reasons={reasons} isWon={isWon} />
          </>
        )}
      </AnswerView>
      {kind && rowQuery ? <ClosedTable kind={kind} query={rowQuery} isWon={isWon} /> : <Skeleton shape="block" />}
      {answer.data ? <ReasonTable reasons={answer.data.by_reason} currency={answer.data.currency} /> : null}
    </SellingPage>
  );
}

/** The value of all lost opportunities: the sum of the reasons. There is no figure of it. */
function buildLostValue(reasons: Reasons, label: string): FigureValue {
  const others = reasons.flatMap(({ unconverted }) =>
    unconverted.map(({ currency, lost_value }) => ({ currency, value: lost_value })),
  );
  return {
    ...{ name: "lost_value", label, unit: "money", opens: [], previous: null, previous_opens: [] },
    value: sumAmounts(reasons.map(({ lost_value }) => lost_value)),
    unconverted: [...Map.groupBy(others, ({ currency }) => currency)]
      .map(([currency, sums]) => ({ currency, value: sumAmounts(sums.map(({ value }) => value)) }))
      .filter(({ value }) => !isZero(value)),
  } as unknown as FigureValue;
}

type Reasons = Schemas.WinLossAnalytics["by_reason"];

interface ReasonChartProps {
  readonly kind: Kind | undefined;
  readonly reasons: Reasons;
  readonly isWon: boolean;
}

function ReasonChart({ kind, reasons, isWon }: ReasonChartProps) {
  const t = useText();
  const groups = reasons.map(({ key, label, won_count, lost_count }) => ({
    // A chart names groups without a value by their label only under a key of their own.
    ...(key === NO_VALUE ? { key: "", label: t("No reason") } : { key, label }),
    count: isWon ? won_count : lost_count,
  }));
  if (!groups.some(({ count }) => count > 0)) return null;
  return (
    <GroupChart
      title={isWon ? t("Why did we win?") : t("Why did we lose?")}
      categoryLabel={t("Reason")}
      countLabel={t("Count")}
      groups={groups}
      nameGroup={(key) => nameChoice(kind, "win_loss_reason_id", key)}
    />
  );
}
