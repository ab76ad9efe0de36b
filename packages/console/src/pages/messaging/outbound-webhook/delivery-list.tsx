import type { Schemas } from "@crm/sdk/index.ts";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useSave } from "../../../frame/profile/use-save.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatExact, formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { useSettingList } from "../../platform/settings/use-setting-list.ts";
import { ENDPOINTS_PATH } from "./endpoint-form.tsx";
import { describeAttempt, formatDuration, nameEvent } from "./webhook-rules.ts";

type Attempt = Schemas.WebhookAttempt;

interface DeliveryListProps {
  readonly endpoint: Pick<Schemas.WebhookEndpoint, "id" | "status">;
}

/** What was sent to an endpoint in the last 30 days, and what it answered. */
export function DeliveryList({ endpoint }: DeliveryListProps) {
  const t = useText();
  const reader = useTextOptions();
  const save = useSave();
  const { data: kinds = [] } = useKindIndex();
  const [shown, setShown] = useState<"all" | "failed">("all");
  const { list, rows } = useSettingList<Attempt>("webhook_endpoint", `${ENDPOINTS_PATH}/${endpoint.id}/deliveries`);
  const attempts = shown === "all" ? rows : rows.filter(({ outcome }) => outcome !== "taken");
  const redeliver = ({ event_id }: Attempt): Promise<void> =>
    save(async () => {
      await crm.request("POST", `${ENDPOINTS_PATH}/${endpoint.id}/replay`, { body: { event_id } });
      showToast({ text: t("The event is sent again"), next: { label: t("Refresh"), run: () => void list.refetch() } });
    });
  const now = new Date().toISOString();
  const status = (attempt: Attempt) => {
    const { label, hue } = describeAttempt(attempt, t);
    return <Tag label={label} hue={hue} hasDot />;
  };
  const time = ({ sent_at }: Attempt) => (
    <time dateTime={sent_at} title={formatExact(sent_at, reader)}>
      {formatRelative(sent_at, now, reader)}
    </time>
  );
  const event = (attempt: Attempt) => (
    <span className="flex flex-wrap items-center gap-2">
      {nameEvent(attempt.event_type, kinds, t)}
      {attempt.reason === "replay" ? <Tag label={t("Sent again")} /> : null}
    </span>
  );
  const answer = ({ answer: text }: Attempt) =>
    text ? (
      <details>
        <summary className="text-text-muted">{t("Answer")}</summary>
        <code dir="auto" className="font-mono text-meta wrap-anywhere">
          {text}
        </code>
      </details>
    ) : null;
  const again = (attempt: Attempt) =>
    attempt.reason === "test" || endpoint.status !== "ACTIVE" ? null : (
      <Button isSmall onPress={() => void redeliver(attempt)}>
        {t("Send again")}
      </Button>
    );
  const columns: TableColumn<Attempt>[] = [
    { id: "event", label: t("Event"), render: event },
    { id: "status", label: t("Result"), render: status },
    { id: "answer", label: t("Answer"), render: answer },
    {
      id: "duration",
      label: t("Duration"),
      isNumeric: true,
      render: ({ duration_ms }) => formatDuration(duration_ms, reader.locale),
    },
    { id: "time", label: t("Sent"), render: time },
    { id: "again", label: t("Actions"), isForActions: true, render: again },
  ];
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {rows.length > 0 ? (
        <SegmentedControl
          label={t("Deliveries")}
          segments={[
            { id: "all", label: t("All") },
            { id: "failed", label: t("Failed") },
          ]}
          value={shown}
          onChange={(id) => setShown(id as "all" | "failed")}
        />
      ) : null}
      <ListState
        query={list}
        isEmpty={attempts.length === 0}
        empty={
          rows.length > 0 ? (
            <EmptyState kind="nothing-found" title={t("No failed delivery among those loaded")} />
          ) : (
            <EmptyState kind="empty" title={t("No deliveries yet")}>
              {t("Attempts of the last 30 days are listed here, with the answer of the receiver.")}
            </EmptyState>
          )
        }
      />
      <RowList
        label={t("Deliveries")}
        columns={columns}
        rows={attempts}
        pages={list}
        renderCard={(attempt) => (
          <>
            <span className="flex flex-wrap items-center gap-2">
              {event(attempt)}
              {status(attempt)}
            </span>
            <span className="flex flex-wrap items-center gap-x-3 text-text-muted">
              {time(attempt)}
              {formatDuration(attempt.duration_ms, reader.locale)}
              {again(attempt)}
            </span>
            {answer(attempt)}
          </>
        )}
      />
    </div>
  );
}
