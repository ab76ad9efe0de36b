import { Approvals } from "@crm/core/agreements/approval/approval.entity.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type TicketRecord, Tickets } from "@crm/core/service/ticket/ticket.entity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSubmittedQuote, createTeam } from "../../agreements/approval/support.ts";
import { createAll, createSweeper, sweepAndAct } from "../../storage/scheduler/support.ts";
import {
  addUser,
  inProcessTransport,
  newLead,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";
import { measureUnits } from "../../support/request-units.ts";
import { resolveTestSize } from "../../support/sample.ts";

/** Many tickets whose clocks are due at the same time; `CRM_TICKETS=5000` is the full size. */

const TICKET_COUNT = resolveTestSize("CRM_TICKETS", 60, 200);
const MINUTE_MS = 60_000;

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
  crm = createClient(inProcessTransport(app, data.key));
  await crm.createSlaPolicy({ name: "Hour", sequence: 1, first_response_minutes: 60, resolution_minutes: 2 * 24 * 60 });
  await app.settle();
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);

/** Copies an open ticket in the store `count` times and returns the ids. */
async function createTickets(count: number): Promise<string[]> {
  const requester = { email: "ada@customer.example" };
  const { data } = await crm.createTicket({ subject: "The pump is loud", description: "It hums", requester });
  const ticket = (await runInTenant(() => Records.load(Tickets, data.id))) as TicketRecord;
  return [
    data.id,
    ...(await createAll(app, tenant.id, Tickets, () => Array.from({ length: count - 1 }, () => Records.init(Tickets, ticket)))),
  ];
}

/** Creates an approval that is waiting for a decision. */
async function createApproval(): Promise<string> {
  const { rep } = await createTeam(app, tenant);
  const { approval } = await createSubmittedQuote(rep, "15");
  return approval?.approvals[0]?.id ?? "";
}

const loadTickets = (ids: readonly string[]) => runInTenant(() => Records.loadMany(Tickets, ids));

describe("tickets due in the same minute", () => {
  it("add no cost to earlier sweeps", async () => {
    const { sweep } = createSweeper(app);
    await sweep();
    const idleUnits = await measureUnits(meter, () => sweep());
    await createTickets(TICKET_COUNT);
    const loadedUnits = await measureUnits(meter, () => sweep());
    expect(loadedUnits.read).toBe(idleUnits.read);
  });

  it("are all processed within two minutes, without delaying other work", async () => {
    const ids = await createTickets(TICKET_COUNT);
    const approval = await createApproval();
    await app.settle();
    const events = recordPublishedEvents(app);
    app.setClock({ advance: 30 * MINUTE_MS });
    const dueAt = Clock.addSeconds(30);
    const { data: lead } = await crm.createLead({ ...newLead(), next_contact_date: dueAt });
    const { data: activity } = await crm.createActivity({ subject: "Call", activity_type_id: "task", reminder_datetime: dueAt });
    await runInTenant(() => Records.change(Approvals, approval, (current) => ({ ...current, attention_at: dueAt })));
    app.setClock({ advance: MINUTE_MS });
    await sweepAndAct(app);
    const due = events.filter(({ due_at }) => due_at === dueAt).map(({ type, record_id }) => `${type} ${record_id}`);
    expect(due.sort()).toEqual([
      `activity.reminder_due ${activity.id}`,
      `approval.attention_due ${approval}`,
      `lead.reminder_due ${lead.id}`,
    ]);
    app.setClock({ advance: MINUTE_MS });
    await sweepAndAct(app);
    const acted = (await loadTickets(ids)).map((ticket) => ticket?.sla.response?.percent);
    expect(new Set(acted)).toEqual(new Set([50]));
    expect((await loadTickets(ids)).every((ticket) => ticket?.version === 2)).toBe(true);
  });
});
