import { Approvals } from "@crm/core/approval/approval.entity.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { type TicketRecord, Tickets } from "@crm/core/ticket/ticket.entity.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { submittedBy, teamOf } from "../approval/support.ts";
import { createAll, sweepAndAct, sweeper } from "../clock/support.ts";
import { measured } from "../cost.ts";
import { sizeFrom } from "../sample.ts";
import { addUser, inProcess, newLead, publishedBy, signUp, startTestApp, type Tenant } from "../support.ts";

/** Very many tickets whose clocks stand at one instant; `CRM_TICKETS=5000` is the full size. */

const MANY = sizeFrom("CRM_TICKETS", 60, 200);
const MINUTE = 60_000;

const meter: Meter = { read: 0, write: 0, commands: 0 };
let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];

beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app);
  const manager = await addUser(app, tenant, "MANAGER");
  await addUser(app, tenant, "SUPPORT_AGENT", { manager_id: manager.id });
  const { data } = await tenant.admin.createApiKey({ name: "Clock", role: "ADMIN" });
  crm = createClient(inProcess(app, data.key));
  await crm.createSlaPolicy({ name: "Hour", sequence: 1, first_response_minutes: 60, resolution_minutes: 2 * 24 * 60 });
  await app.settle();
});
afterAll(() => app.stop());

const within = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);

/** So many as one that was opened, straight into the store; ids. */
async function tickets(count: number): Promise<string[]> {
  const requester = { email: "ada@customer.example" };
  const { data } = await crm.createTicket({ subject: "The pump is loud", description: "It hums", requester });
  const one = (await within(() => Records.load(Tickets, data.id))) as TicketRecord;
  return [
    data.id,
    ...(await createAll(app, tenant.id, Tickets, () => Array.from({ length: count - 1 }, () => Records.born(Tickets, one)))),
  ];
}

/** One that somebody has to decide. */
async function approvalOf(): Promise<string> {
  const { rep } = await teamOf(app, tenant);
  const { approval } = await submittedBy(rep, "15");
  return approval?.approvals[0]?.id ?? "";
}

const stored = (ids: readonly string[]) => within(() => Records.loadMany(Tickets, ids));

describe("tickets that are due in one minute", () => {
  it("cost a sweep nothing before", async () => {
    const { sweep } = sweeper(app);
    await sweep();
    const none = await measured(meter, () => sweep());
    await tickets(MANY);
    const many = await measured(meter, () => sweep());
    expect(many.read).toBe(none.read);
  });

  it("are all acted on within two minutes, and other work is on time", async () => {
    const ids = await tickets(MANY);
    const approval = await approvalOf();
    await app.settle();
    const events = publishedBy(app);
    app.setClock({ advance: 30 * MINUTE });
    const soon = Clock.after(30);
    const { data: lead } = await crm.createLead({ ...newLead(), next_contact_date: soon });
    const { data: activity } = await crm.createActivity({ subject: "Call", activity_type_id: "task", reminder_datetime: soon });
    await within(() => Records.change(Approvals, approval, (current) => ({ ...current, attention_at: soon })));
    app.setClock({ advance: MINUTE });
    await sweepAndAct(app);
    const due = events.filter(({ due_at }) => due_at === soon).map(({ type, record_id }) => `${type} ${record_id}`);
    expect(due.sort()).toEqual([
      `activity.reminder_due ${activity.id}`,
      `approval.attention_due ${approval}`,
      `lead.reminder_due ${lead.id}`,
    ]);
    app.setClock({ advance: MINUTE });
    await sweepAndAct(app);
    const acted = (await stored(ids)).map((ticket) => ticket?.sla.response?.percent);
    expect(new Set(acted)).toEqual(new Set([50]));
    expect((await stored(ids)).every((ticket) => ticket?.version === 2)).toBe(true);
  });
});
