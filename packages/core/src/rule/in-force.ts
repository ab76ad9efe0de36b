import type * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { merged } from "../storage/read/scan.ts";
import { Cache } from "../storage/table/cache.ts";
import { cacheOwner } from "../storage/table/database.ts";
import { Records } from "../storage/write/records.ts";
import { defaultId, type InForce, type RuleKind, setId } from "./kind.ts";
import { type RuleRecord, type RuleSetRecord, RuleSets, RuleVersions, type Span } from "./rule.entity.ts";
import { inForceAt } from "./rule.rules.ts";

/** Seconds for which a process that did not publish may not know. */
export const KEPT = 10;

const sets = new Cache<RuleSetRecord | undefined>(KEPT, 10_000);
/** What a version says never changes. */
const versions = new Cache<RuleRecord | undefined>(60, 1000);

const keptAs = (id: string): string => `${cacheOwner()}/${id}`;

export const forget = (kind: Pick<RuleKind, "name">): void => sets.forget(keptAs(setId(kind)));

const setOf = (kind: RuleKind): Promise<RuleSetRecord | undefined> =>
  sets.get(keptAs(setId(kind)), () => Records.load(RuleSets, setId(kind)));

/** The rule of a kind that decides now. */
export async function inForce<S extends z.ZodType>(kind: RuleKind<S>): Promise<InForce<z.output<S>>> {
  return versionOf(kind, inForceAt((await setOf(kind))?.spans ?? [], Clock.now()));
}

/** Versions of a kind that are looked through for the one that was in force, the newest. */
const MOST = 200;

/**
 * The rule of a kind that was in force at an instant: what asks late for what happened then is decided as it would have been, and by no
 * rule that came since.
 */
export async function inForceThen<S extends z.ZodType>(kind: RuleKind<S>, at: string): Promise<InForce<z.output<S>>> {
  if (!(await setOf(kind))) return beginning(kind);
  const spans: Span[] = [];
  const within = [{ index: "record" as const, facets: { within: setId(kind), life: "live" } }];
  let read = 0;
  for await (const row of merged(RuleVersions, within, { order: "desc", after: undefined, chunk: MOST, consistent: true })) {
    const { id, number, valid_from, valid_to } = RuleVersions.fromRow(row);
    if (number !== null && valid_from !== null) spans.push({ id, number, valid_from, valid_to });
    if (++read === MOST) break;
  }
  return versionOf(kind, inForceAt(spans, at));
}

async function versionOf<S extends z.ZodType>(kind: RuleKind<S>, span: Span | undefined): Promise<InForce<z.output<S>>> {
  if (!span) return beginning(kind);
  const version = await versions.get(keptAs(span.id), () => Records.load(RuleVersions, span.id));
  if (!version) throw new Error(`The rule ${span.id} is named and not there`);
  return { kind: kind.name, id: version.id, number: span.number, definition: version.definition as z.output<S> };
}

/** The rule that tenants begin with, as of this release. */
export function beginning<S extends z.ZodType>(kind: RuleKind<S>): InForce<z.output<S>> {
  const at = kind.defaults.length - 1;
  return { kind: kind.name, id: defaultId(kind, at), number: 0, definition: kind.defaults[at] as z.output<S> };
}
