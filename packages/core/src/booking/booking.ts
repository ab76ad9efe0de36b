import * as z from "zod";
import { Activity } from "../activity/activity.ts";
import { RateLimit } from "../auth/rate-limit.ts";
import { isBot } from "../intake/form.rules.ts";
import { Clock } from "../kernel/clock.ts";
import { useRequest, useTenant } from "../kernel/context.ts";
import { conflict, type Detail, forbidden, invalidAll, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { email, instant, name, phone, text, zone } from "../kernel/schema.ts";
import { acting } from "../sign-in/acting.ts";
import { visitor } from "../sign-in/visitor.ts";
import { get as getItem } from "../storage/table/database.ts";
import { hashed, type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { Ahead } from "./ahead.ts";
import { type BookingRecord, Bookings } from "./booking.entity.ts";
import { MOST_ATTEMPTS, through } from "./entrance.ts";
import { Fence } from "./fence.ts";
import type { LinkRecord } from "./link.entity.ts";
import { spanOfBooked } from "./meeting.ts";
import { offered } from "./shown.ts";
import { endOf, fencesOf, hostsOf, requireFree, taken, zoneOf } from "./times.ts";
import { BookingToken } from "./token.ts";
import { type Visitor, visitorOf } from "./visitor.ts";

/** How a visitor books a time of a link: once, however often they press, and nobody beside them. */

/** What a visitor tells. */
export const Told = z.strictObject({
  token: text(200).describe("The link's"),
  start: instant().describe("One of the slots"),
  duration_minutes: z.number().int().optional().describe("One of those offered; the first unless told otherwise"),
  name: name(200),
  email: email(),
  phone: phone().nullish(),
  note: text(2000).nullish(),
  answers: z.array(text(500)).max(5).default([]).describe("To the link's questions, in their order"),
  timezone: zone().nullish().describe("In which they are told of it; the host's unless told otherwise"),
  request_id: z
    .string()
    .regex(/^[\w-]{16,100}$/, "16 to 100 letters, digits, _ and -")
    .optional()
    .describe("Of the sender's making, not to be guessed: the same one again books nothing more, and has the same answer"),
});
type Told = z.output<typeof Told>;

export const Booked = z.object({
  start: instant(),
  end: instant(),
  timezone: z.string(),
  booking_token: z.string().describe("By which the visitor sees, moves and cancels it"),
});
type Booked = z.output<typeof Booked>;

export const book = fn(Told, (told) =>
  through(told.token, async ({ link }) => {
    const { user_agent, prefetch } = useRequest();
    if (prefetch || isBot(user_agent)) throw forbidden("Programs that look at pages book nothing");
    await RateLimit.take(`${link.id}.book.${visitor()}`, MOST_ATTEMPTS);
    const minutes = offered(link, told.duration_minutes ?? link.durations_minutes[0]);
    requireAnswers(link, told);
    return retryOnConflict(async () => (await repeated(link, told)) ?? (await booked(link, told, minutes)));
  }),
);

function requireAnswers({ questions }: LinkRecord, { answers }: Told): void {
  const details: Detail[] = questions.flatMap(({ is_required }, at) =>
    is_required && !answers[at]?.trim() ? [{ field: `answers[${at}]`, message: "Required" }] : [],
  );
  if (answers.length > questions.length)
    details.push({ field: "answers", message: `More than the ${questions.length} that are asked for` });
  if (details.length > 0) throw invalidAll(details);
}

/** What a request of this name has booked before; undefined for the first one. */
async function repeated(link: LinkRecord, told: Told): Promise<Booked | undefined> {
  const item = told.request_id === undefined ? undefined : await getItem(requestKey(link, told.request_id));
  if (!item) return undefined;
  if (item.said !== saidBy(told)) throw conflict("Something else was booked by this request_id");
  const booking = await Records.load(Bookings, String(item.booking));
  const [activity] = booking ? await Activity.standing([booking.activity_id]) : [];
  if (!booking || !activity) throw taken();
  return answerOf(booking, activity);
}

const requestKey = (link: LinkRecord, request: string): Key => ({
  pk: tenantKey(useTenant(), "BOOKED", hashed(link.id, request)),
  sk: "once",
});
const saidBy = ({ start, email: address, duration_minutes }: Told): string =>
  hashed(start, address.toLowerCase(), String(duration_minutes ?? ""));

/** Seconds for which a repeat is known as one. */
const REMEMBERED = 8 * 24 * 60 * 60;

function remember(tx: Transaction, link: LinkRecord, told: Told, booking: string): void {
  if (told.request_id === undefined) return;
  const ttl = Clock.epoch(Clock.after(REMEMBERED));
  tx.put(
    { ...requestKey(link, told.request_id), booking, said: saidBy(told), ttl },
    { condition: "attribute_not_exists(pk)", refused: () => new Moved("The same request came a moment before") },
  );
}

async function answerOf(booking: BookingRecord, activity: Activity.Activity): Promise<Booked> {
  const { start, end } = spanOfBooked(activity);
  return { start, end, timezone: booking.timezone, booking_token: await BookingToken.of(booking.id) };
}

/** Books; begins anew (`Moved`) where somebody else books with the same host on the same day at the same moment. */
async function booked(link: LinkRecord, told: Told, minutes: number): Promise<Booked> {
  const end = endOf(told.start, minutes);
  const { owner_id } = link;
  // The fences come first: whoever raises one behind this read is either seen below, or lets this one begin anew.
  const [fences, ahead] = await Promise.all([
    fencesOf(link, told.start, end).then(Fence.readAll),
    Ahead.read(owner_id, told.email),
  ]);
  await requireFree(link, told.start, minutes);
  const host = await acting(owner_id, { request: useRequest().id, onlyReads: true });
  if (!host) throw notFound();
  const visitor = await visitorOf({ ...told, phone: told.phone ?? null }, owner_id, host, ahead.lead_id);
  const activity = await activityOf(link, told, end, visitor);
  const booking = Records.born(Bookings, {
    ...{ link_id: link.id, activity_id: activity.id, owner_id, status: "BOOKED" as const, moved_at: null },
    ...{ name: told.name, email: told.email, timezone: told.timezone ?? (await zoneOf(link)) },
    ...{ duration_minutes: minutes, starts_at: told.start },
  });
  const tx = Activity.add(transaction(), activity).create(Bookings, booking);
  await visitor.write(tx, activity.created_at);
  for (const fence of fences) Fence.raise(tx, fence, end);
  Ahead.add(tx, ahead, activity.id, end, visitor.lead_id);
  remember(tx, link, told, booking.id);
  return tx.commit(await answerOf(booking, activity));
}

/** What stands in the calendars of the hosts. */
async function activityOf(
  link: LinkRecord,
  told: Told,
  end: string,
  { related, person_id }: Pick<Visitor, "related" | "person_id">,
): Promise<Activity.Activity> {
  const { activity_type_id, meeting_type_id } = link;
  const hosts = hostsOf(link).map((user_id, at) => ({ user_id, participant_type: at === 0 ? "ORGANIZER" : "REQUIRED" }) as const);
  const prepared = await Activity.prepare(
    {
      ...{ activity_type_id, meeting_type_id, meeting_location: link.location },
      ...{ subject: `${link.name}: ${told.name}`.slice(0, 255).toWellFormed(), description: descriptionOf(link, told) },
      ...{ assigned_to_id: link.owner_id, start_datetime: told.start, end_datetime: end, participants: hosts },
    },
    related,
    { activity_type_id, meeting_type_id },
  );
  // The person may be written in this very transaction, and so not be there to be looked up.
  const person = { id: person_id, user_id: null, contact_id: null, person_id };
  const guest = { ...person, participant_type: "REQUIRED", response_status: "ACCEPTED" } as const;
  return { ...prepared, participants: [...prepared.participants, guest] };
}

const descriptionOf = ({ questions }: LinkRecord, { name: called, email: address, phone: number, note, answers }: Told): string =>
  [
    `Booked by ${called}, ${[address, number].filter(Boolean).join(", ")}`,
    ...(note ? [note] : []),
    ...questions.flatMap(({ label }, at) => (answers[at]?.trim() ? [`${label}: ${answers[at]}`] : [])),
  ].join("\n\n");

export * as Booking from "./booking.ts";
