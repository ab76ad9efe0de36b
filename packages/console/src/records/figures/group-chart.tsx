import { useNavigate } from "../../api/use-navigate.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Chart } from "../../ui/kit/chart.tsx";
import { cardClass } from "./figure-tile.tsx";
import type { RowRequest } from "./row-links.ts";
import { useRowAddresses } from "./rows-link.tsx";

/** The key of records without a value. */
const NO_VALUE = "none";

interface Group {
  readonly key: string;
  readonly label?: string | null;
  readonly count: number;
  readonly opens?: readonly RowRequest[];
}

interface GroupChartProps {
  readonly title: string;
  readonly categoryLabel: string;
  readonly countLabel: string;
  readonly groups: readonly Group[];
  /** Names groups that have no label. */
  readonly nameGroup?: (key: string) => string | undefined;
}

/** Numbers of records by the values of a field. A bar opens its records, where a list can show them. */
export function GroupChart({ title, categoryLabel, countLabel, groups, nameGroup }: GroupChartProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const navigate = useNavigate();
  const findAddresses = useRowAddresses();
  const nameOf = ({ key, label }: Group): string => {
    if (key === NO_VALUE) return t("No value");
    return nameGroup?.(key) ?? label ?? key;
  };
  return (
    <section className={cardClass}>
      <Chart
        kind="bar"
        orientation="horizontal"
        title={title}
        category="label"
        categoryLabel={categoryLabel}
        rows={groups
          .filter(({ count }) => count > 0)
          .map((group) => ({ id: group.key, label: nameOf(group), count: group.count }))}
        series={[{ key: "count", label: countLabel }]}
        formatCategory={String}
        formatValue={(value) => formatCount(Number(value), locale)}
        onOpen={({ id }) => {
          const [first] = findAddresses(groups.find(({ key }) => key === id)?.opens ?? []);
          if (first) void navigate({ to: first.href });
        }}
      />
    </section>
  );
}
