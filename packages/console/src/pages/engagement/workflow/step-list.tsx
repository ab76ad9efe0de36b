import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { useBuilder } from "./builder-context.ts";
import type { StepFigures } from "./definition.ts";
import { StepCard } from "./step-card.tsx";
import { StepIcon } from "./step-icon.tsx";
import { listStepKinds } from "./step-kinds.ts";
import { describeStep, describeWay, nameStepKind } from "./step-text.ts";
import { canMoveStep, findPlacedStep, type ListPlace, listStepErrors, listWays, type Step } from "./step-tree.ts";

interface StepListActions {
  readonly selected: string | undefined;
  readonly figures: ReadonlyMap<string, StepFigures>;
  readonly errors: Readonly<Record<string, string>>;
  /** Undefined: the user may not change the workflow. */
  readonly edit: StepEdits | undefined;
  readonly onSelect: (id: string) => void;
}

interface StepEdits {
  readonly add: (list: ListPlace, index: number, kind: string) => void;
  readonly move: (id: string, direction: 1 | -1) => void;
  readonly duplicate: (id: string) => void;
  readonly remove: (id: string) => void;
}

interface StepListProps extends StepListActions {
  readonly list: ListPlace;
  readonly siblings: readonly Step[];
}

/** Steps in their order, with the ways of branches and splits indented below them. */
export function StepList({ list, siblings, ...actions }: StepListProps) {
  return (
    <ol className="flex min-w-0 flex-col">
      {siblings.map((step, index) => (
        <li key={step.id} className="flex min-w-0 flex-col">
          <StepEntry step={step} {...actions} />
          <AddStep
            list={list}
            index={index + 1}
            edit={actions.edit}
            isLast={list.parent !== null && index === siblings.length - 1}
          />
        </li>
      ))}
    </ol>
  );
}

function StepEntry({ step, ...actions }: StepListActions & { readonly step: Step }) {
  const { names, steps } = useBuilder();
  const { selected, figures, errors, edit, onSelect } = actions;
  const placed = findPlacedStep(steps, step.id);
  const [error] = placed ? Object.values(listStepErrors(placed, errors)) : [];
  const ways = listWays(step);
  return (
    <>
      <StepCard
        id={step.id}
        icon={step.do}
        text={describeStep(step, names)}
        name={typeof step.name === "string" && step.name !== "" ? step.name : undefined}
        figures={figures.get(step.id)}
        error={error}
        isSelected={selected === step.id}
        onSelect={() => onSelect(step.id)}
        tools={
          edit && {
            onMoveUp: canMoveStep(steps, step.id, -1) ? () => edit.move(step.id, -1) : undefined,
            onMoveDown: canMoveStep(steps, step.id, 1) ? () => edit.move(step.id, 1) : undefined,
            onDuplicate: () => edit.duplicate(step.id),
            onRemove: () => edit.remove(step.id),
          }
        }
      />
      {ways.length === 0 ? null : (
        <ul className="flex min-w-0 flex-col gap-3 pt-3">
          {ways.map(({ place, steps: inner }) => {
            const list = { parent: step.id, place };
            const label = describeWay(step, place, names);
            return (
              <li key={place} className="flex min-w-0 flex-col ms-3 border-s-2 border-border ps-3 tablet:ms-4 tablet:ps-4">
                <p dir="auto" className="pb-1 text-control font-medium wrap-anywhere">
                  {label}
                </p>
                {inner.length === 0 ? (
                  <EmptyWay list={list} edit={edit} label={label} />
                ) : (
                  <StepList list={list} siblings={inner} {...actions} />
                )}
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}

interface AddStepProps {
  readonly list: ListPlace;
  readonly index: number;
  readonly edit: StepEdits | undefined;
}

/** A menu of the steps that can be added. */
function AddMenu({ list, index, edit, trigger }: AddStepProps & { readonly trigger: Parameters<typeof Menu>[0]["trigger"] }) {
  const t = useText();
  const { stepSchemas } = useBuilder();
  return (
    <Menu trigger={trigger} onAction={(kind) => edit?.add(list, index, String(kind))}>
      {listStepKinds(stepSchemas).map((kind) => (
        <MenuItem key={kind} id={kind} label={nameStepKind(kind, t)} icon={<StepIcon kind={kind} />} />
      ))}
    </Menu>
  );
}

/** The line between two steps, with a button that adds one. At the end of a way it stops. */
export function AddStep({ isLast = false, ...props }: AddStepProps & { readonly isLast?: boolean }): ReactNode {
  const t = useText();
  const line = "pointer-events-none absolute start-1/2 h-2 w-px bg-border-strong";
  return (
    <span className="flex h-control items-center ps-3">
      <span className="relative flex h-full w-8 items-center justify-center">
        {props.edit ? (
          <AddMenu {...props} trigger={<IconButton isSmall label={t("Add a step here")} icon={<Plus />} />} />
        ) : (
          <span className="absolute inset-y-0 start-1/2 w-px bg-border-strong" aria-hidden="true" />
        )}
        <span className={`${line} top-0`} aria-hidden="true" />
        {isLast ? null : <span className={`${line} bottom-0`} aria-hidden="true" />}
      </span>
    </span>
  );
}

function EmptyWay({ list, edit, label }: Omit<AddStepProps, "index"> & { readonly label: string }) {
  const t = useText();
  if (!edit) return <span className="text-control text-text-muted">{t("Nothing is done")}</span>;
  return (
    <span className="-ms-2">
      <AddMenu
        list={list}
        index={0}
        edit={edit}
        trigger={
          <Button isSmall variant="quiet" icon={<Plus />} aria-label={t("Add a step: {way}", { way: label })}>
            {t("Add a step")}
          </Button>
        }
      />
    </span>
  );
}
