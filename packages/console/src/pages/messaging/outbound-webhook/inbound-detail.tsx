import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { useSave } from "../../../frame/profile/use-save.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { numberFormat } from "../../../ui/i18n/formatters.ts";
import { formatExact, formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { CopyButton } from "../../../ui/kit/copy-button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { FactList } from "../../platform/settings/fact-list.tsx";
import { useSettingList } from "../../platform/settings/use-setting-list.ts";
import { describeInbound, inboundStatuses, providerNames } from "./webhook-rules.ts";

export const INBOUND_PATH = "/api/v1/webhooks/inbound";
export const INBOUND = { kind: "inbound_webhook" } as const;

type Webhook = Schemas.InboundWebhookNow;
type Delivery = Schemas.InboundDeliveryRow;

/** One address that a provider calls: its secret, and what came. */
export function InboundDetail({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const t = useText();
  const scope = useScope();
  const reader = useTextOptions();
  const invalidate = useInvalidation();
  const save = useSave();
  const [isReplacing, setReplacing] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const path = `${INBOUND_PATH}/${id}`;
  const query = useQuery({
    queryKey: [...scope, "record", INBOUND.kind, id],
    queryFn: async () => (await read<Webhook>(path)).data,
    retry: false,
  });
  const webhook = query.data;
  if (!webhook) return <ListState query={query} isEmpty={false} empty={null} />;
  const remove = (): Promise<void> =>
    save(async () => {
      await crm.request("DELETE", path);
      await invalidate(INBOUND);
      onClose();
      const restore = () =>
        save(async () => {
          await crm.request("POST", `${path}/restore`);
          await invalidate(INBOUND);
        });
      showToast({ text: t("{name} was deleted", { name: webhook.name ?? webhook.provider }), undo: () => void restore() });
    });
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <h2 dir="auto" className="text-section font-semibold wrap-anywhere">
        {webhook.name ?? providerNames[webhook.provider]}
      </h2>
      <div className="flex flex-wrap gap-2">
        <Button onPress={() => setReplacing(true)}>{t("Replace the secret…")}</Button>
        <Button variant="quiet" onPress={() => setDeleting(true)}>
          {t("Delete…")}
        </Button>
      </div>
      <FactList
        facts={[
          [t("Provider"), providerNames[webhook.provider] ?? webhook.provider],
          [
            t("Address that the provider calls"),
            <span key="url" className="flex flex-wrap items-center gap-2">
              <bdi data-verbatim>{webhook.public_url ?? webhook.url}</bdi>
              <CopyButton text={webhook.public_url ?? webhook.url} />
            </span>,
          ],
          [
            t("Secret since"),
            `${formatExact(webhook.secret_set_at, reader)}${webhook.secret_count > 1 ? ` · ${t("2 secrets are valid")}` : ""}`,
          ],
          [t("Refused in 30 days"), numberFormat(reader.locale).format(webhook.refused_count)],
        ]}
      />
      <h3 className="text-section font-semibold">{t("Deliveries")}</h3>
      <InboundDeliveries path={path} />
      {isReplacing ? <SecretForm path={path} webhook={webhook} onClose={() => setReplacing(false)} /> : null}
      <Dialog
        role="alertdialog"
        title={t("Delete the webhook?")}
        isOpen={isDeleting}
        onOpenChange={() => setDeleting(false)}
        actions={(close) => (
          <>
            <Button onPress={close}>{t("Cancel")}</Button>
            <Button variant="danger" onPress={() => void remove()}>
              {t("Delete the webhook")}
            </Button>
          </>
        )}
      >
        {t("Calls of the provider are refused within a minute. What came already is still processed.")}
      </Dialog>
    </div>
  );
}

interface SecretFormProps {
  readonly path: string;
  readonly webhook: Webhook;
  readonly onClose: () => void;
}

/** Two secrets are valid while the provider changes from one to the other. */
function SecretForm({ path, webhook, onClose }: SecretFormProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const form = useFormState({}, t, "secrets");
  const [hasFormer, setFormer] = useState(false);
  const secret = String(form.values.secret ?? "");
  const run = async (): Promise<void> => {
    const body = { secret: hasFormer ? [secret, String(form.values.former ?? "")] : secret };
    const isDone = await form.submit(() => crm.request("PATCH", path, { body, ifMatch: webhook.version }).then(() => true));
    if (!isDone) return;
    await invalidate(INBOUND, webhook.id);
    showToast({ text: t("The secret was replaced") });
    form.discard();
    onClose();
  };
  return (
    <FormLayer
      layer="dialog"
      title={t("Replace the secret")}
      form={form}
      submit={{ label: t("Replace the secret"), run }}
      onClose={onClose}
    >
      <FormSummary form={form} shownFields={["secret"]} labelFor={(field) => field} />
      <TextField
        label={t("New secret")}
        help={t("From the account of the provider. It is stored encrypted and never shown.")}
        type="password"
        autoComplete="off"
        {...bindText(form, "secret")}
        error={form.errors.fields.secret ?? form.errors.fields["secret[0]"]}
        autoFocus
      />
      <Checkbox
        isSelected={hasFormer}
        onChange={setFormer}
        help={t("Until the provider signs with the new one. Then replace the secret again, with the new one alone.")}
      >
        {t("Accept a second secret too")}
      </Checkbox>
      {hasFormer ? (
        <TextField
          label={t("Second secret")}
          type="password"
          autoComplete="off"
          {...bindText(form, "former")}
          error={form.errors.fields["secret[1]"]}
        />
      ) : null}
    </FormLayer>
  );
}

const ANY = "any";

function InboundDeliveries({ path }: { readonly path: string }) {
  const t = useText();
  const reader = useTextOptions();
  const invalidate = useInvalidation();
  const save = useSave();
  const [shown, setShown] = useState(ANY);
  const { list, rows } = useSettingList<Delivery>(INBOUND.kind, `${path}/deliveries`, shown === ANY ? {} : { status: shown });
  const now = new Date().toISOString();
  const retry = ({ id }: Delivery): Promise<void> =>
    save(async () => {
      await crm.request("POST", `${path}/deliveries/${id}/retry`);
      await invalidate(INBOUND);
    });
  const status = (delivery: Delivery) => {
    const { label, hue } = describeInbound(delivery.status, t);
    return <Tag label={label} hue={hue} hasDot />;
  };
  const time = ({ created_at }: Delivery) => (
    <time dateTime={created_at} title={formatExact(created_at, reader)}>
      {formatRelative(created_at, now, reader)}
    </time>
  );
  const button = (delivery: Delivery) =>
    delivery.status === "quarantined" ? (
      <Button isSmall onPress={() => void retry(delivery)}>
        {t("Try again")}
      </Button>
    ) : null;
  const effect = ({ outcome, reason }: Delivery): string => outcome ?? reason ?? EMPTY;
  const columns: TableColumn<Delivery>[] = [
    { id: "event", label: t("Event"), render: ({ event_type }) => <bdi>{event_type ?? EMPTY}</bdi> },
    { id: "status", label: t("Result"), render: status },
    { id: "effect", label: t("Effect"), render: effect },
    { id: "time", label: t("Received"), render: time },
    { id: "retry", label: t("Actions"), isForActions: true, render: button },
  ];
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <span className="w-field-short">
        <Select
          label={t("Result")}
          isLabelHidden
          options={[
            { id: ANY, label: t("All results") },
            ...inboundStatuses.map((id) => ({ id, label: describeInbound(id, t).label, hue: describeInbound(id, t).hue })),
          ]}
          value={shown}
          onChange={(key) => setShown(String(key))}
        />
      </span>
      <ListState
        query={list}
        isEmpty={rows.length === 0}
        empty={
          <EmptyState kind={shown === ANY ? "empty" : "nothing-found"} title={t("No deliveries yet")}>
            {t("Calls of the provider are listed here for 90 days.")}
          </EmptyState>
        }
      />
      <RowList
        label={t("Deliveries")}
        columns={columns}
        rows={rows}
        pages={list}
        renderCard={(delivery) => (
          <>
            <span className="flex flex-wrap items-center gap-2">
              <bdi className="font-medium">{delivery.event_type ?? EMPTY}</bdi>
              {status(delivery)}
            </span>
            <span className="flex flex-wrap items-center gap-x-3 text-text-muted">
              {time(delivery)}
              {effect(delivery)}
              {button(delivery)}
            </span>
          </>
        )}
      />
    </div>
  );
}
