import { FlaskConical, Settings2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { type Kind, useKind, useKindIndex } from "../../../api/schema.ts";
import { readStepSchemas, readTriggerSchemas } from "../../../api/step-schema.ts";
import { ConflictBanner } from "../../../input/form/conflict-banner.tsx";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { SaveBar } from "../../../input/form/save-bar.tsx";
import { formatCount, numberFormat } from "../../../ui/i18n/formatters.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { Sheet } from "../../../ui/kit/sheet.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { useIsDesktop, useIsPhone } from "../../../ui/kit/use-media.ts";
import { BuilderContext, nameStep, useWorkflowNames } from "./builder-context.ts";
import { compareDefinitions, type Definition, type Figures, readDefinition, type WorkflowRecord } from "./definition.ts";
import { offerDraft } from "./open-draft.ts";
import { SystemBanner } from "./run-rights.tsx";
import { StepCard } from "./step-card.tsx";
import { createStep } from "./step-kinds.ts";
import { AddStep, StepList } from "./step-list.tsx";
import { StepPanel } from "./step-panel.tsx";
import { describeTrigger, nameStepKind } from "./step-text.ts";
import {
  changeStep,
  duplicateStep,
  findPlacedStep,
  insertStep,
  listPlacedSteps,
  listStepErrors,
  listStepIds,
  moveStep,
  removeStep,
  type Step,
} from "./step-tree.ts";
import { ExitPanel, SettingsPanel, TriggerPanel } from "./trigger-panel.tsx";
import { useDefinitionForm } from "./use-definition-form.ts";
import { useFigures, usePublishedDefinition, useWorkflowSchema } from "./workflow-data.ts";

const TestDialog = lazy(() => import("./test-dialog.tsx").then(({ TestDialog: dialog }) => ({ default: dialog })));

interface WorkflowBuilderProps {
  readonly kind: Kind;
  readonly record: WorkflowRecord;
}

/** The definition of a workflow as a tree of steps, with a panel for the chosen one. */
export function WorkflowBuilder({ kind, record }: WorkflowBuilderProps) {
  const { data: recordKind, isError } = useKind(String(record.kind ?? ""));
  const schema = useWorkflowSchema();
  const figures = useFigures(record.id);
  // With the others in one request.
  usePublishedDefinition(record.id, readVersion(record));
  const t = useText();
  if (isError || schema.isError) return <Banner kind="danger" title={t("The steps could not be loaded")} />;
  if (!recordKind || !schema.data || figures.isPending) return <Skeleton shape="block" />;
  return <Builder kind={kind} record={record} recordKind={recordKind} schema={schema.data} figures={figures.data} />;
}

interface BuilderProps extends WorkflowBuilderProps {
  readonly recordKind: Kind;
  readonly schema: Parameters<typeof readStepSchemas>[0];
  readonly figures: Figures | undefined;
}

const readVersion = ({ published_version }: WorkflowRecord): number | null =>
  typeof published_version === "number" ? published_version : null;

/** Cards that are no steps. */
const TRIGGER = "trigger";
const FINISH = "finish";
const SETTINGS = "settings";

/** The first input of the panel. */
const PANEL_INPUT = "aside :is(input:not([type=hidden]), textarea)";

function Builder({ kind, record, recordKind, schema, figures }: BuilderProps) {
  const t = useText();
  const isDesktop = useIsDesktop();
  const isPhone = useIsPhone();
  const { form, save, theirs, keepMine, takeTheirs } = useDefinitionForm(kind, record);
  const definition = useMemo(() => readDefinition(form.values), [form.values]);
  const { steps } = definition;
  const { names, filterFields } = useWorkflowNames(recordKind, definition);
  const [chosen, setChosen] = useState<string | undefined>(isDesktop ? TRIGGER : undefined);
  const [isTesting, setTesting] = useState(false);
  const saveChanges = (): Promise<boolean> => (form.isChanged ? save() : Promise.resolve(true));
  useEffect(() => offerDraft(record.id, saveChanges));
  /** A test is of the draft as it is stored. */
  const test = async (): Promise<void> => {
    if (await saveChanges()) setTesting(true);
  };
  const [announcement, setAnnouncement] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  /** The card that gets the focus when it stands in its new place. */
  const [focused, setFocused] = useState<string>();
  useEffect(() => {
    if (focused === undefined) return;
    frame.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(focused)}"] button`)?.focus();
    setFocused(undefined);
  }, [focused]);
  /** A step was just added. Its inputs are what the user fills in next. */
  const [isNew, setNew] = useState(false);
  useEffect(() => {
    if (!isNew) return;
    frame.current?.querySelector<HTMLElement>(PANEL_INPUT)?.focus();
    setNew(false);
  }, [isNew]);
  const content = useMemo(
    () => ({
      kind: recordKind,
      names,
      filterFields,
      stepSchemas: readStepSchemas(schema),
      triggerSchemas: readTriggerSchemas(schema),
      steps,
    }),
    [recordKind, names, filterFields, schema, steps],
  );
  const canEdit = kind.operations.includes("update");
  const setSteps = (next: readonly Step[]): void => form.set("steps", next);
  const nameOf = (id: string): string => {
    const step = findPlacedStep(steps, id)?.step;
    return step ? nameStep(step, names) : "";
  };
  const edit = canEdit
    ? {
        add: (list: Parameters<typeof insertStep>[1], index: number, kindOfStep: string): void => {
          const step = createStep(kindOfStep, listStepIds(steps));
          setSteps(insertStep(steps, list, index, step));
          setChosen(step.id);
          setNew(true);
        },
        move: (id: string, direction: 1 | -1): void => {
          setSteps(moveStep(steps, id, direction));
          setAnnouncement(t("{name} was moved", { name: nameOf(id) }));
          setFocused(id);
        },
        duplicate: (id: string): void => setSteps(duplicateStep(steps, id)),
        remove: (id: string): void => {
          const all = listPlacedSteps(steps).map(({ step }) => step.id);
          const before = steps;
          setSteps(removeStep(steps, id));
          setChosen((current) => (current === id ? undefined : current));
          setFocused(all[all.indexOf(id) - 1] ?? TRIGGER);
          showToast({ text: t("{name} was removed", { name: nameOf(id) }), undo: () => setSteps(before) });
        },
      }
    : undefined;
  const placed = chosen === undefined ? undefined : findPlacedStep(steps, chosen);
  const errors = form.errors.fields;
  const change = (name: keyof Definition, value: unknown): void => form.set(name, value);
  const panels: Readonly<Record<string, { title: string; content: ReactNode }>> = {
    [TRIGGER]: {
      title: t("Trigger"),
      content: <TriggerPanel definition={definition} onChange={change} errors={errors} record={record} />,
    },
    [FINISH]: { title: t("End"), content: <ExitPanel definition={definition} onChange={change} errors={errors} /> },
    [SETTINGS]: { title: t("Settings"), content: <SettingsPanel definition={definition} onChange={change} errors={errors} /> },
  };
  const panel = placed
    ? {
        title: nameStepKind(placed.step.do, t),
        content: (
          <StepPanel
            key={placed.step.id}
            step={placed.step}
            errors={listStepErrors(placed, errors)}
            onChange={(step) => setSteps(changeStep(steps, step.id, () => step))}
          />
        ),
      }
    : chosen === undefined
      ? undefined
      : panels[chosen];
  const Layer = isPhone ? Sheet : Drawer;
  const triggerError = Object.entries(errors).find(([name]) => /^(?:trigger|where|enrollment)\b/.test(name))?.[1];
  const exitError = Object.entries(errors).find(([name]) => name.startsWith("exit"))?.[1];
  const stepCounts = useMemo(() => new Map((figures?.steps ?? []).map((entry) => [entry.step_id, entry])), [figures]);
  const tree = (
    <div className="flex min-w-0 flex-col">
      <StepCard
        id={TRIGGER}
        icon="trigger"
        text={describeTrigger(definition.trigger, definition.where, names)}
        error={triggerError}
        isSelected={chosen === TRIGGER}
        onSelect={() => setChosen(TRIGGER)}
      />
      <AddStep list={ROOT} index={0} edit={edit} />
      <StepList
        list={ROOT}
        siblings={steps}
        selected={chosen}
        figures={stepCounts}
        errors={errors}
        edit={edit}
        onSelect={setChosen}
      />
      <StepCard
        id={FINISH}
        icon="finish"
        text={describeFinish(definition, names.describeWhere, t)}
        error={exitError}
        isSelected={chosen === FINISH}
        onSelect={() => setChosen(FINISH)}
      />
    </div>
  );
  return (
    <BuilderContext value={content}>
      <div ref={frame} className="flex min-w-0 flex-col gap-4">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <p className="min-w-field-short flex-1 text-control text-text-muted">
            <DraftState record={record} definition={definition} />
          </p>
          <span className="flex flex-wrap gap-2">
            <Button
              isSmall
              variant="quiet"
              icon={<Settings2 />}
              aria-pressed={chosen === SETTINGS}
              onPress={() => setChosen(SETTINGS)}
            >
              {t("Settings")}
            </Button>
            <Button isSmall icon={<FlaskConical />} isPending={form.isSaving} onPress={() => void test()}>
              {t("Test")}
            </Button>
          </span>
        </div>
        <SystemBanner record={record} />
        {figures ? <FigureLine figures={figures} /> : null}
        {form.errors.form === undefined ? null : <Banner kind="danger" title={form.errors.form} />}
        {Object.keys(errors).length === 0 ? null : (
          <Banner
            kind="danger"
            title={t("{count, plural, one {# field needs} other {# fields need}} a change", {
              count: Object.keys(errors).length,
            })}
          />
        )}
        {theirs ? <ConflictBanner onKeepMine={keepMine} onTakeTheirs={takeTheirs} /> : null}
        {isDesktop ? (
          <div className="grid min-w-0 grid-cols-(--builder-columns) items-start gap-6">
            {tree}
            <aside
              aria-label={panel?.title ?? t("Chosen step")}
              className="sticky top-4 flex max-h-(--builder-panel-height) min-w-0 flex-col gap-4 overflow-auto rounded-card border border-border bg-surface p-4"
            >
              {panel ? (
                <>
                  <h2 className="text-section font-semibold">{panel.title}</h2>
                  {panel.content}
                </>
              ) : (
                <p className="text-control text-text-muted">{t("Choose a step to see and change what it does.")}</p>
              )}
            </aside>
          </div>
        ) : (
          <>
            {tree}
            {panel ? (
              <Layer title={panel.title} isOpen onOpenChange={() => setChosen(undefined)}>
                {panel.content}
              </Layer>
            ) : null}
          </>
        )}
        {form.isChanged ? <SaveBar form={form} label={t("Save the draft")} isSecondary onSave={save} /> : null}
        <span role="status" className="sr-only">
          {announcement}
        </span>
        <LeaveGuard form={form} />
        {isTesting ? (
          <Suspense>
            <TestDialog kind={kind} record={record} onClose={() => setTesting(false)} />
          </Suspense>
        ) : null}
      </div>
    </BuilderContext>
  );
}

const ROOT = { parent: null, place: "steps" };

function describeFinish({ exit }: Definition, describeWhere: (where: unknown) => string, t: Translate) {
  const conditions = describeWhere(exit?.where);
  const events = (exit?.events ?? []).join(", ");
  const detail =
    conditions !== ""
      ? t("Earlier if {conditions}", { conditions })
      : events === ""
        ? undefined
        : t("Earlier if an event comes: {events}", { events });
  return { title: t("End"), ...(detail === undefined ? {} : { detail }) };
}

/** Says which version is published, and what of the draft is not. */
function DraftState({ record, definition }: { readonly record: WorkflowRecord; readonly definition: Definition }) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const version = readVersion(record);
  const published = usePublishedDefinition(record.id, version);
  const kindLabel = kinds.find(({ kind }) => kind === record.kind)?.labels ?? "";
  const prefix = kindLabel === "" ? "" : `${t("For {kinds}", { kinds: kindLabel })} · `;
  if (version === null) return <>{`${prefix}${t("Not published yet")}`}</>;
  if (!published.data) return <>{`${prefix}${t("Published version {version}", { version: formatCount(version) })}`}</>;
  const changes = listChanges(compareDefinitions(published.data, definition), t);
  if (changes.length === 0) return <>{`${prefix}${t("Published version {version}", { version: formatCount(version) })}`}</>;
  const text = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(changes);
  return <>{`${prefix}${t("Not published yet: {changes}", { changes: text })}`}</>;
}

function listChanges(changes: ReturnType<typeof compareDefinitions>, t: Translate): string[] {
  const { added, removed, changed, isMoved, hasOtherTrigger, hasOtherSettings } = changes;
  return [
    ...(hasOtherTrigger ? [t("another trigger")] : []),
    ...(added > 0 ? [t("{count, plural, one {# step} other {# steps}} added", { count: added })] : []),
    ...(removed > 0 ? [t("{count, plural, one {# step} other {# steps}} removed", { count: removed })] : []),
    ...(changed > 0 ? [t("{count, plural, one {# step} other {# steps}} changed", { count: changed })] : []),
    ...(isMoved ? [t("another order")] : []),
    ...(hasOtherSettings ? [t("other settings")] : []),
  ];
}

const RUNNING = ["PLANNED", "ACTIVE", "WAITING", "HELD"];

/** How many records are in the workflow, and how those that left did so. */
function FigureLine({ figures: { statuses } }: { readonly figures: Figures }) {
  const t = useText();
  const count = (names: readonly string[]): number => names.reduce((sum, name) => sum + (statuses[name] ?? 0), 0);
  const [inside, completed, exited, failed, stopped] = [
    count(RUNNING),
    count(["COMPLETED"]),
    count(["EXITED"]),
    count(["FAILED"]),
    count(["STOPPED"]),
  ];
  const over = completed + exited + failed + stopped;
  if (inside + over === 0) return null;
  const rate = numberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 0 });
  const facts = [
    { id: "inside", label: t("Inside"), value: inside },
    { id: "completed", label: t("Completed"), value: completed },
    { id: "exited", label: t("Exited early"), value: exited, rate: over > 0 ? rate.format(exited / over) : undefined },
    { id: "failed", label: t("Failed"), value: failed },
    { id: "stopped", label: t("Stopped"), value: stopped },
  ].filter(({ id, value }) => id === "inside" || value > 0);
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-2">
      {facts.map(({ id, label, value, rate: share }) => (
        <div key={id} className="flex items-baseline gap-2">
          <dt className="text-control text-text-muted">{label}</dt>
          <dd className="text-body font-semibold tabular-nums">
            {formatCount(value)}
            {share === undefined ? null : <span className="ps-1 text-meta font-normal text-text-muted">{share}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
