import type { Schemas } from "@crm/sdk/index.ts";
import { useNavigate } from "@tanstack/react-router";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatMoney } from "../fields/value-text.ts";
import { formatCount } from "../i18n/formatters.ts";
import { useText } from "../i18n/use-text.ts";
import { Chart } from "../kit/chart.tsx";
import { formatRowAddress, type RowRequest } from "./row-links.ts";

interface StageFunnelProps {
  readonly title: string;
  readonly stages: readonly Schemas.PipelineGroup[];
  readonly currency: string;
  readonly opens: readonly RowRequest[];
  /** What the bars measure. */
  readonly measure?: "value" | "weighted" | "count";
}

/** What is open in each stage. A stage opens its opportunities. */
export function StageFunnel({ title, stages, currency, opens, measure = "value" }: StageFunnelProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const navigate = useNavigate();
  const [request] = opens;
  const where = request?.body?.where as Readonly<Record<string, unknown>> | undefined;
  const labels = { value: t("Value"), weighted: t("Weighted value"), count: t("Number") };
  const format = (value: number | string): string =>
    measure === "count" ? formatCount(Number(value), locale) : formatMoney(String(value), currency, locale);
  return (
    <Chart
      kind="bar"
      orientation="horizontal"
      title={title}
      category="label"
      categoryLabel={t("Stage")}
      rows={stages.map((stage) => ({
        id: stage.key,
        label: t("{stage} ({count})", { stage: stage.label ?? t("No stage"), count: formatCount(stage.count, locale) }),
        [measure]: stage[measure],
      }))}
      series={[{ key: measure, label: labels[measure] }]}
      formatCategory={String}
      formatValue={format}
      {...(request && where
        ? {
            onOpen: ({ id }) => {
              const address = formatRowAddress({ ...request, body: { ...request.body, where: { ...where, stage_id: id } } });
              if (address) void navigate({ to: address as never });
            },
          }
        : {})}
    />
  );
}
