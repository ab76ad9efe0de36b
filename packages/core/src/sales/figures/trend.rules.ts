import { buildOwnedId, ownPart } from "../../kernel/id.ts";
import { endOfDay } from "../../kernel/time-zone.ts";
import { toMinorUnits } from "../../platform/daily-figures/counter-cells.rules.ts";
import { MASTER } from "../../platform/master-data/master-data.kind.ts";
import { kindId } from "../../platform/master-data/master-id.ts";
import { NONE } from "../../storage/table/collection.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";

/** The open pipeline at the end of a day, by owner, stage and currency (docs/sales/pipeline.md). Pure. */

/** Returns the instant at which a day ends in a time zone. */
export const dayEnd = (day: string, zone: string): string => endOfDay(zone, day);

/** The fields of an opportunity that the pipeline uses. */
interface PipelineOpportunity {
  owner_id: string | null;
  stage_id: string;
  is_closed: boolean;
  amount: string | null;
  currency: string;
  probability: number;
}

/** Open amounts of one stage and currency. */
interface OpenAmounts {
  count: number;
  minor: bigint;
  /** In hundredths of minor units. */
  weighted: bigint;
}

/** Open amounts of each owner, by stage and currency. */
export class OpenPipeline {
  readonly #owners = new Map<string, Map<string, OpenAmounts>>();

  /** Adds or subtracts an opportunity. Closed ones are ignored. */
  add(standing: PipelineOpportunity | undefined, sign: 1 | -1): void {
    if (!standing || standing.is_closed) return;
    const { owner_id, stage_id, currency, amount, probability } = standing;
    const minor = amount === null ? 0n : toMinorUnits(amount, currency);
    const amounts = { count: 1, minor, weighted: minor * BigInt(probability) };
    this.put(owner_id ?? NONE, cellName(stage_id, currency), amounts, sign);
  }

  put(owner: string, name: string, { count, minor, weighted }: OpenAmounts, sign: 1 | -1 = 1): void {
    const cells = this.#owners.get(owner) ?? new Map<string, OpenAmounts>();
    this.#owners.set(owner, cells);
    const previousAmounts = cells.get(name) ?? { count: 0, minor: 0n, weighted: 0n };
    const units = BigInt(sign);
    const next = {
      count: previousAmounts.count + sign * count,
      minor: previousAmounts.minor + units * minor,
      weighted: previousAmounts.weighted + units * weighted,
    };
    if (next.count === 0 && next.minor === 0n && next.weighted === 0n) cells.delete(name);
    else cells.set(name, next);
    if (cells.size === 0) this.#owners.delete(owner);
  }

  join(pipeline: OpenPipeline): void {
    for (const [owner, cells] of pipeline.#owners) for (const [name, amounts] of cells) this.put(owner, name, amounts);
  }

  get owners(): string[] {
    return [...this.#owners.keys()].sort();
  }

  /** Returns the stored form of one owner's amounts, or of all owners' together. */
  text(owner?: string): string {
    const cells = owner === undefined ? this.#together() : this.#owners.get(owner);
    const inOrder = [...(cells ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify(
      Object.fromEntries(inOrder.map(([name, { count, minor, weighted }]) => [name, [count, String(minor), String(weighted)]])),
    );
  }

  #together(): ReadonlyMap<string, OpenAmounts> | undefined {
    const all = new OpenPipeline();
    for (const cells of this.#owners.values()) for (const [name, amounts] of cells) all.put(NONE, name, amounts);
    return all.#owners.get(NONE);
  }

  isSame(pipeline: OpenPipeline): boolean {
    const owners = new Set([...this.owners, ...pipeline.owners]);
    return [...owners].every((owner) => this.text(owner) === pipeline.text(owner));
  }
}

export const cellName = (stage_id: string, currency: string): string => `${ownPart(stage_id)}.${currency}`;

/** A stored cell: the open amounts of one stage and currency. */
interface SnapshotCell extends OpenAmounts {
  stage: string;
  currency: string;
}

export const parseSnapshot = (text: string): SnapshotCell[] =>
  Object.entries(JSON.parse(text) as Record<string, [number, string, string]>).map(([name, [count, minor, weighted]]) => {
    const [self = "", currency = ""] = name.split(".");
    const stage = buildOwnedId(kindId(OPPORTUNITY_STAGES), MASTER, self);
    return { stage, currency, count, minor: BigInt(minor), weighted: BigInt(weighted) };
  });
