import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { listSchemaInputs } from "../../../api/step-schema.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { useBuilder } from "./builder-context.ts";
import { ConditionsField } from "./conditions-field.tsx";
import { nameInput, StepInput } from "./step-input.tsx";
import { exclusiveInputs, firstInputs } from "./step-kinds.ts";
import type { Step } from "./step-tree.ts";

interface StepPanelProps {
  readonly step: Step;
  readonly onChange: (step: Step) => void;
  /** Errors by the names of the step's fields. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Inputs that stand at the end. */
const LAST: ReadonlySet<string> = new Set(["name", "on_error"]);

/** The inputs of a step: those of its JSON Schema, and the ways of a branch or a split. */
export function StepPanel({ step, onChange, errors }: StepPanelProps) {
  const { stepSchemas } = useBuilder();
  const inputs = listSchemaInputs(stepSchemas.get(step.do) ?? {}).filter(
    ({ name }) => name !== "calendar_id" || step.until_working === true,
  );
  const groups = exclusiveInputs[step.do] ?? [];
  const grouped = new Set(groups.flat());
  const change = (name: string, value: unknown): void => onChange(changeField(step, name, value));
  const render = (names: (name: string) => boolean): ReactNode =>
    inputs
      .filter(({ name }) => names(name))
      .map((input) => (
        <StepInput key={input.name} input={input} step={step} errors={errors} onChange={(value) => change(input.name, value)} />
      ));
  const group = groups.find(([first = ""]) => step[first] !== undefined && step[first] !== null) ?? groups[0];
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {errors[""] === undefined ? null : <Banner kind="danger" title={errors[""]} />}
      {groups.length === 0 ? null : <GroupChoice step={step} groups={groups} group={group ?? []} onChange={onChange} />}
      {render((name) => group?.includes(name) === true)}
      {render((name) => !grouped.has(name) && !LAST.has(name))}
      {step.do === "branch" ? <CaseList step={step} onChange={onChange} errors={errors} /> : null}
      {step.do === "split" ? <PercentList step={step} onChange={onChange} errors={errors} /> : null}
      {render((name) => LAST.has(name))}
    </div>
  );
}

/** Sets a field of a step. Without a value the step does not have it. */
export function changeField(step: Step, name: string, value: unknown): Step {
  if (value !== undefined) return { ...step, [name]: value };
  const { [name]: _removed, ...rest } = step;
  return rest as Step;
}

interface GroupChoiceProps {
  readonly step: Step;
  readonly groups: readonly (readonly string[])[];
  readonly group: readonly string[];
  readonly onChange: (step: Step) => void;
}

/** Chooses one of several groups of inputs, such as for how long a wait is. */
function GroupChoice({ step, groups, group, onChange }: GroupChoiceProps) {
  const t = useText();
  const choose = (first: string): void => {
    const others = groups.flat().filter((name) => !groups.find(([other]) => other === first)?.includes(name));
    const rest = others.reduce((whole, name) => changeField(whole, name, undefined), step);
    onChange({ ...rest, [first]: step[first] ?? firstInputs[first] });
  };
  return (
    <Select
      label={t("How")}
      options={groups.map(([first = ""]) => ({ id: first, label: nameInput(first, t) }))}
      value={group[0] ?? null}
      onChange={(key) => choose(String(key))}
    />
  );
}

type Part = Readonly<Record<string, unknown>>;

const MAX_WAYS = 10;

/** The cases of a branch. The first one whose conditions hold is taken. */
function CaseList({ step, onChange, errors }: StepPanelProps) {
  const t = useText();
  const cases = (step.cases ?? []) as readonly Part[];
  const change = (next: readonly Part[]): void => onChange({ ...step, cases: next });
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <p className="text-meta text-text-muted">{t("The first case whose conditions hold is taken.")}</p>
      {cases.map((part, index) => (
        // A case has no name of its own, and stays in its place while it is edited.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={index} className="flex min-w-0 items-start gap-1 border-s-2 border-border ps-3">
          <div className="min-w-0 flex-1">
            <ConditionsField
              label={t("Case {number}", { number: index + 1 })}
              value={part.where}
              error={errors[`cases[${index}].where`]}
              onChange={(where) =>
                change(cases.map((other, place) => (place === index ? { ...other, where: where ?? {} } : other)))
              }
            />
          </div>
          {cases.length > 1 ? (
            <IconButton
              isSmall
              label={t("Remove case {number} and its steps", { number: index + 1 })}
              icon={<X />}
              onPress={() => change(cases.filter((_, place) => place !== index))}
            />
          ) : null}
        </div>
      ))}
      {cases.length >= MAX_WAYS ? null : (
        <span className="-ms-2">
          <Button isSmall variant="quiet" icon={<Plus />} onPress={() => change([...cases, { where: {}, steps: [] }])}>
            {t("Add a case")}
          </Button>
        </span>
      )}
    </div>
  );
}

const WHOLE = 100;

/** The ways of a split with their percentages. */
function PercentList({ step, onChange, errors }: StepPanelProps) {
  const t = useText();
  const ways = (step.ways ?? []) as readonly Part[];
  const change = (next: readonly Part[]): void => onChange({ ...step, ways: next });
  const sum = ways.reduce((total, { percent }) => total + Number(percent ?? 0), 0);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {ways.map((way, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a way has no name of its own, and stays in its place while it is edited
        <div key={index} className="flex min-w-0 items-end gap-1">
          <div className="min-w-0 flex-1">
            <NumberField
              label={t("Branch {number}, in percent", { number: index + 1 })}
              minValue={0}
              maxValue={WHOLE}
              hasSteps
              value={Number(way.percent ?? 0)}
              onChange={(percent) =>
                change(
                  ways.map((other, place) =>
                    place === index ? { ...other, percent: Number.isNaN(percent) ? 0 : percent } : other,
                  ),
                )
              }
            />
          </div>
          {ways.length > 2 ? (
            <IconButton
              label={t("Remove branch {number} and its steps", { number: index + 1 })}
              icon={<X />}
              onPress={() => change(ways.filter((_, place) => place !== index))}
            />
          ) : null}
        </div>
      ))}
      {sum === WHOLE && errors.ways === undefined ? null : (
        <span className="text-meta text-danger">{t("The percentages must add up to 100. They are {sum} now.", { sum })}</span>
      )}
      {ways.length >= MAX_WAYS ? null : (
        <span className="-ms-2">
          <Button isSmall variant="quiet" icon={<Plus />} onPress={() => change([...ways, { percent: 0, steps: [] }])}>
            {t("Add a branch")}
          </Button>
        </span>
      )}
    </div>
  );
}
