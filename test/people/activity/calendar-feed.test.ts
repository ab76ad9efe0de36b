import { formatCalendar, formatTextValue } from "@crm/core/kernel/icalendar.ts";
import type { App } from "@crm/local/app.ts";
import ICAL from "ical.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2030-03-04T00:00:00Z" });
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const createMeeting = async (as: TestUser["client"], more: object) =>
  (await as.createActivity({ subject: "Meet", activity_type_id: "task", ...more })).data;

const fetchFeed = (url: string, headers: Record<string, string> = {}, token?: string) => {
  const { pathname, search } = new URL(url);
  return inProcessTransport(app, token)({ method: "GET", path: pathname, query: search.slice(1), headers, body: undefined });
};
const createFeed = async ({ client: as }: TestUser): Promise<string> => (await as.makeCalendarFeed({})).data.url;
const parseEvents = (text: string) =>
  ICAL.Component.fromString(text)
    .getAllSubcomponents("vevent")
    .map((subcomponent) => new ICAL.Event(subcomponent));
const meetingTime = (days: number): string => new Date(Date.parse("2030-03-04T09:00:00Z") + days * 86_400_000).toISOString();

describe("iCalendar", () => {
  it("is readable by other programs with any characters, in lines of 75 bytes", () => {
    const subject = `Größe; 山田, C:\\tmp\n${"漢字".repeat(60)} ${"😀".repeat(30)}`;
    const text = formatCalendar([{ name: "VEVENT", properties: [["SUMMARY", formatTextValue(`${subject}\u0007`)]] }]);
    for (const line of text.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text).not.toContain("\uFFFD");
    expect(parseEvents(text)[0]?.summary).toBe(subject);
  });
});

describe("the calendar feed of a user", () => {
  it("contains their calendar entries with their times", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const talk = { start_datetime: meetingTime(1), end_datetime: meetingTime(1.125), meeting_location: "Room 1; left" };
    const day = { subject: "Day", due_date: "2030-03-08", timezone: "Asia/Tokyo" };
    const meetings = [
      await createMeeting(user.client, talk),
      await createMeeting(user.client, day),
      await createMeeting(user.client, { subject: "Late", due_date: "2030-03-08", due_time: "17:00", timezone: "Europe/Berlin" }),
      await createMeeting(user.client, {
        subject: "Weekly",
        start_datetime: meetingTime(2),
        recurrence: { frequency: "WEEKLY", count: 3 },
      }),
    ];
    await createMeeting(user.client, { subject: "Undated" });
    await createMeeting(user.client, { subject: "Far", start_datetime: "2033-01-01T00:00:00Z" });
    await app.settle();
    const answer = await fetchFeed(await createFeed(user));
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "text/calendar; charset=utf-8"]);
    const events = parseEvents(answer.body).map(({ summary, startDate, endDate, location, uid }) =>
      [summary, startDate.toString(), endDate?.toString(), location, uid].slice(0, 4),
    );
    expect(events).toEqual([
      ["Meet", "2030-03-05T09:00:00Z", "2030-03-05T12:00:00Z", "Room 1; left"],
      ["Weekly", "2030-03-06T09:00:00Z", "2030-03-06T09:00:00Z", null],
      ["Day", "2030-03-08", "2030-03-09", null],
      ["Late", "2030-03-08T16:00:00Z", "2030-03-08T16:00:00Z", null],
      ["Weekly", "2030-03-13T09:00:00Z", "2030-03-13T09:00:00Z", null],
      ["Weekly", "2030-03-20T09:00:00Z", "2030-03-20T09:00:00Z", null],
    ]);
    expect(parseEvents(answer.body).map(({ uid }) => uid)).toContain(`${meetings[0]?.id}@crm`);
    expect((await fetchFeed(await createFeed(user), { "if-none-match": answer.headers.etag ?? "" })).status).toBe(304);
  });

  it("says that a moved meeting has changed", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const { id } = await createMeeting(user.client, { start_datetime: meetingTime(1), end_datetime: meetingTime(2) });
    const url = await createFeed(user);
    const readStamps = async () => {
      const { body } = await fetchFeed(url);
      const [stamp = "", sequence = ""] = [/^DTSTAMP:(\S+)/m, /^SEQUENCE:(\d+)/m].map((pattern) => pattern.exec(body)?.[1] ?? "");
      return { stamp, sequence: Number(sequence), modified: /^LAST-MODIFIED:(\S+)/m.exec(body)?.[1] };
    };
    const before = await readStamps();
    const { data: moved } = await user.client.updateActivity({
      ...{ id, start_datetime: meetingTime(3), end_datetime: meetingTime(4) },
    });
    await app.settle();
    const after = await readStamps();
    expect(after.sequence).toBeGreaterThan(before.sequence);
    expect(after.stamp).toBe(`${moved.updated_at.slice(0, 19).replaceAll(/[-:]/g, "")}Z`);
    expect(after.modified).toBe(after.stamp);
  });

  it("shows what they currently see", async () => {
    const { data: lead } = await rep.client.createLead(newLead());
    const leadMeeting = await createMeeting(rep.client, {
      subject: "About",
      related_to_id: lead.id,
      start_datetime: meetingTime(1),
    });
    await createMeeting(tenant.admin, { subject: "Not theirs", start_datetime: meetingTime(1) });
    const url = await createFeed(rep);
    const summaries = async () => parseEvents((await fetchFeed(url)).body).map(({ summary }) => summary);
    expect(await summaries()).toEqual(["About"]);
    const { data: storedMeeting } = await rep.client.getActivity({ id: leadMeeting.id });
    expect(storedMeeting.subject).toBe("About");
    await tenant.admin.updateLead({ id: lead.id, owner_id: tenant.userId });
    expect(await summaries()).toEqual([]);
  });

  it("has one address, which ends with a new one, a revocation, and its user", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const first = await createFeed(user);
    const second = await createFeed(user);
    const status = async (url: string): Promise<number> => (await fetchFeed(url)).status;
    expect([await status(first), await status(second), await status(second.replace(".ics", ""))]).toEqual([404, 200, 200]);
    const otherUrl = await createFeed(rep);
    const readSecret = (url: string): string => url.split(".").at(-2) ?? "";
    expect(await status(second.replace(readSecret(second), readSecret(otherUrl)))).toBe(404);
    for (const invalidToken of ["x", "..", "ten_1.usr_1.x", `${"a".repeat(300)}`])
      expect(await status(`${new URL(second).origin}/api/v1/calendars/${invalidToken}.ics`)).toBe(404);
    await user.client.revokeCalendarFeed({});
    expect(await status(second)).toBe(404);
    const third = await createFeed(user);
    await tenant.admin.setUserStatus({ id: user.id, status: "SUSPENDED" });
    expect(await status(third)).toBe(404);
  });

  it("has the same format as the calendar endpoint", async () => {
    const path = `http://x/api/v1/activities/calendar?format=ics&from=2030-03-04&to=2030-03-31`;
    await createMeeting(rep.client, { subject: "Mine", start_datetime: meetingTime(3) });
    const answer = await fetchFeed(path, {}, rep.token);
    expect([answer.status, parseEvents(answer.body).map(({ summary }) => summary)]).toEqual([200, ["Mine"]]);
  });
});
