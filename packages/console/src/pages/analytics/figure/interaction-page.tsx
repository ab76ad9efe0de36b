import type { Schemas } from "@crm/sdk/index.ts";
import { useKind } from "../../../api/schema.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { listNeighbors } from "../../../frame/shell/page-tabs.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useFigures } from "../../../records/figures/analytics-data.ts";
import { AnswerView } from "../../../records/figures/answer-view.tsx";
import { nameChoice } from "../../../records/figures/choice-name.ts";
import { FilterBar } from "../../../records/figures/filter-bar.tsx";
import { GroupChart } from "../../../records/figures/group-chart.tsx";
import { chooseInterval } from "../../../records/figures/period-rules.ts";
import { useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { FigureView } from "./figure-pages.tsx";

const weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

const nameWeekday = (key: string, locale: string): string =>
  dateFormat(locale, { weekday: "long", timeZone: "UTC" }).format(new Date(MONDAY + weekdays.indexOf(key) * DAY_MS));

/** Interactions of a period by type, channel, weekday, direction and sentiment, and how the sentiment changes. */
export function InteractionPage() {
  const t = useText();
  const { locale } = useTextOptions();
  const address = useAnalyticsAddress();
  const interval = chooseInterval(address.query);
  const { data: kind } = useKind("interaction");
  const answer = useFigures<Schemas.InteractionAnalytics>("/analytics/interactions", { ...address.query, interval });
  const nameField = (field: string): string => kind?.fields.find(({ name }) => name === field)?.label ?? "";
  return (
    <PageFrame
      title={t("Analysis of interactions")}
      pages={listNeighbors("interaction", "analysis", t)}
      bar={<FilterBar address={address} />}
      isLoading={answer.isPending}
    >
      <AnswerView answer={answer}>
        {(data) => (
          <FigureView
            answer={data}
            interval={interval}
            charts={[
              { title: t("How many interactions were there?"), figures: ["interactions"], by: "period" },
              { title: t("How did the sentiment change?"), figures: ["average_sentiment"], by: "period", kind: "line" },
            ]}
          >
            <div className="grid min-w-0 grid-cols-1 gap-4 desktop:grid-cols-2">
              {[
                { title: t("Which types did they have?"), field: "interaction_type_id", groups: data.by_type },
                { title: t("Which channels did they use?"), field: "channel", groups: data.by_channel },
                { title: t("Who began them?"), field: "direction", groups: data.by_direction },
                { title: t("Which sentiment did they have?"), field: "sentiment", groups: data.by_sentiment },
              ].map(({ title, field, groups }) => (
                <GroupChart
                  key={field}
                  title={title}
                  categoryLabel={nameField(field) || title}
                  countLabel={t("Interactions")}
                  groups={groups}
                  nameGroup={(key) => nameChoice(kind, field, key)}
                />
              ))}
              <GroupChart
                title={t("On which weekdays were they?")}
                categoryLabel={t("Weekday")}
                countLabel={t("Interactions")}
                groups={data.by_weekday}
                nameGroup={(key) => nameWeekday(key, locale)}
              />
            </div>
          </FigureView>
        )}
      </AnswerView>
    </PageFrame>
  );
}
