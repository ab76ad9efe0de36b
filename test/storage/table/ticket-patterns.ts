import { Clock } from "@crm/core/kernel/clock.ts";
import { onSlaDue } from "@crm/core/service/ticket/sla-escalation.ts";
import { Tickets } from "@crm/core/service/ticket/ticket.entity.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, inProcessTransport, signUp } from "../../support/app.ts";
import { type RequestUnits, selectLeastUnits, type UnitMeter } from "../../support/request-units.ts";
import {
  buildEvent,
  type CostRows,
  loadRecord,
  type MeasuredWorld,
  measureSteps,
  runAsSystem,
  SUBJECT_COUNT,
} from "./measured-steps.ts";

/** The cost of a ticket from creation to resolution, and of its clocks: rows of docs/access-patterns.md. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Runs in a new tenant and last of all, because it moves the clock. */
export async function measureTickets(app: App, measured: UnitMeter, result: CostRows): Promise<void> {
  // Starts at the beginning of a day, because moving a clock over midnight costs two more units.
  app.setClock({ advance: DAY - (Clock.ms() % DAY) });
  const tenant = await signUp(app);
  const manager = await addUser(app, tenant, "MANAGER");
  const agent = await addUser(app, tenant, "SUPPORT_AGENT", { manager_id: manager.id });
  const { data } = await tenant.admin.createApiKey({ name: "Costs", role: "ADMIN" });
  // An API key stays valid when the clock moves.
  const crm = createClient(inProcessTransport(app, data.key));
  const minutes = { first_response_minutes: 60, next_response_minutes: 60, resolution_minutes: 7 * 24 * 60 };
  await crm.createSlaPolicy({ name: "Hour", sequence: 1, ...minutes });
  const world: MeasuredWorld = { app, tenant, measured, result };
  const open = async (more: object = {}): Promise<string> => {
    const asked = { subject: "The pump is loud", description: "It hums", requester: { email: "ada@customer.example" } };
    return (await crm.createTicket({ ...asked, ...more })).data.id;
  };
  interface Asked {
    id: string;
  }
  // Pays for leases before the measurement.
  for (let warm = 0; warm < 3; warm++) await crm.resolveTicket({ id: await open() });
  await measureSteps(world, async (): Promise<Asked> => ({ id: "" }), [
    [
      "create a ticket with its clocks, its requester known",
      async (ticket) => {
        ticket.id = await open();
      },
    ],
    ["a requester comments on a ticket", ({ id }) => crm.addTicketComment({ id, body: "It hums still", from: "REQUESTER" })],
    ["an agent answers a ticket", ({ id }) => crm.addTicketComment({ id, body: "Have you tried oil?", is_public: true })],
    ["resolve a ticket", ({ id }) => crm.resolveTicket({ id })],
  ]);
  const waiting: string[] = [];
  while (waiting.length < SUBJECT_COUNT) waiting.push(await open({ assigned_to_id: agent.id }));
  /** Advances the clock by `later` minutes and measures the work on each ticket's due clock. */
  const acted = async (later: number): Promise<RequestUnits> => {
    app.setClock({ advance: later * MINUTE });
    const runs: RequestUnits[] = [];
    for (const id of waiting) {
      const ticket = await loadRecord(world, Tickets, id);
      const event = buildEvent("ticket.sla_due", ticket, ticket.sla_attention_at);
      runs.push(await measured(() => runAsSystem(world, () => onSlaDue(event), ["throttle"])));
    }
    return selectLeastUnits(runs);
  };
  result["a clock warns of a ticket, and notifies a user"] = await acted(31);
  await acted(18);
  result["a clock of a ticket is violated, and two are told"] = await acted(12);
}
