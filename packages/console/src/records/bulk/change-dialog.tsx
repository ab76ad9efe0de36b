import { useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { crm } from "../../api/client.ts";
import type { Kind } from "../../api/schema.ts";
import { buildBody, useFormState } from "../../input/form/form-state.ts";
import { useLeaveQuestion } from "../../input/form/leave-guard.tsx";
import { useDraft } from "../../input/form/use-draft.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { ProgressBar } from "../../ui/kit/progress-bar.tsx";
import { TagField } from "../../ui/kit/tag-field.tsx";
import { type BulkChange, buildTarget, renameErrors, type Selection } from "../rows/bulk-rules.ts";
import { formatChange, formatRecords, formatVerb } from "../rows/bulk-text.ts";
import { ChangePreview } from "./change-preview.tsx";
import { type DryRun, tryChange } from "./dry-run.ts";
import { FieldChoices } from "./field-choices.tsx";
import { CHANGES_PATH, useBulkJobs } from "./use-bulk-jobs.ts";

/** What is changed: fields of the user's choice, these fields, tags; or the records are deleted. */
export type ChangeMode = { readonly fields: readonly string[] } | "tags" | "delete";

/** Parts of the form that are no fields of the record. */
const [CHOSEN, ADDED, REMOVED] = ["(fields)", "(added tags)", "(removed tags)"] as const;

interface ChangeDialogProps {
  readonly kind: Kind;
  readonly selection: Selection;
  readonly mode: ChangeMode;
  readonly onClose: () => void;
  /** Called when the change has started. */
  readonly onStarted: () => void;
}

/** Prepares a bulk change: fields and values, then what would happen. The change itself runs in `BulkJobs`. */
export function ChangeDialog({ kind, selection, mode, onClose, onStarted }: ChangeDialogProps) {
  const t = useText();
  const formId = useId();
  const { track } = useBulkJobs();
  const form = useFormState(
    { [CHOSEN]: typeof mode === "object" ? mode.fields : [], [ADDED]: [], [REMOVED]: [] },
    t,
    useDraft(`bulk change ${kind.kind} ${JSON.stringify(mode)}`, kind.fields),
  );
  const [fields = [], added = [], removed = []] = [CHOSEN, ADDED, REMOVED].map((name) => form.values[name] as readonly string[]);
  const leaving = useLeaveQuestion(form, onClose);
  const [trial, setTrial] = useState<DryRun>();
  const aborter = useRef(new AbortController());
  useEffect(() => {
    aborter.current = new AbortController();
    return () => aborter.current.abort();
  }, []);

  const values = Object.fromEntries(fields.map((name) => [name, form.values[name] ?? null]));
  const body =
    mode === "delete"
      ? { kind: kind.kind, action: "delete", ...buildTarget(selection) }
      : {
          ...{ kind: kind.kind, action: "update", ...buildTarget(selection) },
          ...(mode === "tags" ? {} : { changes: buildBody(values) }),
          ...(added.length > 0 ? { add_tags: added } : {}),
          ...(removed.length > 0 ? { remove_tags: removed } : {}),
        };
  const isComplete = mode === "delete" || (mode === "tags" ? added.length + removed.length > 0 : fields.length > 0);
  const preview = async (): Promise<void> => {
    const { signal } = aborter.current;
    const found = await form.submit(async () => {
      try {
        return await tryChange(kind, body, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    });
    setTrial(found);
  };
  const start = async (): Promise<void> => {
    const change = await form.submit(() => crm.request<BulkChange>("POST", CHANGES_PATH, { body }).then((started) => started));
    if (!change) return setTrial(undefined);
    form.discard();
    track(change, kind, true);
    onStarted();
  };
  const previewFirst = useEffectEvent(preview);
  useEffect(() => {
    // There is nothing to choose, so the preview comes at once.
    if (mode === "delete") void previewFirst();
  }, [mode]);

  const errors = renameErrors(form.errors.fields);
  const known = new Set([...fields, "add_tags", "remove_tags"]);
  const unplaced = [
    form.errors.form,
    ...Object.entries(errors).map(([name, text]) => (known.has(name) ? undefined : text)),
  ].filter((text) => text !== undefined);
  const found = trial?.change.found ?? ("query" in selection && selection.isLowerBound ? undefined : selection.count);
  const records =
    found === undefined ? t("all {kinds} that match", { kinds: toPluralNoun(kind.labels) }) : formatRecords(found, kind, t);
  const labels = fields.flatMap((name) => kind.fields.find((field) => field.name === name)?.label ?? []);
  const chosen = { isDelete: mode === "delete", fields: trial ? labels : [], added, removed };
  const title = mode === "tags" && !trial ? t("Change the tags of {records}", { records }) : formatChange(chosen, records, t);
  return (
    <Dialog
      title={title}
      isOpen
      isDismissable={!form.isChanged && trial === undefined}
      onOpenChange={leaving.close}
      actions={(close) => (
        <>
          {trial && mode !== "delete" ? (
            <Button onPress={() => setTrial(undefined)}>{t("Back")}</Button>
          ) : (
            <Button onPress={close}>{t("Cancel")}</Button>
          )}
          {trial ? (
            <Button
              key="start"
              autoFocus
              variant="primary"
              isPending={form.isSaving}
              isDisabled={!canStart(trial)}
              onPress={() => void start()}
            >
              {formatVerb(chosen, records, t)}
            </Button>
          ) : (
            <Button variant="primary" type="submit" form={formId} isPending={form.isSaving} isDisabled={!isComplete}>
              {t("Preview")}
            </Button>
          )}
        </>
      )}
    >
      <div className="flex flex-col gap-4">
        {unplaced.length > 0 ? <Banner kind="danger" title={unplaced.join(" ")} /> : null}
        {form.isSaving && !trial ? (
          <div className="flex flex-col gap-2" aria-live="polite">
            <ProgressBar label={t("Finding the records…")} value={0} max={undefined} />
            <p className="text-meta text-text-muted">{t("Finding the records…")}</p>
          </div>
        ) : null}
        {trial ? (
          <ChangePreview kind={kind} trial={trial} values={values} added={added} removed={removed} isDelete={mode === "delete"} />
        ) : (
          <form
            id={formId}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (isComplete) void preview();
            }}
            className="flex flex-col gap-4"
          >
            {mode === "tags" ? (
              <>
                <TagField
                  autoFocus
                  label={t("Add these tags")}
                  value={added}
                  onChange={(tags) => form.set(ADDED, tags)}
                  error={errors.add_tags}
                />
                <TagField
                  label={t("Remove these tags")}
                  value={removed}
                  onChange={(tags) => form.set(REMOVED, tags)}
                  error={errors.remove_tags}
                />
              </>
            ) : mode === "delete" ? null : (
              <FieldChoices
                kind={kind}
                names={fields}
                onNames={(names) => form.set(CHOSEN, names)}
                form={form}
                errors={errors}
                isFixed={mode.fields.length > 0}
              />
            )}
          </form>
        )}
      </div>
      {leaving.question}
    </Dialog>
  );
}

const canStart = ({ change }: DryRun): boolean => change.status === "completed" && change.done > 0;
