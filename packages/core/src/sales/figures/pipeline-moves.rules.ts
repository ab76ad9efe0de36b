import { buildOwnedId, ownPart } from "../../kernel/id.ts";
import { toMinorUnits } from "../../platform/daily-figures/counter-cells.rules.ts";
import { MASTER } from "../../platform/master-data/master-data.kind.ts";
import { kindId } from "../../platform/master-data/master-id.ts";
import { NONE } from "../../storage/table/collection.ts";
import type { StageExit } from "../opportunity/history-snapshot.rules.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";

/** How the open pipeline changed within a day, by owner (docs/sales/pipeline.md, Bridge). Pure. */

/** The changes, with the sign by which they change the open amount. */
export const moveSigns = { new: 1, increased: 1, decreased: -1, moved_in: 1, moved_out: -1, won: -1, lost: -1 } as const;
type MoveName = keyof typeof moveSigns;
export const moveNames = Object.keys(moveSigns) as MoveName[];
/** Changes of the amount, which change no number of opportunities. */
const amountMoves: readonly MoveName[] = ["increased", "decreased"];
export const changesCount = (move: MoveName): boolean => !amountMoves.includes(move);

interface DayEndState {
  owner_id: string | null;
  stage_id: string;
  is_closed: boolean;
  amount: string | null;
  currency: string;
}

/** The state of an opportunity at the end of the day before and of the day; undefined while it does not exist. */
export interface DayChange {
  before: DayEndState | undefined;
  after: DayEndState | undefined;
  /** Whether it was created on the day. */
  isNew: boolean;
}

/** The name of cells of moves out of stages. */
const EXIT = "exit";

/** The opportunities of one owner; null for those of all owners together. */
type Scope = string | null;

const ownerOf = (state: DayEndState): string => state.owner_id ?? NONE;
const minorOf = ({ amount, currency }: DayEndState): bigint => (amount === null ? 0n : toMinorUnits(amount, currency));

/** The changes of a day of each owner, and of all owners together: there, a change of the owner is none. */
export class PipelineMoves {
  readonly #wonStages: ReadonlySet<string>;
  readonly #scopes = new Map<Scope, Map<string, { count: number; minor: bigint }>>();

  constructor(wonStages: ReadonlySet<string>) {
    this.#wonStages = wonStages;
  }

  add(change: DayChange): void {
    const owners = [change.before, change.after].flatMap((state) => (state ? [ownerOf(state)] : []));
    for (const scope of new Set<Scope>([null, ...owners])) this.#addTo(scope, change);
  }

  /** Adds a move out of an open stage. Each move of a day counts, also if another one follows on the same day. */
  addExit({ stage_id, owner_id, move, seconds }: StageExit): void {
    for (const scope of [null, owner_id ?? NONE]) this.#note(scope, `${EXIT}.${ownPart(stage_id)}.${move}`, BigInt(seconds));
  }

  #addTo(scope: Scope, { before, after, isNew }: DayChange): void {
    const isIn = (state: DayEndState | undefined): state is DayEndState =>
      state !== undefined && (scope === null || ownerOf(state) === scope);
    const note = (move: MoveName, { currency }: DayEndState, minor: bigint) => this.#note(scope, `${move}.${currency}`, minor);
    const wasOpen = isIn(before) && !before.is_closed;
    const wasOpenElsewhere = before !== undefined && !before.is_closed && !wasOpen;
    if (!isIn(after)) {
      if (wasOpen) note("moved_out", before, minorOf(before));
      return;
    }
    if (wasOpen) this.#noteAmounts(scope, before, after);
    else if (isNew) note("new", after, minorOf(after));
    else if (!after.is_closed || wasOpenElsewhere) note("moved_in", after, minorOf(after));
    if (after.is_closed && (wasOpen || isNew || wasOpenElsewhere))
      note(this.#wonStages.has(after.stage_id) ? "won" : "lost", after, minorOf(after));
  }

  /** Another currency takes the whole amount out of one and into the other. */
  #noteAmounts(scope: Scope, before: DayEndState, after: DayEndState): void {
    if (before.currency !== after.currency) {
      this.#note(scope, `decreased.${before.currency}`, minorOf(before));
      this.#note(scope, `increased.${after.currency}`, minorOf(after));
      return;
    }
    const difference = minorOf(after) - minorOf(before);
    if (difference > 0n) this.#note(scope, `increased.${after.currency}`, difference);
    if (difference < 0n) this.#note(scope, `decreased.${after.currency}`, -difference);
  }

  #note(scope: Scope, name: string, minor: bigint): void {
    const cells = this.#scopes.get(scope) ?? new Map<string, { count: number; minor: bigint }>();
    this.#scopes.set(scope, cells);
    const cell = cells.get(name) ?? { count: 0, minor: 0n };
    cells.set(name, { count: cell.count + 1, minor: cell.minor + minor });
  }

  get owners(): string[] {
    return [...this.#scopes.keys()].filter((scope) => scope !== null).sort();
  }

  /** Returns the stored form of one owner's changes, or of those of all owners together. */
  text(owner: string | null = null): string {
    const cells = [...(this.#scopes.get(owner) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify(Object.fromEntries(cells.map(([name, { count, minor }]) => [name, [count, String(minor)]])));
  }
}

/** A stored change: the number of opportunities, and the sum of their amounts in one currency. */
interface MoveCell {
  move: MoveName;
  currency: string;
  count: number;
  minor: bigint;
}

const parseCells = (text: string) =>
  Object.entries(JSON.parse(text) as Record<string, [number, string]>).map(([name, [count, sum]]) => ({
    parts: name.split("."),
    count,
    sum: BigInt(sum),
  }));

export const parseMoves = (text: string): MoveCell[] =>
  parseCells(text).flatMap(({ parts: [move, currency = ""], count, sum }) =>
    move === EXIT ? [] : [{ move: move as MoveName, currency, count, minor: sum }],
  );

/** The moves of one kind out of an open stage: their number, and the sum of the seconds in the stage. */
export interface ExitCell {
  stage: string;
  move: StageExit["move"];
  count: number;
  seconds: bigint;
}

/** Returns the moves out of open stages of a stored day. */
export const parseExits = (text: string): ExitCell[] =>
  parseCells(text).flatMap(({ parts: [name, self = "", move], count, sum }) =>
    name === EXIT
      ? [{ stage: buildOwnedId(kindId(OPPORTUNITY_STAGES), MASTER, self), move: move as StageExit["move"], count, seconds: sum }]
      : [],
  );

/**
 * Rounds exact parts so that they add up to a rounded total: each is rounded down, and those with the largest remainders get one unit more, the first of
 * equals first. Parts and the total are in units, parts with `decimals` more places. Works while the total is within one unit for each part of the
 * exact sum.
 */
export function roundParts(parts: readonly bigint[], total: bigint, decimals: number): bigint[] {
  const unit = 10n ** BigInt(decimals);
  const floors = parts.map((part) => (part >= 0n ? part / unit : -((-part + unit - 1n) / unit)));
  const missing = Number(total - floors.reduce((sum, part) => sum + part, 0n));
  const byRemainder = parts
    .map((part, index) => ({ index, remainder: part - (floors[index] as bigint) * unit }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of byRemainder.slice(0, Math.max(0, missing))) floors[index] = (floors[index] as bigint) + 1n;
  for (const { index } of byRemainder.toReversed().slice(0, Math.max(0, -missing)))
    floors[index] = (floors[index] as bigint) - 1n;
  return floors;
}
