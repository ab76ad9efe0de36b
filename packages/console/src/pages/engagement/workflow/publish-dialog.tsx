import { useEffect, useRef, useState } from "react";
import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { type Action, type Kind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { readDefinition, type WorkflowRecord } from "./definition.ts";
import { saveOpenDraft } from "./open-draft.ts";
import { workflowDraftKey } from "./use-definition-form.ts";
import { useExistingCount, useFigures } from "./workflow-data.ts";

interface PublishDialogProps {
  readonly kind: Kind;
  readonly record: WorkflowRecord;
  readonly action: Action;
  readonly onClose: () => void;
}

const INSIDE = ["PLANNED", "ACTIVE", "WAITING", "HELD"];

/** Asks what happens to the records that match now, and to those that are inside, and publishes the draft. */
export function PublishDialog({ kind, record, action, onClose }: PublishDialogProps) {
  const t = useText();
  const scope = useScope();
  const invalidate = useInvalidation();
  const { data: kinds = [] } = useKindIndex();
  const { trigger, enrollment } = readDefinition(record);
  const form = useFormState(
    { existing: enrollment?.existing === true, move: "stay" },
    t,
    useDraft(`publish workflow ${record.id} ${record.version}`),
  );
  const existing = form.values.existing === true;
  const move = String(form.values.move);
  const count = useExistingCount(record);
  const { data: figures } = useFigures(record.id);
  const inside = INSIDE.reduce((sum, status) => sum + (figures?.statuses[status] ?? 0), 0);
  const takesMove = action.fields.some(({ name }) => name === "move");
  // What is published is the stored draft, so the changes of the builder are saved first.
  const [isSaving, setSaving] = useState(true);
  const saving = useRef(Promise.resolve(true));
  useEffect(() => {
    saving.current = saveOpenDraft(record.id).finally(() => setSaving(false));
  }, [record.id]);
  const hasDraft = sessionStorage.getItem(workflowDraftKey(scope, record.id)) !== null;
  const kindLabels = kinds.find((candidate) => candidate.kind === record.kind)?.labels ?? "";
  const run = async (): Promise<void> => {
    if (isSaving && !(await saving.current)) return;
    const body = { existing, ...(takesMove && inside > 0 ? { move } : {}) };
    const done = await form.submit(() => crm.request<WorkflowRecord>("POST", `${kind.path}/${record.id}/publish`, { body }));
    if (!done) return;
    form.discard();
    await invalidate(kind, record.id);
    showToast({ text: t("Version {version} is published", { version: formatCount(Number(done.published_version)) }) });
    onClose();
  };
  const refusals = [
    form.errors.form,
    ...Object.entries(form.errors.fields).map(([name, message]) => `${name}: ${message}`),
  ].filter((text) => text !== undefined);
  const number = count.data && formatCount(count.data.count);
  return (
    <FormLayer
      layer="dialog"
      title={t("Publish the workflow")}
      form={form}
      submit={{ label: t("Publish"), run }}
      onClose={onClose}
    >
      <div className="flex min-w-0 flex-col gap-4">
        {refusals.length === 0 ? null : (
          <Banner kind="danger" title={refusals[0] ?? ""}>
            {refusals.slice(1).join(" ")}
          </Banner>
        )}
        {hasDraft && !isSaving ? (
          <Banner kind="warning" title={t("The changes could not be saved, so they are not published")}>
            {t("The steps show what needs a change.")}
          </Banner>
        ) : null}
        <p className="text-control text-text-muted">{t("The steps run from now on for the records that the trigger enrolls.")}</p>
        {trigger.on === "date" ? (
          <p className="text-control">
            {number === undefined
              ? null
              : t("{kinds} whose date is to come: {count}. They enroll on that day.", { count: number, kinds: kindLabels })}
          </p>
        ) : trigger.on === "manual" || trigger.on === "schedule" ? null : (
          <Checkbox
            isSelected={existing}
            onChange={(isOn) => form.set("existing", isOn)}
            help={
              number === undefined
                ? undefined
                : count.data?.is_exact === false
                  ? t("{kinds} that match now: at least {count}", { count: number, kinds: kindLabels })
                  : t("{kinds} that match now: {count}", { count: number, kinds: kindLabels })
            }
          >
            {t("Enroll the records that match now too")}
          </Checkbox>
        )}
        {takesMove && inside > 0 ? (
          <Select
            label={t("{count, plural, one {# record is} other {# records are}} inside", { count: inside })}
            options={[
              { id: "stay", label: t("They stay with their version") },
              { id: "move", label: t("They move to the same step of the new version") },
            ]}
            value={move}
            onChange={(key) => form.set("move", String(key))}
          />
        ) : inside > 0 ? (
          <p className="text-control">
            {t(
              "{count, plural, one {# record is inside and stays with its version} other {# records are inside and stay with their version}}.",
              {
                count: inside,
              },
            )}
          </p>
        ) : null}
      </div>
    </FormLayer>
  );
}
