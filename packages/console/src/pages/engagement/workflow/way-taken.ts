import { findTakenWay } from "./dry-run-text.ts";
import { describeWay, type WorkflowNames } from "./step-text.ts";
import type { Step } from "./step-tree.ts";

/** Says which way a branch or a split took, by the reason that the API gives. Undefined for other steps. */
export function describeWayTaken(
  step: Step,
  reason: string | null,
  next: string | undefined,
  names: WorkflowNames,
): string | undefined {
  if (reason === null) return undefined;
  const way = findTakenWay(step, reason, next);
  return way === undefined ? undefined : describeWay(step, way, names);
}
