import type { Schemas } from "@crm/sdk/index.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { formatMoney } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useRowAddresses } from "../../../records/figures/rows-link.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Chart } from "../../../ui/kit/chart.tsx";

interface StageFunnelProps {
  readonly title: string;
  readonly stages: readonly Schemas.OpenPipelineGroup[];
  readonly currency: string;
}

/** What is open in each stage. A stage opens its opportunities. */
export function StageFunnel({ title, stages, currency }: StageFunnelProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const navigate = useNavigate();
  const findAddresses = useRowAddresses();
  return (
    <Chart
      kind="bar"
      orientation="horizontal"
      title={title}
      category="label"
      categoryLabel={t("Stage")}
      rows={stages.map(({ key, label, count, value }) => ({
        id: key,
        label: t("{stage} ({count})", { stage: label ?? t("No stage"), count: formatCount(count, locale) }),
        value,
      }))}
      series={[{ key: "value", label: t("Value") }]}
      formatCategory={String}
      formatValue={(value) => formatMoney(String(value), currency, locale)}
      onOpen={({ id }) => {
        const [first] = findAddresses(stages.find(({ key }) => key === id)?.opens ?? []);
        if (first) void navigate({ to: first.href });
      }}
    />
  );
}
