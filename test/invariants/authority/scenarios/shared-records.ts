import { Receivers } from "../../../messaging/outbound-webhook/receivers.ts";
import { buildVisitor, createBookingLink, createVisitorClient, setWorkingHours } from "../../../scheduling/booking/support.ts";
import { newLead, type TestUser } from "../../../support/app.ts";
import { type Scenario, scenario, type World } from "../scenario.ts";

/** Records that others read, and that only their owners and administrators change: reports, endpoints, booking links. */

const DAY_SECONDS = 24 * 60 * 60;

interface ScheduledReport {
  readonly report: string;
  readonly schedule: string;
  readonly recipients: readonly string[];
  /** A user to whom only the changed schedule sends the report. */
  readonly colleague: TestUser;
}

const buildReport = (name: string) => ({
  ...{ name, kind: "lead", group_by: [{ field: "company" }], measures: [{ as: "n", do: "count" }], visibility: "EVERYONE" },
});
const timing = { frequency: "DAILY", time: "07:30", format: "csv" };

async function scheduleReport(world: World): Promise<ScheduledReport> {
  const { admin, tenant } = world;
  const colleague = await world.findUser("DIRECTOR");
  const { data: report } = await admin.createReport(buildReport("approved"));
  const recipients = [tenant.userId];
  const { data: schedule } = await admin.createReportSchedule({ id: report.id, ...timing, recipients });
  return { report: report.id, schedule: schedule.id, recipients, colleague };
}

/** Lets the schedule become due, and returns the mails to an address. */
async function receiveReport(world: World, email: string): Promise<string[]> {
  for (const seconds of [DAY_SECONDS, 60]) await world.letPass(seconds);
  return world.app.mail.sent(email).map(({ subject, text }) => `${subject} ${text}`);
}

const changedReport = scenario<ScheduledReport>({
  ...{ authority: "report_run", record: "report", change: "report that is sent by a schedule", role: "SALES_REP" },
  approve: scheduleReport,
  edit: (_, { report }, editor) => [editor.replaceReport({ id: report, ...buildReport("edited") })],
  async run(world) {
    const mails = await receiveReport(world, world.tenant.email);
    if (mails.some((mail) => mail.includes("edited"))) return "edited";
    return mails.some((mail) => mail.includes("approved")) ? "approved" : "nothing";
  },
});

const changedSchedule = scenario<ScheduledReport>({
  ...{ authority: "report_run", record: "report_schedule", change: "recipients of a report", role: "DIRECTOR" },
  approve: scheduleReport,
  edit: (_, { report, schedule, recipients, colleague }, editor) => [
    editor.replaceReportSchedule({
      ...{ id: report, schedule_id: schedule, ...timing, recipients: [...recipients, colleague.id] },
    }),
  ],
  run: async (world, { colleague }) => ((await receiveReport(world, colleague.email)).length > 0 ? "edited" : "approved"),
});

interface SubscribedEndpoint {
  readonly id: string;
  readonly receivers: Receivers;
  readonly restore: () => void;
}

const buildUrl = (host: string) => `https://${host}.example.com/crm`;

const changedEndpoint = scenario<SubscribedEndpoint>({
  ...{ authority: "webhook_endpoint", record: "webhook_endpoint", change: "address of an endpoint", role: "DIRECTOR" },
  async approve({ app: { ports }, admin }) {
    const { outbound } = ports;
    const receivers = new Receivers();
    ports.outbound = receivers;
    const { data } = await admin.createWebhookEndpoint({ url: buildUrl("approved"), events: ["lead.*"] });
    return { id: data.id, receivers, restore: () => Object.assign(ports, { outbound }) };
  },
  edit: (_, { id }, editor) => [editor.updateWebhookEndpoint({ id, url: buildUrl("edited") })],
  async run({ app, admin, tenant }, { receivers, restore }) {
    await admin.createLead(newLead({ owner_id: tenant.userId }));
    await app.settle();
    restore();
    const [edited, approved] = ["edited", "approved"].map((host) => receivers.deliveriesTo(new URL(buildUrl(host)).host).length);
    return edited ? "edited" : approved ? "approved" : "nothing";
  },
});

const changedLink = scenario<{ readonly id: string; readonly token: string }>({
  ...{ authority: "booking_link", record: "booking_link", change: "name of a booking link", role: "MARKETER" },
  async approve({ admin, tenant }) {
    const host = { id: tenant.userId, client: admin } as TestUser;
    await setWorkingHours(host);
    const { id, token } = await createBookingLink(host, { name: "approved" });
    return { id, token };
  },
  edit: (_, { id }, editor) => [editor.updateBookingLink({ id, name: "edited" })],
  async run({ app, admin }, { token }) {
    const visitor = createVisitorClient(app);
    const { data: times } = await visitor.showBookingTimes({ token });
    await visitor.bookTime({ token, start: times.slots[0]?.start ?? "", ...buildVisitor() });
    const { data } = await admin.listActivities({});
    const subjects = data.map(({ subject }) => subject?.split(":")[0]);
    return subjects.includes("edited") ? "edited" : subjects.includes("approved") ? "approved" : "nothing";
  },
});

export const sharedRecordScenarios: readonly Scenario[] = [changedReport, changedSchedule, changedEndpoint, changedLink];
