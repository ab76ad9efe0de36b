import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useContext, withFullVisibility } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, historyId, idTime } from "../../kernel/id.ts";
import { Page } from "../../kernel/page.ts";
import { IdInput, instant, oneOf, text } from "../../kernel/schema.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { PartInfo, RuleReference } from "../../sales/scoring/schemas.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { riskLevels } from "../customer/customer.rules.ts";
import { Customer } from "../customer/customer.ts";
import { HealthScore, scoreNewCustomer, toRiskLevel } from "../customer/health-score.rules.ts";
import { assessHealth } from "./assessment.ts";
import { type causes, type HealthRecord, HealthScores, Stored } from "./health.entity.ts";
import { HEALTH } from "./health.kind.ts";

/** The health that is stored on a customer. It is recalculated when an input changes, when time alone changes it, or on request. */

export const Info = z.object({
  customer_id: z.string(),
  health_score: z.number().int(),
  risk_level: oneOf(riskLevels),
  rule: RuleReference,
  parts: z.array(PartInfo).describe("Signals; the score is the sum of their points"),
  changes_at: instant().nullable().describe("When the score next changes because time passes"),
});

export const Row = Stored;

type CustomerRecord = Awaited<ReturnType<typeof Customer.read>>;
type Cause = (typeof causes)[number];

/** Recalculates the health fields of the customer. A changed score or risk level adds an entry to the history. */
async function recalculateFields(tx: Transaction, customer: CustomerRecord, cause: Cause) {
  const assessment = await withFullVisibility(() => assessHealth(customer, { open: customer.open_opportunities }));
  const { kind, id, number } = assessment.rules.health;
  const healthFields = { health_score: assessment.well.total, risk_level: assessment.risk, health_due_at: assessment.changes_at };
  const explanation = { rule: { kind, id, number }, parts: [...assessment.well.parts] };
  if (healthFields.health_score !== customer.health_score || healthFields.risk_level !== customer.risk_level) {
    const { health_score, risk_level } = healthFields;
    const entry = {
      customer_id: customer.id,
      health_score,
      previous_score: customer.health_score,
      risk_level,
      ...explanation,
      cause,
    };
    const owner = historyId(customer.id);
    tx.create(HealthScores, Records.init(HealthScores, { ...entry, scored_at: Clock.now() }, { owner, at: Clock.ms() }));
  }
  return { healthFields, assessment: explanation };
}

const isUnchanged = (customer: CustomerRecord, healthFields: Partial<CustomerRecord>): boolean =>
  Records.changedFields(customer, { ...customer, ...healthFields }).length === 0;

/** Hides the reasons from callers who do not see all records: they reveal how often other users were in touch. */
async function presentParts(parts: HealthRecord["parts"]): Promise<HealthRecord["parts"]> {
  if ((await useContext().visibleOwners()) === "all") return parts;
  return parts.map((part) => ({ ...part, because: "Activity with the customer" }));
}

export const recalculate = fn(IdInput, ({ id }) =>
  retryOnConflict(async (): Promise<z.output<typeof Info>> => {
    const customer = await Customer.read(id);
    const tx = transaction();
    const { healthFields, assessment } = await recalculateFields(tx, customer, "REQUESTED");
    if (!isUnchanged(customer, healthFields)) Customer.touch(tx, customer, healthFields);
    const { health_score, risk_level, health_due_at } = healthFields;
    const parts = await presentParts(assessment.parts);
    return tx.commit({
      customer_id: customer.id,
      health_score,
      risk_level,
      rule: assessment.rule,
      parts,
      changes_at: health_due_at,
    });
  }),
);

/** Recalculates the health after an input changed. Writes nothing if the result is the same. */
export const refresh = (id: string): Promise<void> =>
  Tenant.runWithSettings(() =>
    retryOnConflict(async () => {
      const customer = await Customer.load(id);
      if (!customer) return;
      const tx = transaction();
      const { healthFields } = await recalculateFields(tx, customer, "FACTS");
      if (isUnchanged(customer, healthFields)) return;
      Customer.touch(tx, customer, healthFields);
      await tx.commit(undefined);
    }),
  );

/**
 * Writes the first entry of a new customer's history: the health that it was created with. The event of the creation may arrive twice, or after
 * a change of the health, which then names the first score.
 */
export const recordFirst = (id: string): Promise<void> =>
  Tenant.runWithSettings(() =>
    retryOnConflict(async () => {
      const customer = await Customer.load(id);
      const oldest = customer && (await findOldestEntry(id));
      const health_score = oldest ? oldest.previous_score : (customer?.health_score ?? null);
      if (!customer || health_score === null || oldest?.cause === "CREATED") return;
      const { kind, id: ruleId, number, definition } = await loadActiveRule(HealthScore);
      const { total, parts } = scoreNewCustomer(customer.status, definition);
      const entry = {
        ...{ customer_id: id, health_score, previous_score: null, risk_level: toRiskLevel(health_score, definition) },
        ...{ rule: { kind, id: ruleId, number }, cause: "CREATED" as const, scored_at: customer.created_at },
        // Without signals if the status or the rule has changed since.
        parts: total === health_score ? [...parts] : [],
      };
      const entryId = derivedId(HEALTH, idTime(id), `${id}/first`, historyId(id));
      const tx = transaction();
      tx.create(HealthScores, Records.init(HealthScores, entry, { id: entryId }), () => new WriteConflict("Written already"));
      await tx.commit(undefined);
    }),
  );

async function findOldestEntry(customer: string): Promise<HealthRecord | undefined> {
  const partition = { index: "record" as const, facets: { within: historyId(customer), life: "live" } };
  const reading = { order: "asc", after: undefined, chunk: 1, consistent: true } as const;
  for await (const row of queryPartitions(HealthScores, [partition], reading)) return HealthScores.fromRow(row);
  return undefined;
}

/** Recalculates the health at `customer.health_due`, which may arrive twice or late. */
export const refreshDue = (id: string, due_at: string): Promise<void> =>
  Tenant.runWithSettings(() =>
    Clocks.runDue(Customer.listDefinition.collection, id, "health", due_at, async (customer, tx) => ({
      ...customer,
      ...(await recalculateFields(tx, customer, "TIME")).healthFields,
    })),
  );

/** Lists the health history of a customer, newest first. */
export const listHistory = fn(listSchema(HealthScores, {}).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  const { rows, meta } = await listRecords(HealthScores, { ...buildListQuery(HealthScores, query), parent: customer.id });
  return new Page(await Promise.all(rows.map(async (row) => ({ ...row, parts: await presentParts(row.parts) }))), meta);
});

export * as Health from "./health.ts";
