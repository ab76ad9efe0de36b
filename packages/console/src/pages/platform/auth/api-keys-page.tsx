import type { Schemas } from "@crm/sdk/index.ts";
import { Plus } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import type { LabelledRecord } from "../../../api/value-text.ts";
import { nameRole, roleNames } from "../../../frame/profile/role-name.ts";
import { useSave } from "../../../frame/profile/use-save.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatExact, formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { DateField } from "../../../ui/kit/date-field.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { SecretBanner } from "../settings/secret-banner.tsx";
import { SettingsFrame } from "../settings/settings-frame.tsx";
import { useSettingList } from "../settings/use-setting-list.ts";

const PATH = "/api/v1/api-keys";
const API_KEY = { kind: "api_key" } as const;

type ApiKey = Schemas.ApiKeyRow & LabelledRecord;

/** The keys of programs: each has a role, and may end on a day. A key is shown once. */
export function ApiKeysPage() {
  const t = useText();
  const reader = useTextOptions();
  const invalidate = useInvalidation();
  const save = useSave();
  const [isCreating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string>();
  const [revoked, setRevoked] = useState<ApiKey>();
  const { list, rows } = useSettingList<ApiKey>("api_key", PATH, { expand: "labels" });
  const revoke = ({ id }: ApiKey): Promise<void> =>
    save(async () => {
      await crm.request("DELETE", `${PATH}/${id}`);
      setRevoked(undefined);
      await invalidate(API_KEY);
    });
  const now = new Date().toISOString();
  const time = (instant: string) => (
    <time dateTime={instant} title={formatExact(instant, reader)}>
      {formatRelative(instant, now, reader)}
    </time>
  );
  const expiry = ({ expires_at }: ApiKey) => {
    if (expires_at === null) return t("Never");
    return expires_at <= now ? <Tag label={t("Expired")} hue="red" hasDot /> : time(expires_at);
  };
  const name = ({ name: label, hint }: ApiKey) => (
    <span className="flex min-w-0 flex-col">
      <span dir="auto" className="font-medium wrap-anywhere">
        {label}
      </span>
      <bdi className="font-mono text-meta text-text-muted">{`crm_…${hint}`}</bdi>
    </span>
  );
  const button = (key: ApiKey) => (
    <Button isSmall onPress={() => setRevoked(key)}>
      {t("Revoke")}
    </Button>
  );
  const columns: TableColumn<ApiKey>[] = [
    { id: "name", label: t("Name"), render: name },
    { id: "role", label: t("Role"), render: ({ role }) => nameRole(role, t) },
    { id: "created", label: t("Created"), render: ({ created_at }) => time(created_at) },
    { id: "by", label: t("Created by"), render: ({ expanded }) => [expanded?.created_by].flat()[0]?.name ?? "" },
    { id: "expires", label: t("Expires"), render: expiry },
    { id: "revoke", label: t("Actions"), isForActions: true, render: button },
  ];
  const create = (
    <Button variant="primary" icon={<Plus />} onPress={() => setCreating(true)}>
      {t("New API key")}
    </Button>
  );
  return (
    <SettingsFrame
      title={t("API keys")}
      description={t("Programs use a key in place of a password. Each key has a role of its own.")}
      isLoading={list.isPending}
      actions={list.isPending || rows.length > 0 ? create : undefined}
    >
      {secret === undefined ? null : (
        <SecretBanner
          title={t("Copy the key now. It is not shown again.")}
          secret={secret}
          onDismiss={() => setSecret(undefined)}
        />
      )}
      <ListState
        query={list}
        isEmpty={rows.length === 0}
        empty={
          <EmptyState kind="empty" title={t("No API keys yet")} action={create}>
            {t("With a key, a program such as your website creates and reads records.")}
          </EmptyState>
        }
      />
      <RowList
        label={t("API keys")}
        columns={columns}
        rows={rows}
        pages={list}
        renderCard={(key) => (
          <>
            <span className="flex items-start gap-2">
              <span className="min-w-0 flex-1">{name(key)}</span>
              {button(key)}
            </span>
            <span className="flex flex-wrap gap-x-3 text-text-muted">
              {nameRole(key.role, t)}
              <span>
                {t("Expires")}: {expiry(key)}
              </span>
            </span>
          </>
        )}
      />
      {isCreating ? (
        <KeyForm
          onCreate={(key) => {
            setSecret(key);
            setCreating(false);
            void invalidate(API_KEY);
          }}
          onClose={() => setCreating(false)}
        />
      ) : null}
      <Dialog
        role="alertdialog"
        title={t("Revoke the key “{name}”?", { name: revoked?.name ?? "" })}
        isOpen={revoked !== undefined}
        onOpenChange={() => setRevoked(undefined)}
        actions={(close) => (
          <>
            <Button onPress={close}>{t("Cancel")}</Button>
            <Button variant="danger" onPress={() => revoked && void revoke(revoked)}>
              {t("Revoke the key")}
            </Button>
          </>
        )}
      >
        {t("Programs that use it are refused within a minute.")}
      </Dialog>
    </SettingsFrame>
  );
}

interface KeyFormProps {
  readonly onCreate: (secret: string) => void;
  readonly onClose: () => void;
}

const FIELDS = ["name", "role", "expires_at"];

function KeyForm({ onCreate, onClose }: KeyFormProps) {
  const t = useText();
  const form = useFormState({ name: "", role: "USER", expires_at: null }, t, useDraft("create api_key"));
  const create = async (): Promise<void> => {
    const created = await form.submit(() => crm.request<{ key: string }>("POST", PATH, { body: form.values }).then((key) => key));
    if (created) onCreate(created.key);
  };
  return (
    <FormLayer
      layer="dialog"
      title={t("New API key")}
      form={form}
      submit={{ label: t("Create key"), run: create }}
      onClose={onClose}
    >
      <FormSummary form={form} shownFields={FIELDS} labelFor={(field) => field} />
      <TextField label={t("Name")} help={t("Say which program uses it.")} {...bindText(form, "name")} autoFocus />
      <Select
        label={t("Role")}
        help={t("The program may do what a user with this role may.")}
        options={roleNames.map((role) => ({ id: role, label: nameRole(role, t) }))}
        value={String(form.values.role)}
        onChange={(key) => form.set("role", String(key))}
        error={form.errors.fields.role}
      />
      <DateField
        label={t("Last day")}
        note="optional"
        help={t("Without a day the key does not expire.")}
        value={(form.values.expires_at as string | null | undefined) ?? null}
        onChange={(day) => form.set("expires_at", day)}
        error={form.errors.fields.expires_at}
      />
    </FormLayer>
  );
}
