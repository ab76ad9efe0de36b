import { useQueryClient } from "@tanstack/react-query";
import { RefreshCcw } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { cardClass } from "../../../records/figures/figure-tile.tsx";
import { numberFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import type { Customer360 } from "./financial-rules.ts";

interface HealthSectionProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly data: Customer360;
}

/** The scores of health and engagement, each with what adds to it and what takes away. */
export function HealthSection({ kind, record, data }: HealthSectionProps) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const invalidate = useInvalidation();
  const [isPending, setPending] = useState(false);
  const compute = async (): Promise<void> => {
    setPending(true);
    try {
      await crm.request("POST", `${kind.path}/${record.id}/health-score`, { body: {} });
      await Promise.all([invalidate(kind, record.id), queries.invalidateQueries({ queryKey: [...scope, "financials"] })]);
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The health could not be computed"), isError: true });
    } finally {
      setPending(false);
    }
  };
  const risk = kind.fields.find(({ name }) => name === "risk_level")?.choices?.find(({ code }) => code === data.risk_level)?.name;
  return (
    <section aria-label={t("Health")} className="flex min-w-0 flex-col gap-2">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="text-section font-semibold">{t("Health")}</h2>
        {kind.operations.includes("update") ? (
          <span className="ms-auto">
            <Button isSmall icon={<RefreshCcw />} isPending={isPending} onPress={() => void compute()}>
              {t("Recalculate")}
            </Button>
          </span>
        ) : null}
      </header>
      <div className="grid min-w-0 grid-cols-1 gap-4 desktop:grid-cols-2">
        <ScoreCard label={t("Health")} {...data.health} note={risk === undefined ? undefined : t("Risk: {risk}", { risk })} />
        <ScoreCard label={t("Engagement")} {...data.engagement} />
      </div>
    </section>
  );
}

interface ScoreCardProps extends Pick<Customer360["health"], "score" | "parts"> {
  readonly label: string;
  readonly note?: string | undefined;
}

function ScoreCard({ label, score, parts, note }: ScoreCardProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const points = numberFormat(locale, { signDisplay: "exceptZero" });
  return (
    <div className={`${cardClass} gap-2`}>
      <span className="flex flex-wrap items-baseline gap-2">
        <span className="text-control text-text-muted">{label}</span>
        <span className="text-section font-semibold tabular-nums">{t("{score} of 100", { score: String(score) })}</span>
        {note === undefined ? null : <span className="text-control text-text-muted">{note}</span>}
      </span>
      <ProgressBar label={label} value={score} max={100} />
      <ul className="flex flex-col gap-1 text-control">
        {parts.map(({ key, label: name, because, points: change }) => (
          <li key={key} className="flex min-w-0 items-baseline gap-2">
            <span className="min-w-0 flex-1 wrap-anywhere">
              {name} <span className="text-text-muted">{because}</span>
            </span>
            <span className="tabular-nums">{points.format(change)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
