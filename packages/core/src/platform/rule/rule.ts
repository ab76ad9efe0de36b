import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { conflict, type Failure, invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn, parseChange } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import { readReference } from "../../kernel/read-reference.ts";
import { listNames } from "../../kernel/registry.ts";
import { id, instant, json, oneOf, text } from "../../kernel/schema.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { Clocks, createClockListener, SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { CACHE_SECONDS, findDefaultRule, forget, loadActiveRule, loadPeriods } from "./active-rule.ts";
import { Decision } from "./decision.ts";
import { type RuleRecord, type RuleSetRecord, RuleSets, RuleVersions, Span, Stored, statuses } from "./rule.entity.ts";
import { RULE } from "./rule.kind.ts";
import { type ActiveRule, defaultId, findRuleKind, loadRuleKinds, type RuleKind, setId } from "./rule-kind.ts";
import { dropExpired, findActiveSpan, findNextChange } from "./validity-period.rules.ts";

/**
 * Rules that a tenant decides by. Drafts are written, tried on past cases, and published from an instant on; a rollback publishes an earlier version
 * again. Published versions are kept, so each decision can be explained by its version.
 */

export const Info = Stored;
export const Row = rowSchema(Stored, RuleVersions.definition.row);

/** Versions of a kind that may be in force, or to come, at the same time. */
const MAX_SPANS = 50;

export const RuleKindInfo = z.object({
  kind: z.string(),
  label: z.string(),
  description: z.string(),
  in_force: z.object({
    id: z.string(),
    number: z.number().int().describe("0: the default rule"),
    definition: z.record(z.string(), z.unknown()),
  }),
  upcoming: z.array(Span).describe("Published versions that are in force, or will be"),
  schema: z.record(z.string(), z.unknown()).describe("The JSON Schema of a definition"),
});

const kindName = z
  .string()
  .max(64)
  .refine((name) => listNames("rules").includes(name), "Must be a kind of rule")
  .meta({ examples: ["conversion"] });
const KindInput = z.strictObject({ kind: kindName });
const VersionInput = KindInput.extend({ id: text(64) });

const requireKind = async (name: string): Promise<RuleKind> => {
  const kind = await findRuleKind(name);
  if (!kind) throw notFound();
  return kind;
};

export const listKinds = fn(z.strictObject({}), async () => Promise.all((await loadRuleKinds()).map(describe)));

export const describeKind = fn(KindInput, async ({ kind }) => describe(await requireKind(kind)));

async function describe(kind: RuleKind): Promise<z.output<typeof RuleKindInfo>> {
  const [{ id, number, definition }, set] = await Promise.all([loadActiveRule(kind), Records.load(RuleSets, setId(kind))]);
  return {
    kind: kind.name,
    label: kind.label,
    description: kind.description,
    in_force: { id, number, definition: definition as Record<string, unknown> },
    upcoming: set ? dropExpired(set.spans, Clock.now()) : [],
    schema: z.toJSONSchema(kind.schema, { io: "input" }) as Record<string, unknown>,
  };
}

export const list = fn(
  listSchema(RuleVersions, { status: oneOf(statuses).optional() }).extend({ kind: kindName }),
  async ({ kind, ...query }): Promise<Page<RuleRecord>> =>
    listRecords(RuleVersions, { ...buildListQuery(RuleVersions, query), personIds: [setId(await requireKind(kind))] }),
);

export const get = fn(VersionInput, async ({ kind, id }) => readVersion(await requireKind(kind), id));

/** Returns a version, or an initial rule, which is not stored. */
async function readVersion(kind: RuleKind, versionId: string): Promise<RuleRecord> {
  const defaultIndex = kind.defaults.findIndex((_, index) => defaultId(kind, index) === versionId);
  if (defaultIndex !== -1) return buildDefaultVersion(kind, defaultIndex);
  const version = await Records.read(RuleVersions, versionId);
  if (version.rule_kind !== kind.name) throw notFound();
  return version;
}

const buildDefaultVersion = (kind: RuleKind, index: number): RuleRecord => ({
  ...Records.init(
    RuleVersions,
    {
      rule_kind: kind.name,
      rule_set_id: setId(kind),
      status: "PUBLISHED",
      number: 0,
      definition: kind.defaults[index] as RuleRecord["definition"],
      note: null,
      valid_from: null,
      valid_to: null,
      published_at: null,
      published_by: null,
      based_on_id: null,
    },
    { id: defaultId(kind, index) },
  ),
  created_by: "system",
  updated_by: "system",
});

const VersionFields = {
  definition: json(65_536).describe("Must conform to the schema of the kind; see GET /rules/{kind}"),
  note: text(1000).nullish().describe("Why"),
};

export const create = fn(
  KindInput.extend({ ...VersionFields, based_on_id: id(RULE).nullish().describe("The version that it is created from") }),
  async ({ kind: name, definition, note, based_on_id }) => {
    const kind = await requireKind(name);
    const former = based_on_id
      ? await readReference("based_on_id", readVersion(kind, based_on_id), "No such version")
      : undefined;
    const draft = buildDraft(kind, await resolveDefinition(kind, definition, former?.definition), {
      note: note ?? null,
      based_on_id: based_on_id ?? null,
    });
    return transaction().create(RuleVersions, draft).commit(draft);
  },
);

const buildDraft = (
  kind: RuleKind,
  definition: RuleRecord["definition"],
  more: Pick<RuleRecord, "note" | "based_on_id">,
): RuleRecord =>
  Records.init(
    RuleVersions,
    {
      rule_kind: kind.name,
      rule_set_id: setId(kind),
      status: "DRAFT",
      number: null,
      definition,
      valid_from: null,
      valid_to: null,
      published_at: null,
      published_by: null,
      ...more,
    },
    { id: newId(RULE, { owner: setId(kind) }) },
  );

/** Returns the definition in the form that its kind stores; errors name their path. Texts of the former definition stay valid. */
async function resolveDefinition(kind: RuleKind, definition: unknown, former: object = {}): Promise<RuleRecord["definition"]> {
  const read = parseChange(z.object({ definition: kind.schema }), { definition }, former).definition;
  return (await (kind.resolve?.(read) ?? read)) as RuleRecord["definition"];
}

export const update = fn(
  VersionInput.extend({ definition: VersionFields.definition.optional(), note: VersionFields.note }),
  async ({ kind: name, id: versionId, definition, note }) => {
    const kind = await requireKind(name);
    const former = await readVersion(kind, versionId);
    const next = definition === undefined ? undefined : await resolveDefinition(kind, definition, former.definition);
    return Records.change(RuleVersions, versionId, (current) => {
      requireDraft(current);
      return { ...current, definition: next ?? current.definition, note: note === undefined ? current.note : note };
    });
  },
);

export const remove = fn(VersionInput, async ({ kind, id: versionId }) => {
  await readVersion(await requireKind(kind), versionId);
  return Records.remove(RuleVersions, versionId, (current) => {
    requireDraft(current);
    return current;
  });
});

function requireDraft({ status, number }: RuleRecord): void {
  if (status !== "DRAFT") throw ruleViolation(`Version ${number} is published and cannot be changed: create another from it`);
}

const Validity = {
  valid_from: instant().nullish().describe("Defaults to now; must not be in the past"),
  valid_to: instant({ day: "end" })
    .nullish()
    .describe("In force before this time; after that, the previous version or another one is in force again"),
};

export const publish = fn(VersionInput.extend(Validity), async ({ kind: name, id: versionId, valid_from, valid_to }) => {
  const kind = await requireKind(name);
  await readVersion(kind, versionId);
  return invalidateAfter(
    kind,
    Records.change(RuleVersions, versionId, async (draft, tx) => {
      requireDraft(draft);
      // References may have been deleted since the draft was written.
      const definition = await resolveDefinition(kind, draft.definition, draft.definition);
      return publishVersion(kind, { ...draft, definition }, tx, { valid_from, valid_to });
    }),
  );
});

/** Publishes an earlier version again as a new one, in force at once. */
export const rollback = fn(
  KindInput.extend({ to_id: id(RULE).describe("The version, or the default rule"), note: VersionFields.note }),
  async ({ kind: name, to_id, note }) => {
    const kind = await requireKind(name);
    const earlierVersion = await readReference("to_id", readVersion(kind, to_id), "No such version of this rule");
    if (earlierVersion.status !== "PUBLISHED") throw ruleViolation("A draft was never in force: publish it instead");
    return invalidateAfter(
      kind,
      retryOnConflict(async () => {
        const tx = transaction();
        const definition = await resolveDefinition(kind, earlierVersion.definition, earlierVersion.definition);
        const more = { note: note ?? `Back to version ${earlierVersion.number}`, based_on_id: to_id };
        const version = await publishVersion(kind, buildDraft(kind, definition, more), tx, {});
        return tx.create(RuleVersions, version).commit(version);
      }),
    );
  },
);

/** Publishes a rule that the system has computed, in force at once. */
export async function publishComputed<S extends z.ZodType>(
  kind: RuleKind<S>,
  definition: z.output<S>,
  note: string,
): Promise<RuleRecord> {
  return invalidateAfter(
    kind,
    retryOnConflict(async () => {
      const tx = transaction();
      const draft = buildDraft(kind, await resolveDefinition(kind, definition, definition as object), {
        note,
        based_on_id: null,
      });
      const version = await publishVersion(kind, draft, tx, {});
      return tx.create(RuleVersions, version).commit(version);
    }),
  );
}

interface Validity {
  valid_from?: string | null | undefined;
  valid_to?: string | null | undefined;
}

/** Returns the published version and adds the changed rule set to the caller's transaction. */
async function publishVersion(kind: RuleKind, draft: RuleRecord, tx: Transaction, validity: Validity): Promise<RuleRecord> {
  const now = Clock.now();
  const valid_from = validity.valid_from ?? now;
  const valid_to = validity.valid_to ?? null;
  if (valid_from < now) throw invalid("valid_from", "Must not be in the past: earlier decisions do not change");
  if (valid_to !== null && valid_to <= valid_from) throw invalid("valid_to", "Must be after valid_from");
  const before = await Records.load(RuleSets, setId(kind));
  const set = before ?? buildSet(kind);
  const number = set.last_number + 1;
  const spans = dropExpired([...set.spans, { id: draft.id, number, valid_from, valid_to }], now);
  if (spans.length > MAX_SPANS) throw tooManySpans();
  writeSet(tx, before, scheduleNext({ ...set, last_number: number, spans }, kind, now));
  const version: RuleRecord = {
    ...draft,
    ...{ status: "PUBLISHED", number, valid_from, valid_to, published_at: now, published_by: useActorId() },
  };
  await kind.publish?.(tx, await loadPeriods(kind, spans, version));
  return version;
}

const tooManySpans = (): Failure => conflict(`At most ${MAX_SPANS} versions of a rule can be in force or scheduled`);

const buildSet = (kind: RuleKind): RuleSetRecord =>
  Records.init(
    RuleSets,
    { rule_kind: kind.name, last_number: 0, spans: [], applied_id: findDefaultRule(kind).id, due_at: null },
    { id: setId(kind) },
  );

function writeSet(tx: Transaction, before: RuleSetRecord | undefined, after: RuleSetRecord): void {
  if (before) tx.replace(RuleSets, before, Records.nextVersion(before, after));
  else tx.create(RuleSets, after, () => new WriteConflict("The first version was published concurrently"));
}

/** Seconds after which every process uses the published rule; the work that follows from it begins then. */
const GRACE_SECONDS = CACHE_SECONDS + 5;

/** Returns the set with the instant of its next work: soon if the rule in force is not the one applied last, otherwise at the next change. */
function scheduleNext(set: RuleSetRecord, kind: RuleKind, now: string): RuleSetRecord {
  const present = findActiveSpan(set.spans, now)?.id ?? findDefaultRule(kind).id;
  const change = findNextChange(set.spans, now);
  return {
    ...set,
    due_at:
      present === set.applied_id
        ? change && Clock.addSeconds(GRACE_SECONDS, Date.parse(change))
        : Clock.addSeconds(GRACE_SECONDS),
  };
}

async function invalidateAfter<T>(kind: RuleKind, pendingWrite: Promise<T>): Promise<T> {
  try {
    return await pendingWrite;
  } finally {
    forget(kind);
  }
}

/** Repeats the work that follows from the rule in force, after some seconds. */
export const scheduleReapply = (kind: RuleKind, seconds: number): Promise<void> => restart(kind, Clock.addSeconds(seconds));

/** Repeats that work at once if a version of the rule was ever published. */
export async function reapplyPublished(kind: RuleKind): Promise<void> {
  if (await Records.load(RuleSets, setId(kind))) await scheduleReapply(kind, 0);
}

/** Restarts the work from its beginning; a worker that is at it loses its lease, and no rule counts as applied. */
const restart = (kind: RuleKind, due_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const before = await Records.load(RuleSets, setId(kind));
    const tx = transaction().put(Job.initialProgressItem(setId(kind), null));
    writeSet(tx, before, { ...(before ?? buildSet(kind)), applied_id: "", due_at });
    await tx.commit(undefined);
  });

/**
 * Continues the work that follows from the rule in force for some seconds; `rule_set.work_due` calls it until all is done. It may be killed at any
 * moment, run twice, or run concurrently.
 */
export async function proceed(ruleSetId: string, due_at: string, seconds: number): Promise<void> {
  const set = await Clocks.loadDue(RuleSets, ruleSetId, "work", due_at);
  const kind = set && (await findRuleKind(set.rule_kind));
  if (!kind) return;
  forget(kind);
  const rule = await loadActiveRule(kind);
  // Restarts even if the rule is the same as before: another rule may have been in force in between and decided something.
  if (set.applied_id !== "") await restart(kind, due_at);
  const done = await (kind.apply?.(ruleSetId, rule, seconds) ?? true);
  const tomorrow = kind.isDaily?.(rule.definition) ? await Tenant.runWithSettings(nextMidnight) : null;
  const daily = (next: RuleSetRecord): RuleSetRecord =>
    tomorrow && !(next.due_at && next.due_at < tomorrow) ? { ...next, due_at: tomorrow } : next;
  await Records.change(RuleSets, ruleSetId, (current) => {
    if (done) return daily(scheduleNext({ ...current, applied_id: rule.id }, kind, Clock.now()));
    // If another version was published meanwhile, its own `due_at` stays: the work begins when every process knows the version.
    return current.due_at === due_at ? { ...current, due_at: Clock.now() } : current;
  });
}

/** Returns the beginning of the tenant's next day. */
const nextMidnight = (): string => startOfDay(useSettings().timezone, addDays(today(), 1));

export const DryRunReport = z.object({
  examined: z.number().int().describe("Records evaluated with both rules"),
  changed: z.number().int(),
  differences: z
    .array(z.object({ record_id: z.string(), title: z.string(), before: z.string(), after: z.string() }))
    .describe("At most 100"),
  decisions: z
    .array(Decision)
    .describe("Why the version decides so, for the 20 newest records; empty for kinds that do not explain it"),
  before: z.object({ id: z.string(), number: z.number().int().nullable() }),
  after: z.object({ id: z.string(), number: z.number().int().nullable() }),
});

/**
 * Decides the newest records, or one record, with a version and with the rule in force, and returns both results and the reasons; nothing is written.
 */
export const dryRun = fn(
  VersionInput.extend({
    sample: z.number().int().min(1).max(500).default(100).describe("Number of newest records to examine"),
    record_id: text(64).optional().describe("The only record to examine, in place of the newest ones"),
    definition: VersionFields.definition.optional().describe("Tried in place of the definition of the version; it is not saved"),
  }),
  async ({ kind: name, id: versionId, sample, record_id, definition }) => {
    const kind = await requireKind(name);
    if (!kind.dryRun) throw ruleViolation("Rules of this kind decide nothing about existing records");
    const [version, before, unsaved] = await Promise.all([
      readVersion(kind, versionId),
      loadActiveRule(kind),
      definition === undefined ? undefined : resolveDefinition(kind, definition),
    ]);
    const after: ActiveRule<unknown> = {
      kind: name,
      id: version.id,
      number: version.number ?? 0,
      definition: unsaved ?? version.definition,
    };
    const result = await kind.dryRun({ before, after }, record_id === undefined ? sample : { record_id });
    const { examined, changed, differences, decisions } = result;
    const presentVersion = ({ id, number }: { id: string; number: number | null }) => ({ id, number });
    return {
      examined,
      changed,
      differences: differences.slice(0, 100),
      decisions,
      before: presentVersion(before),
      after: presentVersion(version),
    };
  },
);

export { loadActiveRule } from "./active-rule.ts";
/** Handles `rule_set.work_due`. */
export const onWork = createClockListener((id, due_at) => proceed(id, due_at, SLICE_SECONDS));

export * as Rule from "./rule.ts";
