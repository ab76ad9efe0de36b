/** Which blocks the home page has for a role, in their order. A block without entries joins the others in one line (home-page.tsx). */

export type HomeBlockName =
  | "tickets"
  | "queue"
  | "approvals"
  | "tasks"
  | "follow-ups"
  | "replies"
  | "opportunities"
  | "meetings"
  | "team"
  | "gaps";

export interface HomeLayout {
  /** What the user has to do. */
  readonly main: readonly HomeBlockName[];
  /** What else happens today. */
  readonly side: readonly HomeBlockName[];
}

const representative: HomeLayout = {
  main: ["tasks", "follow-ups", "replies", "tickets"],
  side: ["meetings", "approvals", "opportunities"],
};
const leader: HomeLayout = {
  main: ["approvals", "gaps", "tasks", "follow-ups", "replies", "tickets"],
  side: ["team", "meetings", "opportunities"],
};
const agent: HomeLayout = {
  main: ["tickets", "queue", "replies", "follow-ups"],
  side: ["tasks", "meetings", "approvals"],
};

const layouts: Readonly<Record<string, HomeLayout>> = {
  ADMIN: leader,
  DIRECTOR: leader,
  MANAGER: leader,
  SUPPORT_AGENT: agent,
};

/** Returns the layout of a user with these roles: that of the first role, then what the others add. */
export function findHomeLayout(roles: readonly string[]): HomeLayout {
  const [first = representative, ...others] = [...new Set(roles.map((role) => layouts[role] ?? representative))];
  const known = [...first.main, ...first.side];
  const added = others.flatMap(({ main }) => main).filter((name) => !known.includes(name));
  const addedSide = others.flatMap(({ side }) => side).filter((name) => ![...known, ...added].includes(name));
  return { main: [...new Set([...first.main, ...added])], side: [...new Set([...first.side, ...addedSide])] };
}

interface BlockState {
  readonly isEmpty: boolean;
  readonly isLoading: boolean;
  readonly hasFailed: boolean;
}

/** What a phone shows of the second column before the tasks, and before the rest of the first one. */
const BEFORE_TASKS: readonly HomeBlockName[] = ["team", "meetings"];
const EARLY: readonly HomeBlockName[] = ["tasks", "meetings", "approvals"];

/** Blocks that show the work of another one as well. While the page has them, an empty block says nothing about that work. */
const COVERED_BY: Readonly<Partial<Record<HomeBlockName, readonly HomeBlockName[]>>> = { tickets: ["gaps", "queue"] };

/** Whether the line of empty blocks names a block: no other block of the page shows work of this sort. */
export const isNamedWhenEmpty = (name: HomeBlockName, { main, side }: HomeLayout): boolean =>
  [...main, ...side].every((other) => COVERED_BY[name]?.includes(other) !== true);

/**
 * Returns the blocks in one column: figures of the team and meetings of the day before a list of tasks, then the work up to the follow-ups, then what
 * else is due, then the rest.
 */
export function listInOneColumn({ main, side }: HomeLayout): HomeBlockName[] {
  const tasks = main.indexOf("tasks");
  const end = 1 + Math.max(0, tasks, main.indexOf("follow-ups"));
  const first = tasks < 0 ? [] : [...main.slice(0, tasks), ...side.filter((name) => BEFORE_TASKS.includes(name))];
  const early = side.filter((name) => EARLY.includes(name));
  return [...new Set([...first, ...main.slice(0, end), ...early, ...main, ...side])];
}

export type BlockHeights = ReadonlyMap<HomeBlockName, number>;

/**
 * Returns the layout with each block of the side in the column that is shorter so far, so that both end at about the same height. A block without a height
 * shows nothing.
 */
export function balanceLayout({ main, side }: HomeLayout, heights: BlockHeights): HomeLayout {
  const sum = (names: readonly HomeBlockName[]): number => names.reduce((total, name) => total + (heights.get(name) ?? 0), 0);
  const balanced = { main: [...main], side: [] as HomeBlockName[] };
  for (const name of side) (sum(balanced.main) < sum(balanced.side) ? balanced.main : balanced.side).push(name);
  return balanced;
}

/** Whether a block gives its place up. One that loads keeps it, and one that failed offers to try again. */
export const isFolded = ({ isEmpty, isLoading, hasFailed }: BlockState): boolean => isEmpty && !isLoading && !hasFailed;

/** Writes the names of the folded blocks as a sentence has them: `tasks, meetings, or conversations`. */
export const joinNames = (names: readonly string[], locale: string): string =>
  new Intl.ListFormat(locale, { type: "disjunction" }).format(names);
