import { setTimeout as sleep } from "node:timers/promises";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { Person } from "@crm/core/people/person/person.ts";
import { Comment } from "@crm/core/service/ticket/comment.ts";
import { Tickets } from "@crm/core/service/ticket/ticket.entity.ts";
import { Ticket } from "@crm/core/service/ticket/ticket.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { createAll } from "../test/storage/scheduler/support.ts";
import { addUser, recordPublishedEvents, signUp, type Tenant } from "../test/support/app.ts";
import { compareWithBare } from "./bare-client.ts";
import { boundMisses, formatTable, type Section, timeRuns } from "./stats.ts";

/** Tickets with SLA due times: opening, answering, and very many that are due in one minute. */
export interface TicketOptions {
  rounds: number;
  runs: number;
  /** Tickets that are due in one minute. */
  due: number;
}

/** Maximum time of a verb, relative to its commands alone: the table engine is in this process, and a command costs it next to nothing. */
const MAX_RATIO = 6;
/** Maximum seconds until all tickets due in one minute are processed. */
const MAX_SECONDS = 120;
const MINUTE_MS = 60_000;

export async function benchTickets({ rounds, runs, due }: TicketOptions): Promise<Section[]> {
  return [...(await benchVerbs({ rounds, runs })), await benchDue(due)];
}

const inTenant = <T>(ports: Ports, tenant: string, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(ports, tenant, "bench"), work);

const TICKET_INPUT = { subject: "The pump is loud", description: "It hums" };

async function benchVerbs(options: Pick<TicketOptions, "rounds" | "runs">): Promise<Section[]> {
  // Timed work must not wait for the stream.
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    await app.scheduler.stop();
    const { id: tenant, agent } = await createSupportTenant(app);
    // Each ticket has its own requester: a write that was prepared for one must not conflict with another.
    const requester = () =>
      inTenant(app.ports, tenant, async () => (await Person.create({ first_name: "Ada", last_name: "Lund" })).id);
    const open = (ports: Ports, personal_key_id: string) =>
      inTenant(ports, tenant, () => Ticket.create({ ...TICKET_INPUT, personal_key_id, assigned_to_id: agent }));
    const answer = (ports: Ports, id: string) =>
      inTenant(ports, tenant, () => Comment.add({ id, body: "Oil?", is_public: true }));
    const title = (label: string): string =>
      `${label}: the verb, against a bare client that does the same reads and the same write`;
    return [
      await compareWithBare(app, options, {
        title: title("Opening a ticket, with its clocks"),
        bound: MAX_RATIO,
        subject: requester,
        verb: open,
      }),
      await compareWithBare(app, options, {
        title: title("Answering a ticket"),
        bound: MAX_RATIO,
        subject: async () => (await open(app.ports, await requester())).id,
        verb: answer,
      }),
    ];
  } finally {
    await app.stop();
  }
}

interface SupportTenant extends Tenant {
  agent: string;
}

/** Creates a tenant with an agent, whose manager is notified of each ticket after half an hour. */
async function createSupportTenant(app: App): Promise<SupportTenant> {
  const tenant = await signUp(app);
  const manager = await addUser(app, tenant, "MANAGER");
  const agent = await addUser(app, tenant, "SUPPORT_AGENT", { manager_id: manager.id });
  await tenant.admin.createSlaPolicy({ name: "Hour", sequence: 1, first_response_minutes: 60, resolution_minutes: 2 * 24 * 60 });
  // Other processes learn of a policy later, so tickets are reviewed twice.
  for (let turn = 0; turn < 3; turn++) {
    await app.settle();
    app.setClock({ advance: 2 * MINUTE_MS });
  }
  await app.settle();
  return { ...tenant, agent: agent.id };
}

/** Measures the time until everything due in one minute is processed, and the delay of another due event meanwhile. */
async function benchDue(count: number): Promise<Section> {
  const app = await startApp({ data: "memory", logFrom: "error" });
  try {
    const tenant = await createSupportTenant(app);
    const ids = await createTickets(app, tenant, count);
    await app.settle();
    // Due shortly after the tickets, while they are processed.
    const reminder_datetime = Clock.addSeconds(30 * 60 + 20);
    await tenant.admin.createActivity({ subject: "Call", activity_type_id: "task", reminder_datetime });
    const events = recordPublishedEvents(app);
    const listEvents = (type: string) => events.filter((event) => event.type === type);
    const waiting = (): boolean =>
      app.state.query("SELECT id FROM events WHERE subscriber = 'ticket-clocks' AND attempts < 5 LIMIT 1").length > 0 ||
      new Set(listEvents("ticket.sla_due").map(({ record_id }) => record_id)).size < count;
    app.setClock({ advance: 30 * MINUTE_MS });
    const nextSweep = Clock.ms() + MINUTE_MS + 1000;
    const [duration = 0] = await timeRuns(1, async () => {
      while (waiting()) await sleep(100);
    });
    // The next minute's sweep finds it, unless an earlier one has.
    if (Clock.ms() < nextSweep) app.setClock({ now: new Date(nextSweep).toISOString() });
    while (listEvents("activity.reminder_due").length === 0) await sleep(100);
    const late = Date.parse(listEvents("activity.reminder_due")[0]?.at ?? "") - Date.parse(reminder_datetime);
    const stored = await inTenant(app.ports, tenant.id, () => Records.loadMany(Tickets, ids));
    const acted = stored.filter((ticket) => ticket?.sla.response?.percent === 50).length;
    const title = `${count.toLocaleString("en")} tickets due in one minute, with the manager of each notified`;
    const head = ["acted on", "s until all are processed", "a second", "delay of a reminder due meanwhile, s"];
    const text = formatTable(head, [[acted, duration / 1000, Math.round((count / duration) * 1000), late / 1000]]);
    const misses = [
      ...boundMisses(duration / 1000, MAX_SECONDS, title),
      ...boundMisses(late / 1000, MAX_SECONDS, "a reminder due meanwhile"),
    ];
    return { title, text, missed: acted === count ? misses : [...misses, `${title}: ${acted} were processed`] };
  } finally {
    await app.stop();
  }
}

/** Writes tickets that are copies of an opened one, all due at one instant. Returns their ids. */
async function createTickets(app: App, { id: tenant, admin, agent }: SupportTenant, count: number): Promise<string[]> {
  const { data } = await admin.createTicket({ ...TICKET_INPUT, requester: { email: "ada@mail.example" }, assigned_to_id: agent });
  const ticket = await inTenant(app.ports, tenant, () => Records.load(Tickets, data.id));
  if (!ticket) throw new Error(`${data.id} does not exist`);
  const otherIds = await createAll(app, tenant, Tickets, () =>
    Array.from({ length: count - 1 }, () => Records.init(Tickets, ticket)),
  );
  return [ticket.id, ...otherIds];
}
