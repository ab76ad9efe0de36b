import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Cache } from "../../storage/table/cache.ts";
import { cacheTenant } from "../../storage/table/database.ts";
import { Records } from "../../storage/write/records.ts";
import { type RuleRecord, type RuleSetRecord, RuleSets, RuleVersions, type Span } from "./rule.entity.ts";
import { type ActiveRule, defaultId, type RuleKind, type RulePeriod, setId } from "./rule-kind.ts";
import { findActiveSpan, listPeriods } from "./validity-period.rules.ts";

/** Seconds after a publication in which other processes may still use the former rule. */
export const CACHE_SECONDS = 10;

const setCache = new Cache<RuleSetRecord | undefined>(CACHE_SECONDS, 10_000);
/** A published version never changes. */
const versionCache = new Cache<RuleRecord | undefined>(60, 1000);

const cacheKey = (id: string): string => `${cacheTenant()}/${id}`;

export const forget = (kind: Pick<RuleKind, "name">): void => setCache.invalidate(cacheKey(setId(kind)));

const loadSet = (kind: RuleKind): Promise<RuleSetRecord | undefined> =>
  setCache.get(cacheKey(setId(kind)), () => Records.load(RuleSets, setId(kind)));

/** Returns the rule of a kind that is in force now. */
export async function loadActiveRule<S extends z.ZodType>(kind: RuleKind<S>): Promise<ActiveRule<z.output<S>>> {
  return loadVersion(kind, findActiveSpan((await loadSet(kind))?.spans ?? [], Clock.now()));
}

/** The newest versions of a kind that are searched for the one in force. */
const MAX_VERSIONS = 200;

/**
 * Returns the rule of a kind that was in force at an instant. Late work decides an earlier case with it as it would have been decided then, and not
 * with a newer rule.
 */
export async function loadRuleAt<S extends z.ZodType>(kind: RuleKind<S>, instant: string): Promise<ActiveRule<z.output<S>>> {
  if (!(await loadSet(kind))) return findDefaultRule(kind);
  const spans: Span[] = [];
  const partitions = [{ index: "record" as const, facets: { within: setId(kind), life: "live" } }];
  let read = 0;
  for await (const row of queryPartitions(RuleVersions, partitions, {
    order: "desc",
    after: undefined,
    chunk: MAX_VERSIONS,
    consistent: true,
  })) {
    const { id, number, valid_from, valid_to } = RuleVersions.fromRow(row);
    if (number !== null && valid_from !== null) spans.push({ id, number, valid_from, valid_to });
    if (++read === MAX_VERSIONS) break;
  }
  return loadVersion(kind, findActiveSpan(spans, instant));
}

async function loadVersion<S extends z.ZodType>(kind: RuleKind<S>, span: Span | undefined): Promise<ActiveRule<z.output<S>>> {
  if (!span) return findDefaultRule(kind);
  const version = await versionCache.get(cacheKey(span.id), () => Records.load(RuleVersions, span.id));
  if (!version) throw new Error(`The rule version ${span.id} is referenced but does not exist`);
  return { kind: kind.name, id: version.id, number: span.number, definition: version.definition as z.output<S> };
}

/** Returns a published version by its id; undefined if the kind has none with it. */
export async function findPublishedRule<S extends z.ZodType>(
  kind: RuleKind<S>,
  id: string,
): Promise<ActiveRule<z.output<S>> | undefined> {
  const version = await Records.load(RuleVersions, id);
  if (version?.rule_kind !== kind.name || version.number === null) return undefined;
  return { kind: kind.name, id, number: version.number, definition: version.definition as z.output<S> };
}

/** Returns the periods of a kind from now on in which a published version is in force, with `published` as one that is not stored yet. */
export async function loadPeriods<S extends z.ZodType>(
  kind: RuleKind<S>,
  spans: readonly Span[],
  published?: RuleRecord,
): Promise<RulePeriod<z.output<S>>[]> {
  const periods = listPeriods(spans, Clock.now()).map(async ({ from, to, span }) => {
    const definition = published?.id === span.id ? (published.definition as z.output<S>) : undefined;
    const rule: ActiveRule<z.output<S>> =
      definition === undefined
        ? await loadVersion(kind, span)
        : { kind: kind.name, id: span.id, number: span.number, definition };
    return { from, to, rule };
  });
  return Promise.all(periods);
}

/** Returns the periods of a kind from now on in which a published version is in force. */
export const loadStoredPeriods = async <S extends z.ZodType>(kind: RuleKind<S>): Promise<RulePeriod<z.output<S>>[]> =>
  loadPeriods(kind, (await Records.load(RuleSets, setId(kind)))?.spans ?? []);

/** Returns the rule that tenants begin with, in this release. */
export function findDefaultRule<S extends z.ZodType>(kind: RuleKind<S>): ActiveRule<z.output<S>> {
  const index = kind.defaults.length - 1;
  return { kind: kind.name, id: defaultId(kind, index), number: 0, definition: kind.defaults[index] as z.output<S> };
}
