import { type Owners, useContext, useSettings } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { minIdAt } from "../../kernel/id.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Directory } from "../../platform/user/directory.ts";
import { loadRates } from "../../sales/figures/convert-currency.ts";
import { convertSum, MultiCurrencySum, type RateLookup, roundAmount } from "../../sales/figures/multi-currency-sum.rules.ts";
import { ownerFilters, resolveOwners } from "../../sales/figures/owner-counters.ts";
import { FieldFilters } from "../../storage/read/filter.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { NONE } from "../../storage/table/collection.ts";
import { type FigureName, findAdditivity } from "../figure/figure-registry.ts";
import { indexTargets, rollUp, type TargetScope, type TargetTable, type TargetValue } from "./roll-up.rules.ts";
import { findScope, ORGANIZATION, type TargetRecord, Targets } from "./target.entity.ts";
import { TARGET } from "./target.kind.ts";
import { findPeriodRange } from "./target-period.rules.ts";

/** The targets of some figures that the caller sees, rolled up: one query for each figure. No target of another time is read. */

export interface OwnerFilter {
  owner?: string | undefined;
  team?: string | undefined;
  territory?: string | undefined;
}

/** The most targets of a figure that one response reads. */
const MAX_TARGETS = 20_000;

const userScope = (id: string): TargetScope => ({ id, parts: [] });

export class TargetSheet {
  readonly #tables: ReadonlyMap<FigureName, TargetTable>;
  readonly #visible: Owners;
  readonly #userIds: readonly string[];

  private constructor(tables: ReadonlyMap<FigureName, TargetTable>, visible: Owners, userIds: readonly string[]) {
    this.#tables = tables;
    this.#visible = visible;
    this.#userIds = userIds;
  }

  /** Reads the targets of all periods that begin within `periods`, of users whom the caller sees, of teams, territories and the organization. */
  static async load(names: readonly FigureName[], periods: readonly string[]): Promise<TargetSheet> {
    const ranges = periods.map(findPeriodRange);
    const [from = "", to = ""] = [
      ranges.map((range) => range.from).sort()[0],
      ranges
        .map((range) => range.to)
        .sort()
        .at(-1),
    ];
    const visible = await useContext().visibleOwners();
    const read = await Promise.all(names.map((name) => readTargets(name, from, to)));
    const isSeen = ({ user_id }: TargetRecord): boolean => user_id === null || visible === "all" || visible.has(user_id);
    const seen = read.map((targets) => targets.filter(isSeen));
    const tables = names.map((name, index) => [name, indexTargets((seen[index] ?? []).map(toTargetValue))] as const);
    const userIds = [...new Set(seen.flat().flatMap(({ user_id }) => user_id ?? []))];
    return new TargetSheet(new Map(tables), visible, userIds);
  }

  /** Returns the targets whose sum is the target of a scope and period; none if there is no target. */
  find(name: FigureName, scope: TargetScope, period: string): TargetValue[] {
    const table = this.#tables.get(name);
    return table ? rollUp(table, scope, period, findAdditivity(name)) : [];
  }

  /**
   * Returns whose target belongs to figures with these filters. The own target of a team, a territory or the organization counts only for
   * callers who see all users of it, because the figure of other callers has only a part of its value.
   */
  async resolveScope(filter: OwnerFilter): Promise<TargetScope> {
    const { owner, team, territory } = filter;
    const count = [owner, team, territory].filter((value) => value !== undefined).length;
    if (count > 1) return this.#resolveUsers(await resolveOwners(filter));
    if (owner !== undefined) {
      const id = FieldFilters.resolveOwner(owner);
      return id === NONE ? { id: undefined, parts: [] } : userScope(id);
    }
    const users = await this.#groupUsers();
    const resolved = await Master.resolveAll(ownerFilters, filter, filter);
    if (resolved.team !== undefined) return this.#teamScope(resolved.team, users);
    const teams = await Directory.listTeams();
    const shown = teams.filter(({ territory_id }) => territory === undefined || territory_id === resolved.territory);
    const parts = await Promise.all(shown.map(({ id }) => this.#teamScope(id, users)));
    if (territory !== undefined) {
      const isWhole = parts.every(({ id }) => id !== undefined);
      return { id: isWhole ? resolved.territory : undefined, parts };
    }
    const single = (users.get(undefined) ?? []).map(userScope);
    return { id: this.#visible === "all" ? ORGANIZATION : undefined, parts: [...parts, ...single] };
  }

  #resolveUsers(owners: Owners): TargetScope {
    return { id: undefined, parts: this.#userIds.filter((id) => owners === "all" || owners.has(id)).map(userScope) };
  }

  async #groupUsers(): Promise<Map<string | undefined, string[]>> {
    const positions = await Directory.loadOrgPositions(this.#userIds);
    return Map.groupBy(this.#userIds, (id) => positions.get(id)?.team?.id);
  }

  async #teamScope(team: string, users: ReadonlyMap<string | undefined, readonly string[]>): Promise<TargetScope> {
    const visible = this.#visible;
    const isWhole =
      visible === "all" || (await Directory.listTeamMembers(({ id }) => id === team)).every((userId) => visible.has(userId));
    return { id: isWhole ? team : undefined, parts: (users.get(team) ?? []).map(userScope) };
  }
}

async function readTargets(figure: FigureName, from: string, to: string): Promise<TargetRecord[]> {
  const targets: TargetRecord[] = [];
  // Ids begin with the first day of the period. A target of the last day sorts after the id that begins with it.
  const [first, last] = [minIdAt(TARGET, Date.parse(from)), minIdAt(TARGET, Date.parse(to) + 1)];
  const partition = { index: "by_class", facets: { figure }, from: first, to: last } as const;
  for await (const row of queryPartitions(Targets, [partition], { order: "asc", after: undefined, chunk: 1000 })) {
    targets.push(Targets.fromRow(row));
    if (targets.length > MAX_TARGETS) throw ruleViolation("Too many targets for one response: choose a shorter period");
  }
  return targets;
}

const toTargetValue = (target: TargetRecord): TargetValue => ({
  scope: findScope(target),
  period: target.period,
  value: target.value,
  currency: target.currency,
});

const toSum = (parts: readonly TargetValue[]): MultiCurrencySum => {
  const sum = new MultiCurrencySum();
  for (const { currency, value } of parts) if (currency !== null) sum.add(currency, undefined, Money.toMinor(value));
  return sum;
};

/** Reads the rates that the presentation of these targets needs: the latest ones. */
export const loadTargetRates = (targets: readonly (readonly TargetValue[])[]): Promise<RateLookup> =>
  loadRates(targets.map(toSum));

/** Adds targets up, amounts in the tenant's currency; null without targets, or if an amount has no exchange rate. */
export function presentTarget(parts: readonly TargetValue[], findRate: RateLookup): Amount | null {
  const [first] = parts;
  if (!first) return null;
  if (first.currency === null) {
    const places = Math.max(...parts.map(({ value }) => Money.countDecimals(value)));
    return Money.sum(
      parts.map(({ value }) => value),
      places,
    );
  }
  const { currency } = useSettings();
  const { exact, unconverted } = convertSum(toSum(parts), currency, findRate);
  return unconverted.size > 0 ? null : roundAmount(exact, currency);
}
