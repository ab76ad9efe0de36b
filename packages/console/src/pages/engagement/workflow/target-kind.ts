import type { Kind } from "../../../api/kind.ts";
import { listPlacedSteps, type Step } from "./step-tree.ts";

/** The records on which steps act. */

const ID = /_id$/;

/** Returns the kind of the record that a step writes: of its target, or the one that it creates. */
export function findTargetKind(step: Step, kind: Pick<Kind, "kind" | "fields">, steps: readonly Step[]): string | undefined {
  if (step.do === "create") return typeof step.kind === "string" && step.kind !== "" ? step.kind : undefined;
  const { target } = step;
  if (typeof target !== "string" || target === "record") return kind.kind;
  const [first = "", second] = target.split(".");
  if (first !== "created") return kind.fields.find(({ name }) => name === first || name === `${first}_id`)?.record;
  const creator = listPlacedSteps(steps).find((placed) => placed.step.id === second)?.step;
  if (creator?.do === "task") return "activity";
  return typeof creator?.kind === "string" ? creator.kind : undefined;
}

/** A record that a step can act on. */
interface Target {
  readonly id: string;
  /** The field that names it, or the step that creates it. */
  readonly field?: string;
  readonly step?: Step;
}

/** Lists what a step can act on: the records that the enrolled one refers to, and those that earlier steps create. */
export function listTargets(step: Step, kind: Pick<Kind, "fields">, steps: readonly Step[]): Target[] {
  const references = kind.fields
    .filter(
      ({ type, record, visible, multiple, name }) =>
        type === "reference" && record !== undefined && visible && !multiple && ID.test(name),
    )
    .map(({ name }) => ({ id: name.replace(ID, ""), field: name }));
  const placed = listPlacedSteps(steps).map((entry) => entry.step);
  const earlier = placed.slice(
    0,
    placed.findIndex(({ id }) => id === step.id),
  );
  return [
    ...references,
    ...earlier
      .filter(({ do: kindOfStep }) => kindOfStep === "create" || kindOfStep === "task")
      .map((creator) => ({ id: `created.${creator.id}`, step: creator })),
  ];
}
