import type { Step } from "./definition.ts";

/** The order in which the steps of a workflow run. Steps are a tree: a branch or a split runs one of its lists, and then the step after it. Pure. */

/** The lists of steps inside a step. */
function listInnerSteps(step: Step): readonly (readonly Step[])[] {
  if (step.do === "approval") return [step.rejected ?? []];
  if (step.do === "branch") return [...step.cases.map(({ steps }) => steps), step.else];
  return step.do === "split" ? step.ways.map(({ steps }) => steps) : [];
}

/** A step with its place, for messages: `steps[2].cases[0].steps[1]`. */
export interface PlacedStep {
  readonly step: Step;
  readonly path: string;
  readonly depth: number;
}

/** Lists all steps in the order of the definition. */
export function listSteps(steps: readonly Step[], path = "steps", depth = 1): PlacedStep[] {
  return steps.flatMap((step, index) => {
    const at = `${path}[${index}]`;
    const inner =
      step.do === "branch"
        ? [
            ...step.cases.flatMap(({ steps: own }, nth) => listSteps(own, `${at}.cases[${nth}].steps`, depth + 1)),
            ...listSteps(step.else, `${at}.else`, depth + 1),
          ]
        : step.do === "split"
          ? step.ways.flatMap(({ steps: own }, nth) => listSteps(own, `${at}.ways[${nth}].steps`, depth + 1))
          : step.do === "approval"
            ? listSteps(step.rejected ?? [], `${at}.rejected`, depth + 1)
            : [];
    return [{ step, path: at, depth }, ...inner];
  });
}

export const findStep = (steps: readonly Step[], id: string): Step | undefined =>
  listSteps(steps).find(({ step }) => step.id === id)?.step;

/** Returns the id of the step that runs after a step, its inner steps not counted; null if the workflow is over. */
export function findNext(steps: readonly Step[], id: string): string | null {
  const seek = (list: readonly Step[], after: string | null): string | null | undefined => {
    for (const [index, step] of list.entries()) {
      const next = list[index + 1]?.id ?? after;
      if (step.id === id) return next;
      for (const inner of listInnerSteps(step)) {
        // What follows an approval is for records that were approved.
        const found = seek(inner, step.do === "approval" ? null : next);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
  return seek(steps, null) ?? null;
}

/** Returns the number of a hash from 0 to 99, the same at each try. */
function toPercentile(seed: string): number {
  let hash = 2_166_136_261;
  for (const char of seed) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 2_246_822_507);
  hash ^= hash >>> 13;
  return (hash >>> 0) % 100;
}

/** Chooses the way of a split for an enrollment: the same at each try, and spread over the percentages. Returns its position. */
export function chooseWay(ways: readonly { percent: number }[], seed: string): number {
  const percentile = toPercentile(seed);
  let sum = 0;
  const chosen = ways.findIndex(({ percent }) => {
    sum += percent;
    return percentile < sum;
  });
  return chosen === -1 ? ways.length - 1 : chosen;
}
