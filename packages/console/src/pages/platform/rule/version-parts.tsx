import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, readErrors, useFormState } from "../../../input/form/form-state.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { dateFormat, formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { InstantField } from "../../../ui/kit/instant-field.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { type RuleVersion, rulePath, useRuleInvalidation } from "./rule-data.ts";
import type { RuleInfo } from "./rule-shape.ts";

/** The versions of a rule: publishing a draft, and going back to an earlier one. */

interface PublishRuleDialogProps {
  readonly kind: string;
  /** Saves what is not saved yet, and returns the draft; undefined if the API refuses. */
  readonly saveDraft: () => Promise<RuleVersion | undefined>;
  readonly onClose: () => void;
}

/** Publishes the draft, now or from a time on. */
export function PublishRuleDialog({ kind, saveDraft, onClose }: PublishRuleDialogProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const invalidate = useRuleInvalidation();
  const form = useFormState({ start: "now", valid_from: null, note: "" }, t, useDraft(`publish rules ${kind}`));
  const isLater = form.values.start === "later";
  const run = async (): Promise<void> => {
    const draft = await saveDraft();
    if (!draft) return onClose();
    const path = `${rulePath(kind)}/versions/${draft.id}`;
    const note = String(form.values.note ?? "").trim();
    const published = await form.submit(async () => {
      if (note !== "") await crm.request("PATCH", path, { body: { note } });
      return crm.request<RuleVersion>("POST", `${path}/publish`, {
        body: isLater ? { valid_from: form.values.valid_from } : {},
      });
    });
    if (!published) return;
    form.discard();
    await invalidate();
    showToast({ text: t("Version {version} is published", { version: formatCount(published.number ?? 0) }) });
    onClose();
  };
  const refusal = form.errors.form ?? Object.entries(form.errors.fields).find(([name]) => name !== "valid_from")?.[1];
  const error = form.errors.fields.valid_from;
  return (
    <FormLayer layer="dialog" title={t("Publish the rules")} form={form} submit={{ label: t("Publish"), run }} onClose={onClose}>
      {refusal === undefined ? null : <Banner kind="danger" title={refusal} />}
      <p className="text-control text-text-muted">
        {t("Decisions follow the new version. Earlier decisions keep the version that made them.")}
      </p>
      <SegmentedControl
        label={t("In force")}
        segments={[
          { id: "now", label: t("From now on") },
          { id: "later", label: t("From a date") },
        ]}
        value={String(form.values.start)}
        onChange={(start) => form.set("start", start)}
      />
      {isLater ? (
        <InstantField
          label={t("From")}
          timeZone={timeZone}
          value={(form.values.valid_from as string | null) ?? null}
          onChange={(value) => form.set("valid_from", value)}
          note="required"
          {...(error === undefined ? {} : { error })}
        />
      ) : null}
      <TextField label={t("Reason for the change")} maxLength={1000} {...bindText(form, "note")} />
    </FormLayer>
  );
}

interface VersionTableProps {
  readonly info: RuleInfo;
  readonly versions: readonly RuleVersion[];
  readonly canManage: boolean;
  /** Whether the rule with which organizations begin decides anything. */
  readonly hasStandard: boolean;
}

/** The published versions, the newest first. An earlier one can be published again. */
export function VersionTable({ info, versions, canManage, hasStandard }: VersionTableProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const invalidate = useRuleInvalidation();
  const [busy, setBusy] = useState<string>();
  const format = (instant: string | null): string =>
    instant === null
      ? EMPTY
      : dateFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(instant));
  const rollBack = async ({ id, number }: RuleVersion): Promise<void> => {
    setBusy(id);
    try {
      await crm.request("POST", `${rulePath(info.kind)}/rollback`, { body: { to_id: id } });
      await invalidate();
      showToast({ text: t("Version {version} is in force again, as a new one", { version: formatCount(number ?? 0) }) });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The version could not be published"), isError: true });
    }
    setBusy(undefined);
  };
  const published = versions.filter(({ status }) => status === "PUBLISHED");
  const columns: TableColumn<RuleVersion>[] = [
    {
      id: "number",
      label: t("Version"),
      render: ({ id, number }) => (
        <span className="flex flex-wrap items-center gap-2">
          {formatCount(number ?? 0)}
          {id === info.in_force.id ? <Tag label={t("In force")} hue="green" hasDot /> : null}
          {info.upcoming.some((span) => span.id === id && span.valid_from > new Date().toISOString()) ? (
            <Tag label={t("Planned")} hue="blue" hasDot />
          ) : null}
        </span>
      ),
    },
    { id: "from", label: t("From"), render: ({ valid_from }) => format(valid_from) },
    { id: "by", label: t("Published by"), render: ({ expanded }) => expanded?.published_by?.name ?? EMPTY },
    { id: "note", label: t("Reason"), render: ({ note }) => note ?? EMPTY },
    ...(canManage
      ? [
          {
            id: "actions",
            label: t("Actions"),
            isForActions: true,
            render: (version: RuleVersion) =>
              version.id === info.in_force.id ? null : (
                <IconButton
                  isSmall
                  label={t("Publish version {version} again", { version: formatCount(version.number ?? 0) })}
                  icon={<RotateCcw />}
                  isPending={busy === version.id}
                  onPress={() => void rollBack(version)}
                />
              ),
          },
        ]
      : []),
  ];
  if (published.length === 0)
    return (
      <p className="text-control text-text-muted">
        {hasStandard
          ? t("No version is published yet. The rules with which each organization begins are in force.")
          : t("No version is published yet.")}
      </p>
    );
  return (
    <div className="rounded-card border border-border bg-surface px-4 py-2">
      <Table label={t("Versions")} columns={columns} rows={published} getRowId={({ id }) => id} />
    </div>
  );
}
