import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useActorId, useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { conflict, type Failure, invalid, invalidAll, notFound, ruleViolation } from "../kernel/error.ts";
import { detailsOf, fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { namedIn } from "../kernel/named.ts";
import { namesOf } from "../kernel/names.ts";
import type { Page } from "../kernel/page.ts";
import { id, instant, json, oneOf, text } from "../kernel/schema.ts";
import { dayAfter, startOfDay } from "../kernel/zone.ts";
import { Clocks, onClock, SECONDS_PER_TURN } from "../storage/jobs/clocks.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Job } from "../storage/write/job.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { beginning, forget, inForce, KEPT } from "./in-force.ts";
import { defaultId, type InForce, kindNamed, type RuleKind, ruleKinds, setId } from "./kind.ts";
import { RULE } from "./rule.domain.ts";
import { type RuleRecord, type RuleSetRecord, RuleSets, RuleVersions, Span, Stored, statuses } from "./rule.entity.ts";
import { inForceAt, nextChange, stillToCome } from "./rule.rules.ts";

/**
 * Rules that a tenant decides by (seed 001, Business Rule Engine): drafts are written, tried on the past, published from an
 * instant on, and taken back by publishing what was before. What was published stays, so a decision explains itself by its version.
 */

export const Info = Stored;
export const Row = rowOf(Stored, RuleVersions.definition.row);

/** Versions of a kind that are in force, or will be, at a time. */
const MOST_SPANS = 50;

export const Kind = z.object({
  kind: z.string(),
  label: z.string(),
  description: z.string(),
  in_force: z.object({
    id: z.string(),
    number: z.number().int().describe("0: what tenants begin with"),
    definition: z.record(z.string(), z.unknown()),
  }),
  upcoming: z.array(Span).describe("Published versions that are in force, or will be"),
  schema: z.record(z.string(), z.unknown()).describe("The JSON Schema of a definition"),
});

const kindName = z
  .string()
  .max(64)
  .refine((name) => namesOf("rules").includes(name), "No such kind of rule")
  .meta({ examples: ["conversion"] });
const OfKind = z.strictObject({ kind: kindName });
const One = OfKind.extend({ id: text(64) });

const kindOf = async (name: string): Promise<RuleKind> => {
  const kind = await kindNamed(name);
  if (!kind) throw notFound();
  return kind;
};

export const kinds = fn(z.strictObject({}), async () => Promise.all((await ruleKinds()).map(described)));

export const describeKind = fn(OfKind, async ({ kind }) => described(await kindOf(kind)));

async function described(kind: RuleKind): Promise<z.output<typeof Kind>> {
  const [{ id, number, definition }, set] = await Promise.all([inForce(kind), Records.load(RuleSets, setId(kind))]);
  return {
    kind: kind.name,
    label: kind.label,
    description: kind.description,
    in_force: { id, number, definition: definition as Record<string, unknown> },
    upcoming: set ? stillToCome(set.spans, Clock.now()) : [],
    schema: z.toJSONSchema(kind.schema, { io: "input" }) as Record<string, unknown>,
  };
}

export const list = fn(
  listSchema(RuleVersions, { status: oneOf(statuses).optional() }).extend({ kind: kindName }),
  async ({ kind, ...query }): Promise<Page<RuleRecord>> =>
    listRecords(RuleVersions, { ...queryOf(RuleVersions, query), within: [setId(await kindOf(kind))] }),
);

export const get = fn(One, async ({ kind, id }) => stored(await kindOf(kind), id));

/** A version, or one that tenants begin with, which is not stored. */
async function stored(kind: RuleKind, wanted: string): Promise<RuleRecord> {
  const at = kind.defaults.findIndex((_, at) => defaultId(kind, at) === wanted);
  if (at !== -1) return unstored(kind, at);
  const version = await Records.read(RuleVersions, wanted);
  if (version.rule_kind !== kind.name) throw notFound();
  return version;
}

const unstored = (kind: RuleKind, at: number): RuleRecord => ({
  ...Records.born(
    RuleVersions,
    {
      rule_kind: kind.name,
      rule_set_id: setId(kind),
      status: "PUBLISHED",
      number: 0,
      definition: kind.defaults[at] as RuleRecord["definition"],
      note: null,
      valid_from: null,
      valid_to: null,
      published_at: null,
      published_by: null,
      based_on_id: null,
    },
    { id: defaultId(kind, at) },
  ),
  created_by: "system",
  updated_by: "system",
});

const Written = {
  definition: json(65_536).describe("As the schema of the kind says; see GET /rules/{kind}"),
  note: text(1000).nullish().describe("Why"),
};

export const create = fn(
  OfKind.extend({ ...Written, based_on_id: id(RULE).nullish().describe("The version that it is made from") }),
  async ({ kind: name, definition, note, based_on_id }) => {
    const kind = await kindOf(name);
    if (based_on_id) await stored(kind, based_on_id).catch(() => Promise.reject(invalid("based_on_id", "No such version")));
    const draft = drafted(kind, await checked(kind, definition), { note: note ?? null, based_on_id: based_on_id ?? null });
    return transaction().create(RuleVersions, draft).commit(draft);
  },
);

const drafted = (
  kind: RuleKind,
  definition: RuleRecord["definition"],
  more: Pick<RuleRecord, "note" | "based_on_id">,
): RuleRecord =>
  Records.born(
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

/** The definition in the form that its kind stores; what is wrong is named by its path. */
async function checked(kind: RuleKind, definition: unknown): Promise<RuleRecord["definition"]> {
  const read = kind.schema.safeParse(definition);
  if (!read.success) throw invalidAll(detailsOf(read.error).map(({ field, message }) => ({ field: under(field), message })));
  return (await (kind.checked?.(read.data) ?? read.data)) as RuleRecord["definition"];
}

const under = (field: string): string => (field === "" ? "definition" : `definition.${field}`);

export const update = fn(
  One.extend({ definition: Written.definition.optional(), note: Written.note }),
  async ({ kind: name, id: wanted, definition, note }) => {
    const kind = await kindOf(name);
    const next = definition === undefined ? undefined : await checked(kind, definition);
    await stored(kind, wanted);
    return Records.change(RuleVersions, wanted, (current) => {
      requireDraft(current);
      return { ...current, definition: next ?? current.definition, note: note === undefined ? current.note : note };
    });
  },
);

export const remove = fn(One, async ({ kind, id: wanted }) => {
  await stored(await kindOf(kind), wanted);
  return Records.remove(RuleVersions, wanted, (current) => {
    requireDraft(current);
    return current;
  });
});

function requireDraft({ status, number }: RuleRecord): void {
  if (status !== "DRAFT") throw ruleViolation(`Version ${number} is published and stays as it is: make another from it`);
}

const Validity = {
  valid_from: instant().nullish().describe("Now unless told otherwise; not in the past"),
  valid_to: instant().nullish().describe("In force before this instant; then what was before it, or another, is again"),
};

export const publish = fn(One.extend(Validity), async ({ kind: name, id: wanted, valid_from, valid_to }) => {
  const kind = await kindOf(name);
  await stored(kind, wanted);
  return forgetting(
    kind,
    Records.change(RuleVersions, wanted, async (draft, tx) => {
      requireDraft(draft);
      // What it names may have gone since it was written.
      const definition = await checked(kind, draft.definition);
      return published(kind, { ...draft, definition }, tx, { valid_from, valid_to });
    }),
  );
});

/** Publishes what an earlier version says as a new one, in force at once. */
export const rollback = fn(
  OfKind.extend({ to_id: id(RULE).describe("The version, or the rule that tenants begin with"), note: Written.note }),
  async ({ kind: name, to_id, note }) => {
    const kind = await kindOf(name);
    const earlier = await namedIn("to_id", stored(kind, to_id), "No such version of this rule");
    if (earlier.status !== "PUBLISHED") throw ruleViolation("A draft was never in force: publish it");
    return forgetting(
      kind,
      retryOnConflict(async () => {
        const tx = transaction();
        const definition = await checked(kind, earlier.definition);
        const more = { note: note ?? `Back to version ${earlier.number}`, based_on_id: to_id };
        const version = await published(kind, drafted(kind, definition, more), tx, {});
        return tx.create(RuleVersions, version).commit(version);
      }),
    );
  },
);

/** Publishes a rule that the system has found out, in force at once. */
export async function decide<S extends z.ZodType>(kind: RuleKind<S>, definition: z.output<S>, note: string): Promise<RuleRecord> {
  return forgetting(
    kind,
    retryOnConflict(async () => {
      const tx = transaction();
      const draft = drafted(kind, await checked(kind, definition), { note, based_on_id: null });
      const version = await published(kind, draft, tx, {});
      return tx.create(RuleVersions, version).commit(version);
    }),
  );
}

interface Validity {
  valid_from?: string | null | undefined;
  valid_to?: string | null | undefined;
}

/** The version as it is once published; joins the transaction that writes it. */
async function published(kind: RuleKind, draft: RuleRecord, tx: Transaction, asked: Validity): Promise<RuleRecord> {
  const now = Clock.now();
  const valid_from = asked.valid_from ?? now;
  const valid_to = asked.valid_to ?? null;
  if (valid_from < now) throw invalid("valid_from", "In the past: what was decided then stays as it was");
  if (valid_to !== null && valid_to <= valid_from) throw invalid("valid_to", "Not after valid_from");
  const before = await Records.load(RuleSets, setId(kind));
  const set = before ?? newSet(kind);
  const number = set.last_number + 1;
  const spans = stillToCome([...set.spans, { id: draft.id, number, valid_from, valid_to }], now);
  if (spans.length > MOST_SPANS) throw tooMany();
  writeSet(tx, before, scheduled({ ...set, last_number: number, spans }, kind, now));
  return { ...draft, status: "PUBLISHED", number, valid_from, valid_to, published_at: now, published_by: useActorId() };
}

const tooMany = (): Failure => conflict(`No more than ${MOST_SPANS} versions of a rule may be in force or to come`);

const newSet = (kind: RuleKind): RuleSetRecord =>
  Records.born(
    RuleSets,
    { rule_kind: kind.name, last_number: 0, spans: [], applied_id: beginning(kind).id, due_at: null },
    { id: setId(kind) },
  );

function writeSet(tx: Transaction, before: RuleSetRecord | undefined, after: RuleSetRecord): void {
  if (before) tx.replace(RuleSets, before, Records.nextVersion(before, after));
  else tx.create(RuleSets, after, () => new Moved("The first version was published meanwhile"));
}

/** Seconds after which every process decides by the rule that was published: what follows from it begins then. */
const GRACE = KEPT + 5;

/** With the instant at which something follows: soon where the rule in force is not the one that was followed last. */
function scheduled(set: RuleSetRecord, kind: RuleKind, now: string): RuleSetRecord {
  const present = inForceAt(set.spans, now)?.id ?? beginning(kind).id;
  const change = nextChange(set.spans, now);
  return { ...set, due_at: present === set.applied_id ? change && Clock.after(GRACE, Date.parse(change)) : Clock.after(GRACE) };
}

async function forgetting<T>(kind: RuleKind, written: Promise<T>): Promise<T> {
  try {
    return await written;
  } finally {
    forget(kind);
  }
}

/** Has all that follows from the rule in force done again, in some seconds: as when another rule than before is asked. */
export const again = (kind: RuleKind, seconds: number): Promise<void> => fromBeginning(kind, Clock.after(seconds));

/** Has what follows done from its beginning, and overtakes whoever is at it: from now on no rule has been followed. */
const fromBeginning = (kind: RuleKind, due_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const before = await Records.load(RuleSets, setId(kind));
    const tx = transaction().put(Job.started(setId(kind), null));
    writeSet(tx, before, { ...(before ?? newSet(kind)), applied_id: "", due_at });
    await tx.commit(undefined);
  });

/**
 * Goes on with what follows from the rule in force, for some seconds; at `rule_set.work_due`, until there is no
 * more. It may be killed at any moment, come twice, and at the same time.
 */
export async function proceed(wanted: string, due_at: string, seconds: number): Promise<void> {
  const set = await Clocks.standing(RuleSets, wanted, "work", due_at);
  const kind = set && (await kindNamed(set.rule_kind));
  if (!kind) return;
  forget(kind);
  const rule = await inForce(kind);
  // The same rule as before means that another was in force in between, and may have decided something.
  if (set.applied_id !== "") await fromBeginning(kind, due_at);
  const done = await (kind.follow?.(wanted, rule, seconds) ?? true);
  const tomorrow = kind.isDaily?.(rule.definition) ? await Tenant.asConfigured(nextNight) : null;
  const daily = (next: RuleSetRecord): RuleSetRecord =>
    tomorrow && !(next.due_at && next.due_at < tomorrow) ? { ...next, due_at: tomorrow } : next;
  await Records.change(RuleSets, wanted, (current) => {
    if (done) return daily(scheduled({ ...current, applied_id: rule.id }, kind, Clock.now()));
    // Another version was published meanwhile: it is followed when every process knows of it.
    return current.due_at === due_at ? { ...current, due_at: Clock.now() } : current;
  });
}

/** When the tenant's next day begins. */
const nextNight = (): string => startOfDay(useSettings().timezone, dayAfter(today(), 1));

export const Rehearsal = z.object({
  examined: z.number().int().describe("Records decided anew by both rules"),
  changed: z.number().int(),
  differences: z
    .array(z.object({ record_id: z.string(), title: z.string(), before: z.string(), after: z.string() }))
    .describe("At most 100"),
  before: z.object({ id: z.string(), number: z.number().int().nullable() }),
  after: z.object({ id: z.string(), number: z.number().int().nullable() }),
});

/** What a version would decide of the newest records, beside what the rule in force decides of them; nothing is written. */
export const dryRun = fn(
  One.extend({ sample: z.number().int().min(1).max(500).default(100).describe("How many of the newest records") }),
  async ({ kind: name, id: wanted, sample }) => {
    const kind = await kindOf(name);
    if (!kind.rehearse) throw ruleViolation("A rule of this kind decides nothing about records that are there");
    const [version, before] = await Promise.all([stored(kind, wanted), inForce(kind)]);
    const after: InForce<unknown> = { kind: name, id: version.id, number: version.number ?? 0, definition: version.definition };
    const { examined, changed, differences } = await kind.rehearse({ before, after }, sample);
    const shown = ({ id, number }: { id: string; number: number | null }) => ({ id, number });
    return { examined, changed, differences: differences.slice(0, 100), before: shown(before), after: shown(version) };
  },
);

export { inForce } from "./in-force.ts";
/** At `rule_set.work_due`. */
export const onWork = onClock((id, due_at) => proceed(id, due_at, SECONDS_PER_TURN));

export * as Rule from "./rule.ts";
