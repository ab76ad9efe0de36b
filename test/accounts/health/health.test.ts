import { HealthScore } from "@crm/core/accounts/customer/health-score.rules.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { describe, expect, it } from "vitest";
import { useScoringTenant } from "../../sales/scoring/support.ts";
import { deliverToSubscriber, recordPublishedEvents } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

/** The health stored on customers. */

const { here: context, at: settleAt } = useScoringTenant();

const DAY_MS = 24 * 60 * 60 * 1000;

const createCustomer = async () => (await context.crm.createCustomer({ name: "Acme" })).data.id;
const readCustomer = async (id: string) => (await context.crm.getCustomer({ id })).data;
const logInteraction = async (customer_id: string, more: Record<string, unknown> = {}) =>
  (await context.crm.createInteraction({ customer_id, interaction_type_id: "phone", ...more })).data.id;
const listHealthScores = async (id: string) => (await context.crm.listCustomerHealthScores({ id })).data;

describe("the health of a customer", () => {
  it("follows interactions, and lists the parts of its score", async () => {
    const id = await createCustomer();
    expect(await readCustomer(id)).toMatchObject({ health_score: 50, risk_level: "MEDIUM" });
    const { data: score } = await context.crm.scoreCustomerHealth({ id });
    expect(score).toMatchObject({ health_score: 50, risk_level: "MEDIUM", changes_at: "2026-06-01T00:00:00.000Z" });
    expect(score.parts.reduce((sum, { points }) => sum + points, 0)).toBe(50);
    await logInteraction(id);
    await context.app.settle();
    expect(await readCustomer(id)).toMatchObject({ health_score: 70, risk_level: "LOW" });
    const { data: deal } = await context.crm.createOpportunity({ name: "Deal", customer_id: id });
    await context.app.settle();
    expect((await readCustomer(id)).health_score).toBe(85);
    await context.crm.deleteOpportunity({ id: deal.id });
    for (const sentiment of ["NEGATIVE", "NEGATIVE"]) await logInteraction(id, { sentiment });
    await context.app.settle();
    expect(await readCustomer(id)).toMatchObject({ health_score: 50, risk_level: "MEDIUM" });
    expect(
      (await listHealthScores(id)).map((healthScore) => [
        healthScore.previous_score,
        healthScore.health_score,
        healthScore.cause,
      ]),
    ).toEqual([
      [85, 50, "FACTS"],
      [70, 85, "FACTS"],
      [50, 70, "FACTS"],
      [null, 50, "CREATED"],
    ]);
    const { version } = await readCustomer(id);
    await context.crm.scoreCustomerHealth({ id });
    expect((await readCustomer(id)).version).toBe(version);
  });

  it("has its first value in the history, once, even if the event of the creation arrives late and twice", async () => {
    const events = recordPublishedEvents(context.app);
    const id = await createCustomer();
    const { data: customer } = await context.crm.getCustomer({ id });
    await logInteraction(id);
    await context.app.settle();
    const history = await listHealthScores(id);
    expect(history[1]).toMatchObject({
      ...{ customer_id: id, health_score: 50, previous_score: null, risk_level: "MEDIUM", cause: "CREATED" },
      scored_at: customer.created_at,
    });
    expect(history[1]?.parts.reduce((sum, { points }) => sum + points, 0)).toBe(50);
    await context.crm.updateCustomer({ id, status: "ACTIVE" });
    await context.app.settle();
    for (const event of events.filter(({ type, record_id }) => type === "customer.created" && record_id === id))
      await deliverToSubscriber(context.app, "customer-health", event);
    expect(await listHealthScores(id)).toEqual(history);
    const [latest, first] = history.map(({ id: entryId }) => entryId) as [string, string];
    await runIn(systemContext(context.app.ports, context.tenant.id, "test"), () =>
      transaction().delete(recordKey(context.tenant.id, first)).commit(undefined),
    );
    for (const event of events.filter(({ type, record_id }) => type === "customer.created" && record_id === id))
      await deliverToSubscriber(context.app, "customer-health", event);
    expect((await listHealthScores(id)).map(({ id: entryId, health_score }) => [entryId, health_score])).toEqual([
      [latest, 70],
      [first, 50],
    ]);
  });

  it("moves to the survivor of a merge with the interactions", async () => {
    const [mergedId, two] = [await createCustomer(), await createCustomer()];
    await context.crm.scoreCustomerHealth({ id: two });
    const id = await logInteraction(mergedId);
    await context.app.settle();
    await context.crm.mergeCustomers({ id: two, merged_id: mergedId });
    await context.app.settle();
    expect((await readCustomer(two)).health_score).toBe(70);
    await context.crm.deleteInteraction({ id });
    await context.app.settle();
    expect((await readCustomer(two)).health_score).toBe(50);
  });

  it("falls without interactions, exactly when a day begins", async () => {
    const id = await createCustomer();
    for (const day of ["2026-02-20", "2026-03-01"]) {
      await logInteraction(id, { interaction_date: `${day}T10:00:00Z` });
      await context.app.settle();
    }
    const seen: unknown[] = [];
    for (const instant of ["2026-03-31T23:59:00Z", "2026-04-01T00:01:00Z", "2026-05-31T23:59:00Z", "2026-06-01T00:01:00Z"]) {
      await settleAt(instant);
      const { health_score, risk_level, health_due_at } = await readCustomer(id);
      seen.push([health_score, risk_level, health_due_at]);
    }
    expect(seen).toEqual([
      [70, "LOW", "2026-04-01T00:00:00.000Z"],
      [50, "MEDIUM", "2026-06-01T00:00:00.000Z"],
      [50, "MEDIUM", "2026-06-01T00:00:00.000Z"],
      [30, "HIGH", null],
    ]);
    expect((await listHealthScores(id)).map(({ cause }) => cause)).toEqual(["TIME", "TIME", "FACTS", "CREATED"]);
  });

  it("rises with an order, and falls when that is long ago", async () => {
    const id = await createCustomer();
    const line_items = [{ name: "Rope", unit_price: "60.00" }];
    await context.crm.createOrder({ customer_id: id, status: "CONFIRMED", line_items });
    await context.app.settle();
    const { health_score, last_order_at } = await readCustomer(id);
    expect(health_score).toBe(60);
    const after = (days: number) => new Date(Date.parse(String(last_order_at)) + days * 86_400_000 + 60_000).toISOString();
    const scores: unknown[] = [];
    for (const days of [91, 180, 181]) {
      await settleAt(after(days));
      scores.push((await readCustomer(id)).health_score);
    }
    expect(scores).toEqual([40, 40, 30]);
  });

  it("falls for a customer without any interaction", async () => {
    const id = await createCustomer();
    await context.app.settle();
    await settleAt("2026-06-01T00:01:00Z");
    expect(await readCustomer(id)).toMatchObject({ health_score: 30, risk_level: "HIGH", health_due_at: null });
  });

  it("is recalculated for all customers when another rule takes effect", async () => {
    const ids = [await createCustomer(), await createCustomer()];
    const [first, second] = ids as [string, string];
    await context.crm.updateCustomer({ id: second, status: "ACTIVE" });
    await logInteraction(second);
    await context.app.settle();
    const definition = { ...HealthScore.defaults[0], base: 10 };
    const { data: draft } = await context.crm.createRuleVersion({ kind: "health_score", definition });
    await context.crm.publishRuleVersion({ kind: "health_score", id: draft.id });
    await settleAt("2026-03-02T12:02:00Z");
    expect(await Promise.all(ids.map(async (id) => (await readCustomer(id)).health_score))).toEqual([10, 30]);
    expect((await listHealthScores(first)).map((healthScore) => [healthScore.previous_score, healthScore.health_score])).toEqual([
      [50, 10],
      [null, 50],
    ]);
  });

  it("of an individual includes earlier interactions with the person", async () => {
    const { data: lead } = await context.crm.createLead({ last_name: "Hopper", email: "grace@navy.example" });
    await context.crm.createInteraction({ personal_key_id: lead.personal_key_id, interaction_type_id: "phone" });
    await context.app.settle();
    const { data } = await context.crm.createCustomer({
      customer_type: "individual",
      personal_key_id: lead.personal_key_id,
    });
    await context.app.settle();
    expect((await readCustomer(data.id)).health_score).toBe(70);
  });

  it("equals a recount after random changes and passing time", async () => {
    const random = createTestRandom("health");
    const among = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const ids = [await createCustomer(), await createCustomer(), await createCustomer()];
    for (const id of ids) await context.crm.scoreCustomerHealth({ id });
    const happened: string[] = [];
    let now = Date.parse("2026-03-02T12:00:00Z");
    for (let step = 0; step < 25; step++) {
      const id = among(ids);
      const deeds = [
        async () => {
          const interaction_date = new Date(now - Math.floor(random() * 80) * DAY_MS).toISOString();
          const interaction_type_id = among(["phone", "email_opened", "website_visit", "form_submission"]);
          happened.push(
            await logInteraction(id, { interaction_date, interaction_type_id, sentiment: among(["NEGATIVE", "POSITIVE", null]) }),
          );
        },
        async () => context.crm.createOpportunity({ name: "Deal", customer_id: id }),
        async () => context.crm.updateCustomer({ id, status: among(["ACTIVE", "INACTIVE"]) }).catch(() => undefined),
        async () => {
          const [interactionId] = happened.splice(Math.floor(random() * happened.length), 1);
          if (interactionId) await context.crm.deleteInteraction({ id: interactionId });
        },
        async () => {
          now += Math.ceil(random() * 40) * DAY_MS;
          await settleAt(new Date(now).toISOString());
        },
      ];
      await among(deeds)();
      await context.app.settle();
      for (const customerId of ids) {
        const { health_score, risk_level } = await readCustomer(customerId);
        const { data: anew } = await context.crm.getCustomer360({ id: customerId });
        expect([step, health_score, risk_level]).toEqual([step, anew.health_score, anew.risk_level]);
      }
    }
  });
});
