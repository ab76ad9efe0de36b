import { HealthScore } from "@crm/core/customer/wellbeing.rules.ts";
import { describe, expect, it } from "vitest";
import { chanceOf } from "../chance.ts";
import { scene } from "../score/support.ts";

/** The health that is kept on customers. */

const { here, at } = scene();

const DAY = 24 * 60 * 60 * 1000;

const customer = async () => (await here.crm.createCustomer({ name: "Acme" } as never)).data.id;
const read = async (id: string) => (await here.crm.getCustomer({ id })).data;
const happens = async (customer_id: string, more: Record<string, unknown> = {}) =>
  (await here.crm.createInteraction({ customer_id, interaction_type_id: "phone", ...more } as never)).data.id;
const history = async (id: string) => (await here.crm.listCustomerHealthScores({ id })).data;

describe("the health of a customer", () => {
  it("follows what happens, and says what it is made of", async () => {
    const id = await customer();
    expect(await read(id)).toMatchObject({ health_score: 50, risk_level: "MEDIUM" });
    const { data: asked } = await here.crm.scoreCustomerHealth({ id });
    expect(asked).toMatchObject({ health_score: 50, risk_level: "MEDIUM", changes_at: "2026-06-01T00:00:00.000Z" });
    expect(asked.parts.reduce((sum, { points }) => sum + points, 0)).toBe(50);
    await happens(id);
    await here.app.settle();
    expect(await read(id)).toMatchObject({ health_score: 70, risk_level: "LOW" });
    const { data: deal } = await here.crm.createOpportunity({ name: "Deal", customer_id: id } as never);
    await here.app.settle();
    expect((await read(id)).health_score).toBe(85);
    await here.crm.deleteOpportunity({ id: deal.id });
    for (const sentiment of ["NEGATIVE", "NEGATIVE"]) await happens(id, { sentiment });
    await here.app.settle();
    expect(await read(id)).toMatchObject({ health_score: 50, risk_level: "MEDIUM" });
    expect((await history(id)).map((each) => [each.previous_score, each.health_score, each.cause])).toEqual([
      [85, 50, "FACTS"],
      [70, 85, "FACTS"],
      [50, 70, "FACTS"],
    ]);
    const { version } = await read(id);
    await here.crm.scoreCustomerHealth({ id });
    expect((await read(id)).version).toBe(version);
  });

  it("moves to another with the interaction that names it", async () => {
    const [one, two] = [await customer(), await customer()];
    await here.crm.scoreCustomerHealth({ id: two });
    const id = await happens(one);
    await here.app.settle();
    await here.crm.mergeCustomers({ id: two, merged_id: one });
    await here.app.settle();
    expect((await read(two)).health_score).toBe(70);
    await here.crm.deleteInteraction({ id });
    await here.app.settle();
    expect((await read(two)).health_score).toBe(50);
  });

  it("falls when nothing happens, as its days begin and not before", async () => {
    const id = await customer();
    for (const day of ["2026-02-20", "2026-03-01"]) {
      await happens(id, { interaction_date: `${day}T10:00:00Z` });
      await here.app.settle();
    }
    const seen: unknown[] = [];
    for (const instant of ["2026-03-31T23:59:00Z", "2026-04-01T00:01:00Z", "2026-05-31T23:59:00Z", "2026-06-01T00:01:00Z"]) {
      await at(instant);
      const { health_score, risk_level, health_due_at } = await read(id);
      seen.push([health_score, risk_level, health_due_at]);
    }
    expect(seen).toEqual([
      [70, "LOW", "2026-04-01T00:00:00.000Z"],
      [50, "MEDIUM", "2026-06-01T00:00:00.000Z"],
      [50, "MEDIUM", "2026-06-01T00:00:00.000Z"],
      [30, "HIGH", null],
    ]);
    expect((await history(id)).map(({ cause }) => cause)).toEqual(["TIME", "TIME", "FACTS"]);
  });

  it("falls of one with which nothing ever happened", async () => {
    const id = await customer();
    await here.app.settle();
    await at("2026-06-01T00:01:00Z");
    expect(await read(id)).toMatchObject({ health_score: 30, risk_level: "HIGH", health_due_at: null });
  });

  it("is made anew for all where another rule comes into force", async () => {
    const ids = [await customer(), await customer()];
    const [first, second] = ids as [string, string];
    await here.crm.updateCustomer({ id: second, status: "ACTIVE" } as never);
    await happens(second);
    await here.app.settle();
    const definition = { ...HealthScore.defaults[0], base: 10 };
    const { data: draft } = await here.crm.createRuleVersion({ kind: "health_score", definition } as never);
    await here.crm.publishRuleVersion({ kind: "health_score", id: draft.id } as never);
    await at("2026-03-02T12:02:00Z");
    expect(await Promise.all(ids.map(async (id) => (await read(id)).health_score))).toEqual([10, 30]);
    expect((await history(first)).map((each) => [each.previous_score, each.health_score])).toEqual([[50, 10]]);
  });

  it("of an individual is made of what happened with the person before", async () => {
    const { data: lead } = await here.crm.createLead({ last_name: "Hopper", email: "grace@navy.example" } as never);
    await here.crm.createInteraction({ personal_key_id: lead.personal_key_id, interaction_type_id: "phone" } as never);
    await here.app.settle();
    const { data } = await here.crm.createCustomer({
      customer_type: "individual",
      personal_key_id: lead.personal_key_id,
    } as never);
    await here.app.settle();
    expect((await read(data.id)).health_score).toBe(70);
  });

  it("is what a recount would make of it, whatever happened and however time passed", async () => {
    const random = chanceOf("health");
    const among = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const ids = [await customer(), await customer(), await customer()];
    for (const id of ids) await here.crm.scoreCustomerHealth({ id });
    const happened: string[] = [];
    let now = Date.parse("2026-03-02T12:00:00Z");
    for (let step = 0; step < 25; step++) {
      const id = among(ids);
      const deeds = [
        async () => {
          const interaction_date = new Date(now - Math.floor(random() * 80) * DAY).toISOString();
          const interaction_type_id = among(["phone", "email_opened", "website_visit", "form_submission"]);
          happened.push(
            await happens(id, { interaction_date, interaction_type_id, sentiment: among(["NEGATIVE", "POSITIVE", null]) }),
          );
        },
        async () => here.crm.createOpportunity({ name: "Deal", customer_id: id } as never),
        async () => here.crm.updateCustomer({ id, status: among(["ACTIVE", "INACTIVE"]) } as never).catch(() => undefined),
        async () => {
          const [gone] = happened.splice(Math.floor(random() * happened.length), 1);
          if (gone) await here.crm.deleteInteraction({ id: gone });
        },
        async () => {
          now += Math.ceil(random() * 40) * DAY;
          await at(new Date(now).toISOString());
        },
      ];
      await among(deeds)();
      await here.app.settle();
      for (const each of ids) {
        const { health_score, risk_level } = await read(each);
        const { data: anew } = await here.crm.getCustomer360({ id: each });
        expect([step, health_score, risk_level]).toEqual([step, anew.health_score, anew.risk_level]);
      }
    }
  });
});
