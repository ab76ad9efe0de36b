import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fieldError, findMailLink, openPage, pageTitle, postForm } from "../../functions/pages/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { buildVisitor, createBookingLink, createVisitorClient, MONDAY, setWorkingHours, timeAt } from "./support.ts";

/** A visitor whose browser runs no scripts. */
let app: App;
let tenant: Tenant;
let host: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: timeAt("05:55") });
  tenant = await signUp(app, { visibility: "own" });
});
afterAll(() => app.stop());
beforeEach(async () => {
  host = await addUser(app, tenant, "SALES_REP");
  await setWorkingHours(host);
});

const ORIGIN = "http://127.0.0.1:3000";
const bookingUrl = (token: string, more: Record<string, string> = {}): string =>
  `${ORIGIN}/book?${new URLSearchParams({ token, ...more })}`;
const listLinks = (body: string): string[] =>
  [...body.matchAll(/(?:href|action)="([^"]+)"/g)].map(
    ([, address = ""]) => new URL(address.replaceAll("&amp;", "&"), ORIGIN).href,
  );
const findLink = (body: string, part: string): string =>
  listLinks(body).find((link) => link.includes(part)) ?? expect.fail(`No ${part} in ${body}`);
const readHiddenField = (body: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? "";
const readAction = (body: string): string =>
  new URL(/<form method="post" action="([^"]+)"/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? expect.fail(body), ORIGIN).href;
const buildMoveForm = (start: string): string => new URLSearchParams({ act: "move", start }).toString();
const readCalendar = async (): Promise<string[]> =>
  (await host.client.getCalendar({ from: MONDAY, to: MONDAY })).data.map(({ starts_at }) => starts_at);

/** The notifications without that about the new lead, which is the same for any lead. */
const listNotifications = async ({ client: as }: TestUser) =>
  (await as.listNotifications({})).data.filter(({ type }) => type !== "lead_assigned");

async function bookTime(start = timeAt("12:00")) {
  const link = await createBookingLink(host);
  const visitor = buildVisitor();
  const { data } = await createVisitorClient(app).bookTime({ token: link.token, start, ...visitor });
  return { link, visitor, page: `${ORIGIN}/booking?token=${data.booking_token}`, token: data.booking_token };
}

describe("the page of a link", () => {
  it("leads from a time in the visitor's zone to a form, and then to a meeting in the calendar", async () => {
    const link = await createBookingLink(host, {
      name: "Intro <b>",
      description: "三月",
      location: "Room 5",
      questions: [{ label: "Why?", is_required: true }, { label: "How?" }],
    });
    const times = await openPage(app, bookingUrl(link.token, { timezone: "Asia/Kolkata", from: MONDAY }));
    expect([times.status, pageTitle(times)]).toEqual([200, "Intro &lt;b&gt;"]);
    expect(times.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(times.body).not.toMatch(/<script|style=/);
    const startLink =
      listLinks(times.body).find((each) => each.includes(encodeURIComponent(timeAt("12:00")))) ?? expect.fail(times.body);
    expect(times.body).toContain(">17:30</a>");
    const form = await openPage(app, startLink);
    expect(form.body).toContain("17:30 · Kolkata (GMT+5:30)");
    const boxes = {
      name: "Věra 三月",
      email: "vera@mail.example",
      phone: "",
      note: "",
      request_id: readHiddenField(form.body, "request_id"),
      timezone: readHiddenField(form.body, "timezone"),
      duration_minutes: readHiddenField(form.body, "duration_minutes"),
      start: readHiddenField(form.body, "start"),
    };
    const post = (more: [string, string][]) =>
      postForm(app, readAction(form.body), new URLSearchParams([...Object.entries(boxes), ...more]).toString());
    const errorPage = await post([
      ["answers", ""],
      ["answers", "By phone"],
    ]);
    expect([
      errorPage.status,
      errorPage.body.includes('id="answers[0]-error">Required<'),
      errorPage.body.includes('value="By phone"'),
    ]).toEqual([400, true, true]);
    expect(readHiddenField(errorPage.body, "request_id")).toBe(boxes.request_id);
    const answers: [string, string][] = [
      ["answers", "<i>"],
      ["answers", ""],
    ];
    for (let n = 0; n < 2; n++) {
      const done = await post(answers);
      expect([done.status, pageTitle(done)]).toEqual([200, "Your meeting is booked"]);
      expect(done.body).toContain("Room 5");
    }
    expect(await readCalendar()).toEqual([timeAt("12:00")]);
  });

  it.each(["9999-12-31", "1800-01-01", "0000-01-01", "0001-01-01", "never"])("answers for the first day %s", async (from) => {
    const link = await createBookingLink(host, { minimum_notice_hours: 0 });
    expect((await openPage(app, bookingUrl(link.token, { from }))).status).toBe(200);
    expect((await openPage(app, bookingUrl(link.token, { from, timezone: "Pacific/Kiritimati" }))).status).toBe(200);
  });

  it("shows errors at their fields, reports a taken time, and catches bots that fill every field", async () => {
    const link = await createBookingLink(host);
    const address = bookingUrl(link.token);
    const start = timeAt("12:00");
    const post = (more: Record<string, string>) =>
      postForm(app, address, new URLSearchParams({ start, name: "Vic", email: "vic@mail.example", ...more }).toString());
    const errorPage = await post({ email: "unknown" });
    expect([errorPage.status, fieldError(errorPage, "email")]).toEqual([400, "Must be a valid email address"]);
    expect((await post({ company_address: "Street 1" })).status).toBe(400);
    expect((await post({ name: " " })).status).toBe(400);
    expect(await readCalendar()).toEqual([]);
    expect((await post({})).status).toBe(200);
    const conflictPage = await post({ email: "else@mail.example" });
    expect([conflictPage.status, pageTitle(conflictPage)]).toEqual([409, "This time is no longer available"]);
    expect((await openPage(app, findLink(conflictPage.body, "/book?"))).status).toBe(200);
    for (const missingUrl of [bookingUrl("x"), bookingUrl(`${link.token}x`), `${ORIGIN}/book`, `${ORIGIN}/booking?token=x`])
      expect([(await openPage(app, missingUrl)).status, pageTitle(await openPage(app, missingUrl))]).toEqual([
        404,
        "Page not found",
      ]);
    for (const [name, odd] of [
      ["timezone", "Mars"],
      ["from", "today"],
      ["start", "noon"],
    ] as const)
      expect((await openPage(app, bookingUrl(link.token, { [name]: odd }))).status).toBe(200);
  });
});

describe("a booking", () => {
  it("is shown by the link in the mail, and opening it changes nothing", async () => {
    const { visitor } = await bookTime();
    const link = await findMailLink(app, visitor.email, "/booking");
    for (let n = 0; n < 2; n++) expect(pageTitle(await openPage(app, link))).toBe("Your meeting");
    const [mail] = app.mail.sent(visitor.email);
    expect([mail?.subject, mail?.text.includes("2027-02-01 12:00 (UTC)")]).toEqual(["Booked: Intro", true]);
    await app.settle();
    expect(app.mail.sent(visitor.email).length).toBe(1);
    const notifications = await listNotifications(host);
    const [entry] = (await host.client.getCalendar({ from: MONDAY, to: MONDAY })).data;
    expect(notifications.map(({ type, title, record_id }) => [type, title, record_id])).toEqual([
      ["booking_made", `Booked by ${visitor.name}`, entry?.id],
    ]);
  });

  it("can be downloaded as a calendar file", async () => {
    const { token, page } = await bookTime();
    const { body, headers } = await openPage(app, `${ORIGIN}/api/v1/public/bookings/${token}`);
    expect(headers["content-type"]).toBe("text/calendar; charset=utf-8");
    expect(body).toContain("DTSTART:20270201T120000Z\r\nDTEND:20270201T123000Z\r\n");
    expect(body.replaceAll("\r\n ", "")).toContain(`URL:${page}\r\n`);
    await postForm(app, page, "act=cancel");
    const after = (await openPage(app, `${ORIGIN}/api/v1/public/bookings/${token}`)).body;
    expect(after).toContain("STATUS:CANCELLED");
    const sequence = (text: string) => Number(/SEQUENCE:(\d+)/.exec(text)?.[1]);
    expect(sequence(after)).toBeGreaterThan(sequence(body));
  });

  it("is cancelled once, which frees its time and notifies the host and the visitor", async () => {
    const { link, page, visitor } = await bookTime();
    for (let n = 0; n < 2; n++) expect(pageTitle(await postForm(app, page, "act=cancel"))).toBe("This meeting is cancelled");
    await app.settle();
    expect(await readCalendar()).toEqual([]);
    const notifications = await listNotifications(host);
    expect(notifications.map(({ title }) => title)).toEqual([`Cancelled by ${visitor.name}`]);
    expect(app.mail.sent(visitor.email).map(({ subject }) => subject)).toEqual(["Cancelled: Intro"]);
    await createVisitorClient(app).bookTime({ token: link.token, start: timeAt("12:00"), ...buildVisitor() });
    expect((await postForm(app, page, buildMoveForm(timeAt("13:00")))).body).toContain("cancelled");
    expect(await readCalendar()).toEqual([timeAt("12:00")]);
  });

  it("can be moved to another time, even one that overlaps with itself, but not to a taken time", async () => {
    const { link, page, visitor } = await bookTime();
    await createVisitorClient(app).bookTime({ token: link.token, start: timeAt("14:00"), ...buildVisitor() });
    const timesPage = await openPage(app, findLink((await openPage(app, page)).body, "timezone="));
    const findStartLink = (start: string) => listLinks(timesPage.body).find((each) => each.includes(encodeURIComponent(start)));
    expect([findStartLink(timeAt("12:00")), findStartLink(timeAt("14:00"))]).toEqual([expect.anything(), undefined]);
    const confirm = await openPage(app, findStartLink(timeAt("12:30")) ?? "");
    expect(confirm.body).toContain("12:30 · UTC");
    expect(await readCalendar()).toEqual([timeAt("12:00"), timeAt("14:00")]);
    for (let n = 0; n < 2; n++)
      expect(pageTitle(await postForm(app, page, buildMoveForm(readHiddenField(confirm.body, "start"))))).toBe(
        "Your meeting has been moved",
      );
    expect(await readCalendar()).toEqual([timeAt("12:30"), timeAt("14:00")]);
    const conflictPage = await postForm(app, page, buildMoveForm(timeAt("14:00")));
    expect([conflictPage.status, pageTitle(conflictPage)]).toEqual([409, "This time is no longer available"]);
    expect((await postForm(app, page, buildMoveForm(timeAt("13:07")))).status).toBe(409);
    await app.settle();
    const { data: notifications } = await host.client.listNotifications({});
    expect(notifications.filter(({ title }) => title.endsWith(visitor.name)).map(({ type }) => type)).toContain("booking_moved");
    expect(app.mail.sent(visitor.email).map(({ subject }) => subject)).toContain("Moved: Intro");
  });

  it("gets a time alone among concurrent moves and bookings", async () => {
    const bookings = [await bookTime(timeAt("10:00")), await bookTime(timeAt("11:00")), await bookTime(timeAt("13:00"))];
    const start = timeAt("15:00");
    const moves = bookings.map(({ page }) => postForm(app, page, buildMoveForm(start)).then(({ status }) => status));
    const books = [1, 2].map(() =>
      createVisitorClient(app)
        .bookTime({ token: bookings[0]?.link.token ?? "", start, ...buildVisitor() })
        .then(
          ({ status }) => status,
          ({ status }) => status,
        ),
    );
    const statuses = await Promise.all([...moves, ...books]);
    expect(statuses.filter((status) => status < 300).length).toBe(1);
    expect((await readCalendar()).filter((bookedStart) => bookedStart === start).length).toBe(1);
  });

  it("follows changes of the host: moved, cancelled or past", async () => {
    const { page } = await bookTime();
    const [entry] = (await host.client.getCalendar({ from: MONDAY, to: MONDAY })).data;
    const id = entry?.id ?? "";
    await host.client.updateActivity({ id, start_datetime: timeAt("15:00"), end_datetime: timeAt("16:00") });
    expect((await openPage(app, page)).body).toContain("15:00 · UTC");
    await host.client.cancelActivity({ id });
    expect(pageTitle(await openPage(app, page))).toBe("This meeting is cancelled");
    expect((await postForm(app, page, "act=cancel")).status).toBe(409);
  });

  it("can be cancelled but not moved after the link is deleted, and requires the link of the mail for both", async () => {
    const { link, page, token } = await bookTime();
    await host.client.deleteBookingLink({ id: link.id });
    expect((await postForm(app, page, buildMoveForm(timeAt("13:00")))).status).toBe(409);
    const [tenantId = "", id = ""] = token.split(".");
    const otherParts = (await bookTime(timeAt("16:00"))).token.split(".");
    for (const forged of [
      `${tenantId}.${id}.`,
      `${tenantId}.${id}.${otherParts[2]}`,
      `${(await signUp(app)).id}.${id}.${token.split(".")[2]}`,
    ]) {
      const errorPage = await postForm(app, `${ORIGIN}/booking?token=${forged}`, "act=cancel");
      expect([errorPage.status, pageTitle(errorPage)]).toEqual([404, "Page not found"]);
    }
    expect(await readCalendar()).toEqual([timeAt("12:00"), timeAt("16:00")]);
    expect(pageTitle(await postForm(app, page, "act=cancel"))).toBe("This meeting is cancelled");
    expect(await readCalendar()).toEqual([timeAt("16:00")]);
  });
});
