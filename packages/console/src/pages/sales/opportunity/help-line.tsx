import type { Schemas } from "@crm/sdk/index.ts";
import { formatMoney } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { resolveKey } from "../../../records/figures/period-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Link } from "../../../ui/kit/link.tsx";
import { useTeamMonth } from "./forecast-data.ts";
import { findDealAddress, findFurthestBelow, listTeamRows } from "./team-rows.ts";

interface HelpLineProps {
  readonly month: Schemas.ForecastMonth;
  readonly monthName: string;
  readonly currency: string;
  readonly filters: Readonly<Record<string, string>>;
}

/** Says who of the team is furthest below the target of the month, with a way to their deals. */
export function HelpLine({ month, monthName, currency, filters }: HelpLineProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const team = useTeamMonth(resolveKey(month.forecast_period.slice(0, 7)), filters);
  const found = team.data && findFurthestBelow(listTeamRows(month, team.data, t));
  if (!found) return null;
  const { row, gap } = found;
  return (
    <p className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-1 text-control">
      <span>
        {t("{name} is furthest below the target of {month}: {amount} are missing.", {
          name: row.name,
          month: monthName,
          amount: formatMoney(gap, currency, locale),
        })}
      </span>
      <Link variant="action" href={findDealAddress(row)}>
        {t("Show their deals")}
      </Link>
    </p>
  );
}
