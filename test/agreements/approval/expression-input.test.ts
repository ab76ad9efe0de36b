import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXPRESSION_ATTACKS } from "../../lib/state-machine/expression-attacks.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createCustomer, createQuote } from "../quote/support.ts";

/** An approval in which every text of the tenant is an expression of JSONata. The flow treats all of them as data. */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

/** The attacks that fit into a name of a team or customer; names of persons are shorter. */
const attacks = EXPRESSION_ATTACKS.filter(([, text]) => text.length <= 80);
const [[, shortText] = ["", ""]] = attacks;

describe("an approval whose texts are all expressions", () => {
  it.each(attacks)("with %s is asked, decided and applied as any other, and changes no text", async (attack, text) => {
    const position = attacks.findIndex(([name]) => name === attack);
    const personName = text.length <= 50 ? text : shortText;
    const person = { first_name: personName, last_name: personName };
    const manager = await addUser(app, tenant, "MANAGER", person);
    const { data: crew } = await tenant.admin.createTeam({ name: text, manager_id: manager.id });
    const rep = await addUser(app, tenant, "SALES_REP", { ...person, manager_id: manager.id, team_id: crew.id });
    const definition = {
      levels: [{ name: text, discount_from: "1", approvers: ["MANAGER"], patience: { remind_after_hours: 1 } }],
    };
    const { data: version } = await tenant.admin.createRuleVersion({ kind: "quote_approval", note: text, definition });
    await tenant.admin.publishRuleVersion({ kind: "quote_approval", id: version.id });

    const texts = { description: text, notes: text, payment_terms: text, delivery_terms: text };
    const customer_id = await createCustomer(rep.client, { name: text });
    const line_items = [{ description: text, quantity: "1", unit_price: "100.00" }];
    const { id } = await createQuote(rep.client, { ...texts, customer_id, line_items, discount_percent: "15" });
    const { data: submitted } = await rep.client.submitQuote({ id });
    await app.settle();
    const [approval] = (await manager.client.listApprovals({ mine: true, status: "pending" })).data;
    expect(approval).toMatchObject({ subject_id: id, level: text, status: "pending", approver_id: manager.id });
    expect(submitted.approval?.approvals).toHaveLength(1);

    // Half of them are rejected.
    const isApproved = position % 2 === 0;
    const decision = { id: String(approval?.id), comment: text };
    const { data: decided } = isApproved
      ? await manager.client.approveApproval(decision)
      : await manager.client.rejectApproval(decision);
    expect(decided).toMatchObject({ status: isApproved ? "approved" : "rejected", comment: text });
    await app.settle();
    const { data: quote } = await rep.client.getQuote({ id });
    expect(quote).toMatchObject({ ...texts, status: isApproved ? "APPROVED" : "DRAFT", approval: { comment: text } });
    expect(quote.line_items).toMatchObject([{ description: text }]);

    const { data: flow } = await tenant.admin.getFlow({ id: `approval.${id}-1` });
    expect(flow).toMatchObject({ status: "SUCCEEDED", error: null });
    // The history has names of states and errors. None of them is a text of the tenant, and no expression failed.
    expect(JSON.stringify(flow)).not.toContain(JSON.stringify(text).slice(1, -1));
    expect(JSON.stringify(flow)).not.toContain("QueryEvaluationError");
    for (const { client } of [rep, manager])
      for (const { title } of (await client.listNotifications({})).data) expect(title).not.toMatch(/evaluated|undefined/i);
  });
});
