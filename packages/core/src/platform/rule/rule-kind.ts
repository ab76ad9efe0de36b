import type * as z from "zod";
import { derivedId } from "../../kernel/id.ts";
import { findDeclaration, listDomains } from "../../kernel/tenant-domains.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Decision } from "./decision.ts";
import { RULE, RULE_SET } from "./rule.kind.ts";

/**
 * Something that tenants decide by a rule of their own: the schema of the rule, and the rule that each tenant begins with. A domain names its kinds
 * in its manifest.
 */
export interface RuleKind<S extends z.ZodType = z.ZodType> {
  /** Part of ids and addresses: it never changes. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly schema: S;
  /** The initial rules of all releases, today's last. None is ever edited, because past decisions refer to them. */
  readonly defaults: readonly [z.output<S>, ...z.output<S>[]];
  /** Checks what the schema cannot, such as whether references exist. Returns the rule with references as ids. */
  readonly resolve?: (definition: z.output<S>) => Promise<z.output<S>>;
  /** Decides past cases again with two rules, without writing anything. */
  readonly dryRun?: (rules: DryRunRules<z.output<S>>, sample: DryRunSample) => Promise<DryRunResult>;
  /** Does the work that follows when another rule comes into force, in bounded slices; returns whether it is complete. */
  readonly apply?: (setId: string, rule: ActiveRule<z.output<S>>, seconds: number) => Promise<boolean>;
  /**
   * Writes what follows from the rule into the transaction of its publication, such as workflows: for each period from now on in which a version is
   * in force.
   */
  readonly publish?: (tx: Transaction, periods: readonly RulePeriod<z.output<S>>[]) => Promise<void>;
  /** Whether that work is repeated each day, because the rule depends on elapsed time. */
  readonly isDaily?: (definition: z.output<S>) => boolean;
}

/** A rule as a decision uses it; the decision stores its id. */
export interface ActiveRule<D> {
  readonly kind: string;
  readonly id: string;
  /** 0 for the rule that tenants begin with. */
  readonly number: number;
  readonly definition: D;
}

/** A time in which one version is in force; null is without an end. */
export interface RulePeriod<D> {
  readonly from: string;
  readonly to: string | null;
  readonly rule: ActiveRule<D>;
}

export interface DryRunRules<D> {
  readonly before: ActiveRule<D>;
  readonly after: ActiveRule<D>;
}

/** The records to decide about: a number of the newest ones, or one. */
export type DryRunSample = number | { readonly record_id: string };

/** What a rule would change, and why it decides so. */
export interface DryRunResult {
  examined: number;
  changed: number;
  differences: { record_id: string; title: string; before: string; after: string }[];
  /** The newest decisions of the version that is tried, if the kind explains them. */
  decisions: Decision[];
}

/** Declares a kind of rule. The module that its domain names adds what works on records of other domains. */
/* @__NO_SIDE_EFFECTS__ */
export const ruleKind = <S extends z.ZodType>(kind: RuleKind<S>): RuleKind<S> => kind;

/** Loads the kinds of rule that the domains declare. */
export const loadRuleKinds = (): Promise<RuleKind[]> =>
  Promise.all(listDomains().flatMap(({ rules = {} }) => Object.values(rules).map((load) => load() as Promise<RuleKind>)));

/** Returns the kind of rule with this name; undefined if there is none. */
export async function findRuleKind(name: string): Promise<RuleKind | undefined> {
  const load = findDeclaration("rules", name);
  return (await load?.()) as RuleKind | undefined;
}

/** The id of the owner of all versions of a kind: they share a partition, and the id of a version contains it. */
export const setId = ({ name }: Pick<RuleKind, "name">): string => derivedId(RULE_SET, 0, name);

/** The id of an initial rule, by its position in `defaults`: it is not stored, and the same in every tenant. */
export const defaultId = (kind: Pick<RuleKind, "name">, index: number): string =>
  derivedId(RULE, 0, `${kind.name}/default/${index}`, setId(kind));
