import type * as z from "zod";
import { derivedId } from "../kernel/id.ts";

/**
 * Something that tenants decide by a rule of their own: what a rule of it says, by schema, and the rule with which each tenant
 * begins. A domain declares its kinds; `rules.ts` names the files that do.
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
  readonly checked?: (definition: z.output<S>) => Promise<z.output<S>>;
  /** Decides anew what was decided in the past, by two rules; nothing is written. */
  readonly rehearse?: (rules: Rehearsed<z.output<S>>, sample: number) => Promise<Rehearsal>;
  /** What has to be done, in bounded turns, once another rule is in force; whether it is done. */
  readonly follow?: (setId: string, rule: InForce<z.output<S>>, seconds: number) => Promise<boolean>;
}

/** A rule as a decision takes it, and names it ever after. */
export interface InForce<D> {
  readonly kind: string;
  readonly id: string;
  /** 0: what tenants begin with. */
  readonly number: number;
  readonly definition: D;
}

export interface Rehearsed<D> {
  readonly before: InForce<D>;
  readonly after: InForce<D>;
}

/** What a rule would change. */
export interface Rehearsal {
  examined: number;
  changed: number;
  differences: { record_id: string; title: string; before: string; after: string }[];
}

const kinds = new Map<string, RuleKind>();

/** Declares a kind. What works on records of other domains is added by the flow that does it: `extended`. */
export function ruleKind<S extends z.ZodType>(kind: RuleKind<S>): RuleKind<S> {
  if (kinds.has(kind.name)) throw new Error(`Two kinds of rule are called ${kind.name}`);
  kinds.set(kind.name, kind as RuleKind);
  return kind;
}

/** Adds to a kind what a flow does for it. */
export function extended<S extends z.ZodType>(
  kind: RuleKind<S>,
  more: Pick<RuleKind<S>, "checked" | "rehearse" | "follow">,
): void {
  Object.assign(kind, more);
}

export const ruleKinds = (): readonly RuleKind[] => [...kinds.values()];
export const kindNamed = (name: string): RuleKind | undefined => kinds.get(name);

/** A kind owns the collection of its versions, so that an id alone finds each, and all of a kind are one partition. */
export const setId = ({ name }: Pick<RuleKind, "name">): string => derivedId("rule_set", 0, name);

/** The id of a rule that tenants begin with, by its place in `defaults`: it is not stored, and the same everywhere. */
export const defaultId = (kind: Pick<RuleKind, "name">, at: number): string =>
  derivedId("rule", 0, `${kind.name}/default/${at}`, setId(kind));
