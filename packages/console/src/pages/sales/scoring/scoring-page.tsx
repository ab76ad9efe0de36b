import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useRecordChoice } from "../../../input/fields/use-record-choice.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Chart } from "../../../ui/kit/chart.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import type { ScorePart } from "../../platform/rule/decision-text.ts";
import { listRulePages } from "../../platform/rule/rule-pages.ts";
import { RuleWorkspace } from "../../platform/rule/rule-workspace.tsx";
import { ScorePartTable } from "../../platform/rule/score-part-table.tsx";
import { useTenantSettings } from "../../platform/rule/tenant-rules.ts";

const PATH = "/crm/leads/scoring";
const LEADS_PATH = "/api/v1/leads";
const RATINGS = ["HOT", "WARM", "COLD", "DISQUALIFIED"] as const;
type Rating = (typeof RATINGS)[number];
const modelByKind: Readonly<Record<string, string>> = { score_standard: "standard", score_dynamic: "dynamic" };
const WRITE_PERMISSION = "lead:write";

const useRatingNames = (): Readonly<Record<Rating, string>> => {
  const t = useText();
  return { HOT: t("Hot"), WARM: t("Warm"), COLD: t("Cold"), DISQUALIFIED: t("Below cold") };
};

/** `/crm/leads/scoring`: how the scores are distributed, what the score of a lead is made of, and the rules with their points. */
export function ScoringPage() {
  const t = useText();
  const settings = useTenantSettings();
  const used = Object.keys(modelByKind).find((kind) => modelByKind[kind] === settings?.score_model) ?? "score_standard";
  const { rule = used } = useSearch({ strict: false }) as { rule?: string };
  const kind = rule in modelByKind ? rule : used;
  const kinds = [used, ...Object.keys(modelByKind).filter((other) => other !== used)];
  return (
    <PageFrame
      title={t("Lead scoring")}
      description={t("Which leads to work on first: points for the company, the title, and what the person did.")}
      pages={{ label: t("Models of scoring"), tabs: listRulePages(PATH, kinds, kind, t) }}
      width="record"
    >
      <RuleWorkspace key={kind} kind={kind}>
        {settings !== undefined && kind !== used ? (
          <Banner kind="info" title={t("The organization does not use this model")} />
        ) : (
          <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-2">
            <Distribution />
            <LeadScore />
          </div>
        )}
      </RuleWorkspace>
    </PageFrame>
  );
}

/** How many leads have each rating. A bar opens its leads. */
function Distribution() {
  const t = useText();
  const scope = useScope();
  const navigate = useNavigate();
  const names = useRatingNames();
  const counts = useQueries({
    queries: RATINGS.map((rating) => ({
      queryKey: [...scope, "list", "lead", "rating-count", rating],
      queryFn: async () => Number((await read<unknown[]>(LEADS_PATH, { rating, limit: 1, fields: "id" })).meta.total ?? 0),
    })),
  });
  const isLoading = counts.some(({ isPending }) => isPending);
  const failed = counts.find(({ error }) => error);
  return (
    <section className="flex min-w-0 flex-col rounded-card border border-border bg-surface p-4">
      {failed?.error ? (
        <Banner
          kind="danger"
          title={readErrors(failed.error, t).form ?? t("The leads could not be counted")}
          action={<Button onPress={() => counts.forEach((count) => void count.refetch())}>{t("Try again")}</Button>}
        />
      ) : (
        <Chart
          kind="bar"
          orientation="horizontal"
          title={t("How many leads are hot, warm or cold?")}
          category="label"
          categoryLabel={t("Rating")}
          isLoading={isLoading}
          rows={RATINGS.map((id, index) => ({ id, label: names[id], count: counts[index]?.data ?? 0 }))}
          series={[{ key: "count", label: t("Leads") }]}
          formatCategory={String}
          formatValue={(value) => formatCount(Number(value))}
          onOpen={({ id }) => void navigate({ to: "/crm/leads", search: { "rating[in]": String(id) } })}
        />
      )}
    </section>
  );
}

interface Score {
  readonly lead_score: number;
  readonly rating: Rating | null;
  readonly score_model: string | null;
  readonly calculated: { readonly total: number; readonly rating: Rating; readonly parts: readonly ScorePart[] };
}

/** What the score of a chosen lead is made of. It can be computed again. */
function LeadScore() {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const names = useRatingNames();
  const { permissions } = useSession();
  const choice = useRecordChoice("lead");
  const [isBusy, setBusy] = useState(false);
  const id = choice.chosen?.id;
  const queryKey = [...scope, "record", "lead", id, "score"];
  const score = useQuery({
    queryKey,
    queryFn: ({ signal }) => crm.request<Score>("GET", `${LEADS_PATH}/${id}/score`, { signal }),
    enabled: id !== undefined,
  });
  const recompute = async (): Promise<void> => {
    setBusy(true);
    try {
      queries.setQueryData(queryKey, await crm.request<Score>("POST", `${LEADS_PATH}/${id}/score`, { body: {} }));
      await queries.invalidateQueries({ queryKey: [...scope, "list", "lead"] });
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The score could not be computed"), isError: true });
    }
    setBusy(false);
  };
  const { data } = score;
  return (
    <section
      aria-label={t("The score of a lead")}
      className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-surface p-4"
    >
      <h2 className="text-body font-semibold">{t("What is the score of a lead made of?")}</h2>
      <Reference label={t("Lead")} value={choice.chosen} onChange={choice.choose} search={choice.search} />
      {score.error ? (
        <Banner kind="danger" title={readErrors(score.error, t).form ?? t("The score could not be computed")} />
      ) : null}
      {score.isLoading ? <Skeleton shape="block" /> : null}
      {data ? (
        <>
          <div className="flex min-w-0 flex-wrap items-center gap-3">
            <span className="text-title font-semibold tabular-nums">{formatCount(data.lead_score)}</span>
            {data.rating ? <Tag label={names[data.rating]} /> : null}
            {data.score_model === "manual" ? <Tag label={t("Set by hand")} hue="yellow" /> : null}
            {permissions.includes(WRITE_PERMISSION) ? (
              <span className="ms-auto">
                <Button isSmall icon={<RefreshCw />} isPending={isBusy} onPress={() => void recompute()}>
                  {t("Recalculate")}
                </Button>
              </span>
            ) : null}
          </div>
          <ScorePartTable parts={data.calculated.parts} total={data.calculated.total} />
        </>
      ) : null}
    </section>
  );
}
