import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { crm, read } from "../../api/client.ts";
import { useInvalidation } from "../../api/records.ts";
import { type Kind, recordPath, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Checkbox } from "../../ui/kit/checkbox.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { ProgressBar } from "../../ui/kit/progress-bar.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { findActivityList } from "../rows/next-activity.ts";
import { listMissingLabels } from "./missing-labels.ts";

interface PlaybookStep {
  readonly id: string;
  readonly name: string;
  readonly text: string | null;
  readonly task: { readonly subject: string } | null;
  readonly is_checked: boolean;
  readonly is_done: boolean;
  readonly task_id: string | null;
  readonly missing_fields: readonly string[];
}

interface Playbook {
  readonly playbook_id: string;
  readonly name: string;
  readonly steps: readonly PlaybookStep[];
  readonly done_count: number;
  readonly next_step_id: string | null;
  /** Steps with progress that the playbook no longer has. */
  readonly removed_steps: readonly { readonly id: string; readonly name: string; readonly completed_at: string | null }[];
}

interface RecordReference {
  readonly kind: Kind;
  readonly id: string;
}

/** Reads the playbooks that apply to a record. What stands below their cards waits for them, so that it does not move. */
export function usePlaybooks({ kind, id }: RecordReference) {
  const scope = useScope();
  const { data = [], isLoading } = useQuery({
    queryKey: [...scope, "related", kind.kind, "playbooks", id],
    queryFn: async () => (await read<Playbook[]>("/api/v1/playbooks/progress", { record_id: id })).data,
    enabled: findActivityList(kind) !== undefined,
  });
  return { playbooks: data, isLoading };
}

/** The playbooks that apply to a record, each with its next step. */
export function PlaybookCards({ playbooks, kind, id }: RecordReference & { readonly playbooks: readonly Playbook[] }) {
  return playbooks.map((playbook) => <PlaybookCard key={playbook.playbook_id} playbook={playbook} kind={kind} id={id} />);
}

type Action = "complete" | "reopen" | "task";

function useStepActions(kind: Kind, id: string, { playbook_id }: Playbook) {
  const t = useText();
  const invalidate = useInvalidation();
  return async (step: PlaybookStep, action: Action): Promise<void> => {
    try {
      await crm.request("POST", `/api/v1/playbooks/${playbook_id}/records/${id}/steps/${step.id}/${action}`, { body: {} });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The step could not be changed"), isError: true });
    }
    await invalidate(kind, id);
  };
}

function PlaybookCard({ playbook, kind, id }: RecordReference & { readonly playbook: Playbook }) {
  const t = useText();
  const act = useStepActions(kind, id, playbook);
  const [showsAll, setShowsAll] = useState(false);
  const { name, steps, done_count, next_step_id } = playbook;
  const next = steps.find((step) => step.id === next_step_id);
  const title = t("Playbook: {name}", { name });
  return (
    <section aria-label={title} className="flex flex-col gap-3 rounded-card border border-border bg-surface p-4">
      <header className="flex min-h-target items-center gap-2">
        <h2 dir="auto" className="min-w-0 flex-1 truncate text-body font-semibold" title={title}>
          {title}
        </h2>
        <span className="text-meta tabular-nums text-text-muted">
          {t("{count} of {total}", { count: done_count, total: steps.length })}
        </span>
      </header>
      <ProgressBar label={title} value={done_count} max={steps.length} />
      {next ? (
        <NextStep step={next} kind={kind} onAction={(action) => void act(next, action)} />
      ) : (
        <span className="text-control text-text-muted">{t("All steps are done")}</span>
      )}
      {showsAll ? (
        <StepList
          playbook={playbook}
          kind={kind}
          onCheck={(step, isChecked) => void act(step, isChecked ? "complete" : "reopen")}
        />
      ) : null}
      <span className="print:hidden">
        <Button variant="quiet" isSmall aria-expanded={showsAll} onPress={() => setShowsAll(!showsAll)}>
          {showsAll ? t("Show fewer steps") : t("Show all steps")}
        </Button>
      </span>
    </section>
  );
}

interface StepListProps {
  readonly playbook: Playbook;
  readonly kind: Kind;
  readonly onCheck: (step: PlaybookStep, isChecked: boolean) => void;
}

/** All steps. What was done stays here after the playbook was changed. */
function StepList({ playbook, kind, onCheck }: StepListProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const activity = kinds.find((candidate) => candidate.kind === "activity");
  const removed = playbook.removed_steps.filter(({ completed_at }) => completed_at !== null);
  return (
    <ol className="flex flex-col gap-1">
      {playbook.steps.map((step) => (
        <li key={step.id} className="flex flex-wrap items-center justify-between gap-x-2">
          <Checkbox
            isSelected={step.is_checked}
            onChange={(isChecked) => onCheck(step, isChecked)}
            error={step.is_checked ? describeMissing(step, kind, t) : undefined}
          >
            <span dir="auto">{step.name}</span>
          </Checkbox>
          {step.task_id && activity && step.id !== playbook.next_step_id ? (
            <span className="text-meta">
              <Link variant="muted" href={recordPath(activity, step.task_id)}>
                {t("Open the task")}
              </Link>
            </span>
          ) : null}
        </li>
      ))}
      {removed.map((step) => (
        <li key={step.id} className="flex flex-col text-control text-text-muted">
          <span dir="auto">{step.name}</span>
          <span className="text-meta">{t("Done, no longer in the playbook")}</span>
        </li>
      ))}
    </ol>
  );
}

function describeMissing({ missing_fields }: PlaybookStep, kind: Kind, t: ReturnType<typeof useText>): string | undefined {
  if (missing_fields.length === 0) return undefined;
  return t("Still empty: {fields}", { fields: listMissingLabels(kind, missing_fields).join(", ") });
}

interface NextStepProps {
  readonly step: PlaybookStep;
  readonly kind: Kind;
  readonly onAction: (action: Action) => void;
}

function NextStep({ step, kind, onAction }: NextStepProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const activity = kinds.find((candidate) => candidate.kind === "activity");
  const missing = describeMissing(step, kind, t);
  const actions = useRef<HTMLSpanElement>(null);
  const createsTask = useRef(false);
  // The link takes the place of the button, and with it the focus.
  useEffect(() => {
    if (!createsTask.current || step.task_id === null || !activity) return;
    createsTask.current = false;
    actions.current?.querySelector("a")?.focus();
  }, [step.task_id, activity]);
  return (
    <div className="flex flex-col gap-2 text-control">
      <span className="flex flex-col">
        <span className="text-meta text-text-muted">{t("Next step")}</span>
        <span dir="auto" className="font-medium wrap-anywhere">
          {step.name}
        </span>
      </span>
      {step.text ? (
        <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
          {step.text}
        </p>
      ) : null}
      {missing ? <span className="text-warning">{missing}</span> : null}
      <span ref={actions} className="flex flex-wrap items-center gap-2 print:hidden">
        {step.is_checked ? null : (
          <Button isSmall onPress={() => onAction("complete")}>
            {t("Check off")}
          </Button>
        )}
        {step.task_id && activity ? (
          <Link variant="action" href={recordPath(activity, step.task_id)}>
            {t("Open the task")}
          </Link>
        ) : step.task ? (
          <Button
            isSmall
            variant="quiet"
            onPress={() => {
              createsTask.current = true;
              onAction("task");
            }}
          >
            {t("Create task")}
          </Button>
        ) : null}
      </span>
    </div>
  );
}
