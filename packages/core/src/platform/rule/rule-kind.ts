import type * as z from "zod";
import { usePorts } from "../../kernel/context.ts";
import { derivedId } from "../../kernel/id.ts";
import { RULE, RULE_SET } from "./rule.domain.ts";

/**
 * Something that tenants decide by a rule of their own: what a rule of it says, by schema, and the rule with which each tenant
 * begins. A domain names its kinds in its value.
 */
export interface RuleKind<S extends z.ZodType = z.ZodType> {
  /** Part of ids and addresses: it never changes. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly schema: S;
  /** The rules that releases began with, the last being today's. None is ever edited: past decisions name them. */
  readonly defaults: readonly [z.output<S>, ...z.output<S>[]];
  /** What the schema cannot say: that what it names is there. Gives back the rule with references by id. */
  readonly resolve?: (definition: z.output<S>) => Promise<z.output<S>>;
  /** Decides anew what was decided in the past, by two rules; nothing is written. */
  readonly dryRun?: (rules: DryRunRules<z.output<S>>, sample: number) => Promise<DryRunResult>;
  /** What has to be done, in bounded turns, once another rule is in force; whether it is done. */
  readonly apply?: (setId: string, rule: ActiveRule<z.output<S>>, seconds: number) => Promise<boolean>;
  /** Whether that has to be done again each day, because what it decides by is how much time has passed. */
  readonly isDaily?: (definition: z.output<S>) => boolean;
}

/** A rule as a decision takes it, and names it ever after. */
export interface ActiveRule<D> {
  readonly kind: string;
  readonly id: string;
  /** 0: what tenants begin with. */
  readonly number: number;
  readonly definition: D;
}

export interface DryRunRules<D> {
  readonly before: ActiveRule<D>;
  readonly after: ActiveRule<D>;
}

/** What a rule would change. */
export interface DryRunResult {
  examined: number;
  changed: number;
  differences: { record_id: string; title: string; before: string; after: string }[];
}

/** Declares a kind. What works on records of other domains, the module that its domain names for it adds. */
/* @__NO_SIDE_EFFECTS__ */
export const ruleKind = <S extends z.ZodType>(kind: RuleKind<S>): RuleKind<S> => kind;

/** The kinds of rule that the domains name. */
export const loadRuleKinds = (): Promise<RuleKind[]> =>
  Promise.all(usePorts().domains.flatMap(({ rules = {} }) => Object.values(rules).map((load) => load() as Promise<RuleKind>)));

/** Undefined for what is no kind of rule. */
export async function findRuleKind(name: string): Promise<RuleKind | undefined> {
  const load = usePorts().domains.find(({ rules = {} }) => Object.hasOwn(rules, name))?.rules?.[name];
  return (await load?.()) as RuleKind | undefined;
}

/** A kind owns the collection of its versions, so that an id alone finds each, and all of a kind are one partition. */
export const setId = ({ name }: Pick<RuleKind, "name">): string => derivedId(RULE_SET, 0, name);

/** The id of a rule that tenants begin with, by its place in `defaults`: it is not stored, and the same everywhere. */
export const defaultId = (kind: Pick<RuleKind, "name">, at: number): string =>
  derivedId(RULE, 0, `${kind.name}/default/${at}`, setId(kind));
