/** The steps of a workflow as a tree, and its changes. A step with ways, such as a branch, has lists of steps inside. Pure. */

/** A step as the API has it. Steps that this page does not know keep all that they have. */
export interface Step {
  readonly id: string;
  readonly do: string;
  readonly [field: string]: unknown;
}

/** A list of steps inside a step, by its place: `cases[0].steps`, `else`, `ways[1].steps`. */
interface Way {
  readonly place: string;
  readonly steps: readonly Step[];
}

type Part = Readonly<Record<string, unknown>>;

const readParts = (value: unknown): readonly Part[] => (Array.isArray(value) ? value : []) as readonly Part[];
const readSteps = (value: unknown): readonly Step[] => readParts(value) as readonly Step[];

const isStepList = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item?.id === "string" && typeof item?.do === "string");

/** Lists the ways of a step. Most steps have none. */
export function listWays(step: Step): Way[] {
  if (step.do === "branch")
    return [
      ...readParts(step.cases).map(({ steps }, index) => ({ place: `cases[${index}].steps`, steps: readSteps(steps) })),
      { place: "else", steps: readSteps(step.else) },
    ];
  if (step.do === "split")
    return readParts(step.ways).map(({ steps }, index) => ({ place: `ways[${index}].steps`, steps: readSteps(steps) }));
  if (step.do === "approval") return [{ place: "rejected", steps: readSteps(step.rejected) }];
  return Object.entries(step).flatMap(([place, value]) => (isStepList(value) ? [{ place, steps: readSteps(value) }] : []));
}

/** Returns a step with other steps in one of its ways. */
function setWay(step: Step, place: string, steps: readonly Step[]): Step {
  const [, field = place, index] = /^(\w+)\[(\d+)\]\.steps$/.exec(place) ?? [];
  if (index === undefined) return { ...step, [field]: steps };
  return { ...step, [field]: readParts(step[field]).map((part, nth) => (nth === Number(index) ? { ...part, steps } : part)) };
}

/** A list of the tree: the first one, or a way of a step. */
export interface ListPlace {
  readonly parent: string | null;
  readonly place: string;
}

const ROOT: ListPlace = { parent: null, place: "steps" };

/** A step with where it is. The path is that of the API: `steps[2].cases[0].steps[1]`. */
interface PlacedStep {
  readonly step: Step;
  readonly path: string;
  readonly list: ListPlace;
  readonly index: number;
  readonly siblings: readonly Step[];
}

/** Lists all steps in the order of the page. */
export const listPlacedSteps = (steps: readonly Step[], path = "steps", list: ListPlace = ROOT): PlacedStep[] =>
  steps.flatMap((step, index) => {
    const own = `${path}[${index}]`;
    const inner = listWays(step).flatMap((way) =>
      listPlacedSteps(way.steps, `${own}.${way.place}`, { parent: step.id, place: way.place }),
    );
    return [{ step, path: own, list, index, siblings: steps }, ...inner];
  });

export const findPlacedStep = (steps: readonly Step[], id: string): PlacedStep | undefined =>
  listPlacedSteps(steps).find(({ step }) => step.id === id);

/** Puts other steps in the place of a step. */
const replaceStep = (steps: readonly Step[], id: string, replace: (step: Step) => readonly Step[]): Step[] =>
  steps.flatMap((step) =>
    step.id === id
      ? replace(step)
      : listWays(step).reduce((whole, way) => setWay(whole, way.place, replaceStep(way.steps, id, replace)), step),
  );

export const changeStep = (steps: readonly Step[], id: string, change: (step: Step) => Step): Step[] =>
  replaceStep(steps, id, (step) => [change(step)]);

export const removeStep = (steps: readonly Step[], id: string): Step[] => replaceStep(steps, id, () => []);

export function insertStep(steps: readonly Step[], { parent, place }: ListPlace, index: number, step: Step): Step[] {
  if (parent === null) return steps.toSpliced(index, 0, step);
  return changeStep(steps, parent, (owner) => {
    const way = listWays(owner).find((candidate) => candidate.place === place);
    return setWay(owner, place, (way?.steps ?? []).toSpliced(index, 0, step));
  });
}

/** Lists all ids, so that a new step gets another one. */
export const listStepIds = (steps: readonly Step[]): Set<string> => new Set(listPlacedSteps(steps).map(({ step }) => step.id));

/** Returns an id that no step has: the base with a number. */
export function createStepId(base: string, taken: ReadonlySet<string>): string {
  const stem = base.replace(/_\d+$/, "").slice(0, 56);
  for (let number = 1; ; number++) {
    const id = `${stem}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** Copies a step with all inside. Each copy has an id of its own. */
function copyStep(step: Step, taken: Set<string>): Step {
  const id = createStepId(step.id, taken);
  taken.add(id);
  return listWays(step).reduce<Step>(
    (whole, way) =>
      setWay(
        whole,
        way.place,
        way.steps.map((inner) => copyStep(inner, taken)),
      ),
    { ...step, id },
  );
}

/** Puts a copy behind a step. */
export const duplicateStep = (steps: readonly Step[], id: string): Step[] =>
  replaceStep(steps, id, (step) => [step, copyStep(step, listStepIds(steps))]);

/** Finds the list and the place into which a step goes by one move: past its neighbor, into a way of it, or out of the way that it is in. */
function findTarget(steps: readonly Step[], id: string, direction: 1 | -1): { list: ListPlace; index: number } | undefined {
  const placed = findPlacedStep(steps, id);
  if (!placed) return undefined;
  const { list, index, siblings } = placed;
  const neighbor = siblings[index + direction];
  if (neighbor) {
    const ways = listWays(neighbor);
    const way = direction === 1 ? ways[0] : ways.at(-1);
    if (!way) return { list, index: index + direction };
    return { list: { parent: neighbor.id, place: way.place }, index: direction === 1 ? 0 : way.steps.length };
  }
  const owner = list.parent === null ? undefined : findPlacedStep(steps, list.parent);
  if (!owner) return undefined;
  const ways = listWays(owner.step);
  const way = ways[ways.findIndex(({ place }) => place === list.place) + direction];
  if (way) return { list: { parent: owner.step.id, place: way.place }, index: direction === 1 ? 0 : way.steps.length };
  return { list: owner.list, index: owner.index + (direction === 1 ? 1 : 0) };
}

export const canMoveStep = (steps: readonly Step[], id: string, direction: 1 | -1): boolean =>
  findTarget(steps, id, direction) !== undefined;

/** Moves a step one place, in the order of the page. */
export function moveStep(steps: readonly Step[], id: string, direction: 1 | -1): readonly Step[] {
  const target = findTarget(steps, id, direction);
  const step = findPlacedStep(steps, id)?.step;
  return target && step ? insertStep(removeStep(steps, id), target.list, target.index, step) : steps;
}

/** Returns the errors of a step by the names of its fields, without those of the steps inside. */
export function listStepErrors(
  { step, path }: Pick<PlacedStep, "step" | "path">,
  errors: Readonly<Record<string, string>>,
): Record<string, string> {
  const inner = listWays(step).map(({ place }) => `${path}.${place}[`);
  return Object.fromEntries(
    Object.entries(errors).flatMap(([name, message]) => {
      if (name !== path && !name.startsWith(`${path}.`)) return [];
      if (inner.some((start) => name.startsWith(start))) return [];
      return [[name.slice(path.length + 1), message]];
    }),
  );
}
