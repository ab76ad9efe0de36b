import { useEffect, useId, useRef, useState } from "react";
import { listActionFields } from "../../api/action-fields.ts";
import { menuLabel } from "../../api/action-label.ts";
import { requestAction } from "../../api/action-request.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import type { Action, Kind } from "../../api/schema.ts";
import { listDefaults } from "../../input/fields/editable-field.ts";
import { hasFormInput } from "../../input/fields/part-rules.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { ActionFields } from "../../input/form/action-fields.tsx";
import { findLabel, nameFields } from "../../input/form/fault-text.ts";
import { buildBody, readErrors, useFormState } from "../../input/form/form-state.ts";
import { useLeaveQuestion } from "../../input/form/leave-guard.tsx";
import { useDraft } from "../../input/form/use-draft.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { ProgressBar } from "../../ui/kit/progress-bar.tsx";
import { runForEach } from "../rows/bulk-rules.ts";
import { formatRecords } from "../rows/bulk-text.ts";
import { listChangedValues } from "../rows/changed-values.ts";
import { MacroPreview } from "./macro-preview.tsx";
import { ReasonList } from "./result-list.tsx";

interface ActionRunDialogProps {
  readonly kind: Kind;
  readonly action: Action;
  readonly records: readonly ConsoleRecord[];
  readonly onClose: (hasRun: boolean) => void;
}

/** How the action ended for a record: what it changed, or why it was refused. */
interface Outcome {
  readonly id: string;
  readonly record: ConsoleRecord;
  readonly reason: string;
}

const PARALLEL = 3;

/** Runs an action on each of the chosen records, with the same input. The API has no undo for actions, so the dialog says how many it runs on. */
export function ActionRunDialog({ kind, action, records, onClose }: ActionRunDialogProps) {
  const t = useText();
  const formId = useId();
  const invalidate = useInvalidation();
  const fields = listActionFields(action).filter((field) => hasFormInput(field) && field.item_of === undefined);
  const labelled = [...fields, ...kind.fields];
  const form = useFormState(listDefaults(fields), t, useDraft(`${action.name} ${kind.kind} bulk`, fields));
  const [state, setState] = useState<"form" | "running" | "ended">("form");
  const options = useTextOptions();
  const [changed, setChanged] = useState<readonly Outcome[]>([]);
  const [refused, setRefused] = useState<readonly Outcome[]>([]);
  const done = changed.length;
  const isStopped = useRef(false);
  useEffect(() => {
    isStopped.current = false;
    return () => {
      isStopped.current = true;
    };
  }, []);
  const runOne = async (record: ConsoleRecord): Promise<void> => {
    try {
      const after = await requestAction<Partial<ConsoleRecord> | null>(action, record, buildBody(form.changes));
      const reason = listChangedValues(record, after ?? {}, kind.fields, options).join("; ") || t("Done");
      setChanged((before) => [...before, { id: record.id, record, reason }]);
    } catch (error) {
      const { form: reason, fields: wrong } = readErrors(error, t);
      const texts = Object.entries(wrong).map(
        ([name, text]) => `${findLabel(name, labelled)}: ${nameFields(text, (field) => findLabel(field, labelled))}`,
      );
      setRefused((before) => [...before, { id: record.id, record, reason: [reason, ...texts].filter(Boolean).join("; ") }]);
    }
  };
  const run = async (): Promise<void> => {
    setState("running");
    const byId = new Map(records.map((record) => [record.id, record]));
    await runForEach(
      [...byId.keys()],
      async (id) => {
        const record = byId.get(id);
        if (record) await runOne(record);
      },
      { parallel: PARALLEL, isStopped: () => isStopped.current },
    );
    form.discard();
    await invalidate(kind);
    setState("ended");
  };
  const { close, question } = useLeaveQuestion(form, () => onClose(false));
  const label = menuLabel(action, kind);
  const [first] = records;
  const macroId = form.values.macro_id;
  const title = `${label}: ${formatRecords(records.length, kind, t)}`;
  return (
    <Dialog
      title={title}
      isOpen
      isDismissable={state === "ended" || (state === "form" && !form.isChanged)}
      onOpenChange={() => (state === "form" ? close() : onClose(true))}
      actions={(closeLayer) =>
        state === "form" ? (
          <>
            <Button onPress={close}>{t("Cancel")}</Button>
            <Button variant={action.danger ? "danger" : "primary"} type="submit" form={formId}>
              {label}
            </Button>
          </>
        ) : state === "running" ? (
          <Button
            onPress={() => {
              isStopped.current = true;
            }}
          >
            {t("Stop")}
          </Button>
        ) : (
          <Button key="close" autoFocus variant="primary" onPress={closeLayer}>
            {t("Close")}
          </Button>
        )
      }
    >
      {state === "form" ? (
        <form
          id={formId}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void run();
          }}
          className="flex flex-col gap-4"
        >
          <p className="text-control text-text-muted">{action.help ?? t("This cannot be undone for all at once.")}</p>
          <ActionFields fields={fields} form={form} />
          {action.name === "applyTicketMacro" && first && typeof macroId === "string" ? (
            <MacroPreview kind={kind} record={first} macroId={macroId} />
          ) : null}
        </form>
      ) : (
        <div className="flex flex-col gap-4" aria-live="polite">
          {state === "running" ? (
            <>
              <ProgressBar label={title} value={done + refused.length} max={records.length} />
              <p className="text-control tabular-nums">{`${formatCount(done + refused.length)} / ${formatCount(records.length)}`}</p>
            </>
          ) : (
            <Banner
              kind={refused.length > 0 ? "warning" : "success"}
              title={[
                t("{count} done", { count: formatCount(done) }),
                ...(refused.length > 0 ? [t("{count} refused", { count: formatCount(refused.length) })] : []),
              ].join(", ")}
            />
          )}
          <ReasonList kind={kind} rows={[...refused, ...changed]} />
        </div>
      )}
      {question}
    </Dialog>
  );
}
