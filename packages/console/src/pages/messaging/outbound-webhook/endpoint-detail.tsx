import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY, type LabelledRecord } from "../../../api/value-text.ts";
import { useSave } from "../../../frame/profile/use-save.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatExact } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { FactList } from "../../platform/settings/fact-list.tsx";
import { SecretBanner } from "../../platform/settings/secret-banner.tsx";
import { DeliveryList } from "./delivery-list.tsx";
import { ENDPOINT, ENDPOINTS_PATH, EndpointForm } from "./endpoint-form.tsx";
import { ReplayDialog } from "./replay-dialog.tsx";
import { describeAttempt, describeEndpoint, nameEvent } from "./webhook-rules.ts";

type Endpoint = Schemas.WebhookEndpoint & LabelledRecord;
type Question = "rotate" | "delete";

interface EndpointDetailProps {
  readonly id: string;
  /** The secret of an endpoint that was just created. */
  readonly secret?: string | undefined;
  readonly onClose: () => void;
}

/** One endpoint: what it gets, whether it answers, and what was sent. */
export function EndpointDetail({ id, secret: firstSecret, onClose }: EndpointDetailProps) {
  const t = useText();
  const scope = useScope();
  const reader = useTextOptions();
  const invalidate = useInvalidation();
  const save = useSave();
  const { data: kinds = [] } = useKindIndex();
  const [secret, setSecret] = useState(firstSecret);
  const [question, setQuestion] = useState<Question>();
  const [isEditing, setEditing] = useState(false);
  const [isReplaying, setReplaying] = useState(false);
  const path = `${ENDPOINTS_PATH}/${id}`;
  const query = useQuery({
    queryKey: [...scope, "record", ENDPOINT.kind, id],
    queryFn: async () => (await read<Endpoint>(path, { expand: "labels" })).data,
    retry: false,
  });
  const endpoint = query.data;
  if (!endpoint) return <ListState query={query} isEmpty={false} empty={null} />;
  const change = (body: object): Promise<void> =>
    save(async () => {
      await crm.request("PATCH", path, { body, ifMatch: endpoint.version });
      await invalidate(ENDPOINT, id);
    });
  const test = (): Promise<void> =>
    save(async () => {
      const attempt = await crm.request<Schemas.WebhookTest>("POST", `${path}/test`).then((result) => result);
      await invalidate(ENDPOINT, id);
      const isTaken = attempt.outcome === "taken";
      showToast({ text: t("Test event: {result}", { result: describeAttempt(attempt, t).label }), isError: !isTaken });
    });
  const confirm = (): Promise<void> =>
    save(async () => {
      if (question === "rotate") {
        const body = { former_hours: FORMER_HOURS };
        setSecret((await crm.request<{ secret: string }>("POST", `${path}/rotate-secret`, { body })).secret);
      } else {
        await crm.request("DELETE", path);
        onClose();
      }
      setQuestion(undefined);
      await invalidate(ENDPOINT, question === "rotate" ? id : undefined);
    });
  const status = describeEndpoint(endpoint.status, endpoint.failing_since !== null, t);
  const instant = (value: string | null): string => (value === null ? EMPTY : formatExact(value, reader));
  const facts: readonly (readonly [label: string, value: ReactNode])[] = [
    [t("Address"), <bdi key="url">{endpoint.url}</bdi>],
    [t("Events"), endpoint.events.map((event) => nameEvent(event, kinds, t)).join(", ")],
    [t("Content"), endpoint.include_record ? t("The whole record") : t("The id and the names of changed fields")],
    [t("Sent with the rights of"), [endpoint.expanded?.owner_id].flat()[0]?.name ?? EMPTY],
    [t("Secret since"), instant(endpoint.secret_set_at)],
  ];
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {secret === undefined ? null : (
        <SecretBanner
          title={t("Copy the secret now. It is not shown again.")}
          secret={secret}
          onDismiss={() => setSecret(undefined)}
        />
      )}
      <div className="flex flex-wrap items-center gap-2">
        <h2 dir="auto" className="text-section font-semibold wrap-anywhere">
          {endpoint.name ?? endpoint.url}
        </h2>
        <Tag label={status.label} hue={status.hue} hasDot />
      </div>
      {endpoint.off_reason === null ? null : (
        <Banner
          kind="danger"
          title={t("The endpoint was switched off: {reason}", { reason: endpoint.off_reason })}
          action={<Button onPress={() => void change({ status: "ACTIVE" })}>{t("Switch on")}</Button>}
        >
          {t("Once it is on, it gets all events since then that are still stored.")}
        </Banner>
      )}
      {endpoint.former_until !== null && endpoint.former_until > new Date().toISOString() ? (
        <Banner kind="info" title={t("Until {time} the former secret signs too", { time: instant(endpoint.former_until) })} />
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button onPress={() => void test()}>{t("Send a test event")}</Button>
        <Button onPress={() => setEditing(true)}>{t("Edit")}</Button>
        {endpoint.status === "ACTIVE" ? (
          <>
            <Button onPress={() => void change({ status: "PAUSED" })}>{t("Pause")}</Button>
            <Button onPress={() => setReplaying(true)}>{t("Send events again…")}</Button>
          </>
        ) : (
          <Button onPress={() => void change({ status: "ACTIVE" })}>{t("Switch on")}</Button>
        )}
        <Button onPress={() => setQuestion("rotate")}>{t("Replace the secret…")}</Button>
        <Button variant="quiet" onPress={() => setQuestion("delete")}>
          {t("Delete…")}
        </Button>
      </div>
      <FactList facts={facts} />
      <h3 className="text-section font-semibold">{t("Deliveries")}</h3>
      <DeliveryList endpoint={endpoint} />
      {isEditing ? <EndpointForm endpoint={endpoint} onClose={() => setEditing(false)} /> : null}
      {isReplaying ? <ReplayDialog path={path} onClose={() => setReplaying(false)} /> : null}
      <Dialog
        role="alertdialog"
        title={question === "rotate" ? t("Replace the secret?") : t("Delete the endpoint?")}
        isOpen={question !== undefined}
        onOpenChange={() => setQuestion(undefined)}
        actions={(close) => (
          <>
            <Button onPress={close}>{t("Cancel")}</Button>
            <Button variant="danger" onPress={() => void confirm()}>
              {question === "rotate" ? t("Replace the secret") : t("Delete the endpoint")}
            </Button>
          </>
        )}
      >
        {question === "rotate"
          ? t(
              "You see the new secret only once. Both secrets sign events for 24 hours. Give the new one to the receiver in that time.",
            )
          : t("The receiver gets no more events. This cannot be undone.")}
      </Dialog>
    </div>
  );
}

/** Hours for which the former secret signs too. */
const FORMER_HOURS = 24;
