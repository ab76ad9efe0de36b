import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { formatTitle, type Kind, type KindSummary, recordPath } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useRecordChoice } from "../../../input/fields/use-record-choice.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { dateFormat, formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { useBuilder } from "./builder-context.ts";
import type { WorkflowRecord } from "./definition.ts";
import { type DryRunAnswer, type DryRunRecord, describeDryRunStep } from "./dry-run-text.ts";
import { StepIcon } from "./step-icon.tsx";
import { findPlacedStep } from "./step-tree.ts";
import { workflowDraftKey } from "./use-definition-form.ts";
import { useExistingCount } from "./workflow-data.ts";

interface TestDialogProps {
  readonly kind: Kind;
  readonly record: WorkflowRecord;
  readonly onClose: () => void;
}

const LAST_DAYS = 30;
/** So many records of the last days are shown with their names. */
const MAX_SHOWN = 20;

/** Says what the saved draft would do with a record, or would have done in the last days. Nothing is written or sent. */
export function TestDialog({ kind, record, onClose }: TestDialogProps) {
  const t = useText();
  const [mode, setMode] = useState("record");
  const [answer, setAnswer] = useState<DryRunAnswer>();
  const form = useFormState({}, t, "no input");
  const choice = useRecordChoice(String(record.kind));
  const hasDraft = sessionStorage.getItem(workflowDraftKey(useScope(), record.id)) !== null;
  const canRun = mode === "days" || choice.chosen !== null;
  const run = async (chosen = choice.chosen): Promise<void> => {
    setAnswer(undefined);
    const body = mode === "days" ? { last_days: LAST_DAYS } : { record_id: chosen?.id };
    const said = await form.submit(() => crm.request<DryRunAnswer>("POST", `${kind.path}/${record.id}/dry-run`, { body }));
    if (said) setAnswer(said);
  };
  const refusal = form.errors.form ?? Object.values(form.errors.fields)[0];
  return (
    <Drawer title={t("Test the workflow")} isOpen onOpenChange={onClose}>
      <div className="flex min-w-0 flex-col gap-4">
        <p className="text-control text-text-muted">{t("Shows what the steps would do. Nothing is changed or sent.")}</p>
        {hasDraft ? <Banner kind="warning" title={t("Changes that are not saved are not tested")} /> : null}
        <SegmentedControl
          label={t("What to test")}
          segments={[
            { id: "record", label: t("With a record") },
            { id: "days", label: t("Last {days} days", { days: LAST_DAYS }) },
          ]}
          value={mode}
          onChange={(next) => {
            setMode(next);
            setAnswer(undefined);
          }}
        />
        {mode === "record" ? (
          <Reference
            label={choice.kind?.label ?? t("Record")}
            value={choice.chosen}
            onChange={(option) => {
              choice.choose(option);
              if (option) void run(option);
              else setAnswer(undefined);
            }}
            search={choice.search}
          />
        ) : (
          <p className="text-control">
            {t("Shows the records of the last {days} days that would have enrolled, and their steps.", {
              days: LAST_DAYS,
            })}
          </p>
        )}
        <span>
          <Button variant="primary" isDisabled={!canRun} isPending={form.isSaving} onPress={() => void run()}>
            {t("Run the test")}
          </Button>
        </span>
        {refusal === undefined ? null : <Banner kind="danger" title={refusal} />}
        {answer ? (
          <Answer
            answer={answer}
            workflow={record}
            kind={choice.kind}
            isForDays={mode === "days"}
            chosen={choice.chosen?.label}
          />
        ) : null}
      </div>
    </Drawer>
  );
}

interface AnswerProps {
  readonly answer: DryRunAnswer;
  readonly workflow: WorkflowRecord;
  readonly kind: KindSummary | undefined;
  readonly isForDays: boolean;
  /** The name of the chosen record. */
  readonly chosen: string | undefined;
}

function Answer({ answer, workflow, kind, isForDays, chosen }: AnswerProps) {
  const t = useText();
  const scope = useScope();
  const shown = answer.enrolled.slice(0, MAX_SHOWN);
  const { data: existing } = useExistingCount(workflow, isForDays && answer.total === 0);
  const names = useQueries({
    queries: (isForDays ? shown : []).map(({ record_id }) => ({
      queryKey: [...scope, "name", record_id],
      queryFn: async () =>
        kind ? formatTitle(kind, (await read<Record<string, unknown>>(`${kind.path}/${record_id}`)).data) : "",
      enabled: kind !== undefined,
      retry: false,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
  if (isForDays && answer.total === 0)
    return (
      <EmptyState kind="nothing-found" title={t("No record would have been enrolled")}>
        {existing?.count
          ? t(
              "{count, plural, one {# record matches now. Publishing can enroll it.} other {# records match now. Publishing can enroll them.}}",
              {
                count: existing.count,
              },
            )
          : null}
      </EmptyState>
    );
  const count = formatCount(answer.total);
  return (
    <section aria-label={t("Result of the test")} aria-live="polite" className="flex min-w-0 flex-col gap-4">
      {isForDays ? (
        <p className="text-body font-medium">
          {answer.is_complete === false
            ? t("At least {count} records would have been enrolled", { count })
            : t("{count} records would have been enrolled", { count })}
        </p>
      ) : null}
      {shown.map((entry, index) => (
        <RecordAnswer
          key={`${entry.record_id} ${entry.at ?? ""}`}
          entry={entry}
          name={isForDays ? (names[index] ?? "…") : (chosen ?? "")}
          href={kind ? recordPath(kind, entry.record_id) : undefined}
        />
      ))}
      {answer.enrolled.length > shown.length ? (
        <p className="text-meta text-text-muted">{t("The first {count} are shown.", { count: formatCount(shown.length) })}</p>
      ) : null}
    </section>
  );
}

interface RecordAnswerProps {
  readonly entry: DryRunRecord;
  readonly name: string;
  readonly href: string | undefined;
}

/** The steps that would run for one record, with what would go wrong. */
function RecordAnswer({ entry, name, href }: RecordAnswerProps) {
  const t = useText();
  const { names, steps } = useBuilder();
  const { locale, timeZone } = useTextOptions();
  const format = (instant: string): string =>
    dateFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(instant));
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-card border border-border p-3">
      <div className="flex min-w-0 flex-wrap items-baseline gap-x-3">
        <span className="min-w-0 flex-1">
          {href === undefined ? (
            name
          ) : (
            <Link variant="title" href={href} target="_blank">
              {name}
            </Link>
          )}
        </span>
        {entry.at ? <span className="text-meta tabular-nums text-text-muted">{format(entry.at)}</span> : null}
      </div>
      <ol className="flex min-w-0 flex-col gap-2 empty:hidden">
        {entry.steps.map((said, index) => {
          const next = entry.steps[index + 1]?.id;
          const text = describeDryRunStep(said, findPlacedStep(steps, said.id)?.step, next, names);
          return (
            <li key={said.id} className="flex min-w-0 items-start gap-2 text-control">
              <span className="flex h-tag shrink-0 items-center text-text-muted">
                <StepIcon kind={said.do} />
              </span>
              <span className="flex min-w-0 flex-1 flex-col">
                <span dir="auto" className="wrap-anywhere">
                  {text.title}
                </span>
                {text.detail === undefined ? null : (
                  <span dir="auto" className="text-meta wrap-anywhere text-text-muted">
                    {text.detail}
                  </span>
                )}
                {said.until === null || said.until === undefined ? null : (
                  <span className="text-meta text-text-muted">{t("Until {date}", { date: format(said.until) })}</span>
                )}
                {said.problem === null ? null : <span className="text-meta wrap-anywhere text-danger">{said.problem}</span>}
              </span>
            </li>
          );
        })}
      </ol>
      {entry.reason === null || entry.reason === undefined ? null : (
        <p dir="auto" className="text-control text-text-muted">
          {entry.reason}
        </p>
      )}
    </div>
  );
}
