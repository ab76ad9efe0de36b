import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useRequest, useTenant } from "../../kernel/context.ts";
import { conflict, type ErrorDetail, forbidden, invalidAll, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { email, instant, name, phone, text, zone } from "../../kernel/schema.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { isCrawler } from "../../kernel/user-agent.ts";
import { Activity } from "../../people/activity/activity.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { visitorHash } from "../../platform/sign-in/visitor.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type BookingRecord, Bookings } from "./booking.entity.ts";
import { BookingLock } from "./booking-lock.ts";
import { computeEnd, listHosts, listLocks, readOwnerZone, requireFree, slotTakenError } from "./free-slots.ts";
import type { LinkRecord } from "./link.entity.ts";
import { requireDuration } from "./link-availability.ts";
import { resolveSpan } from "./meeting.ts";
import { MAX_ATTEMPTS, withLink } from "./resolve-token.ts";
import { BookingToken } from "./token.ts";
import { UpcomingMeetings } from "./upcoming-meetings.ts";
import { resolveVisitor, type Visitor } from "./visitor.ts";

/** Bookings by visitors. A repeated request books once, and two visitors cannot book the same time. */

/** The data that a visitor enters. */
export const BookingInput = z.strictObject({
  token: text(200).describe("Token of the booking link"),
  start: instant().describe("Start of one of the offered slots"),
  duration_minutes: z.number().int().optional().describe("One of the offered durations. Default: the first"),
  name: name(200),
  email: email(),
  phone: phone().nullish(),
  note: text(2000).nullish(),
  answers: z.array(text(500)).max(5).default([]).describe("Answers to the questions of the link, in order"),
  timezone: zone().nullish().describe("Time zone in which times are shown to the visitor. Default: the host's time zone"),
  request_id: z
    .string()
    .regex(/^[\w-]{16,100}$/, "Must be 16 to 100 letters, digits, _ or -")
    .optional()
    .describe("Unguessable id chosen by the sender. A repeat with the same id books nothing more and gets the same response"),
});
type BookingInput = z.output<typeof BookingInput>;

export const BookingConfirmation = z.object({
  start: instant(),
  end: instant(),
  timezone: z.string(),
  booking_token: z.string().describe("Lets the visitor view, move and cancel the booking"),
});
type BookingConfirmation = z.output<typeof BookingConfirmation>;

export const book = fn(BookingInput, (input) =>
  withLink(input.token, async ({ link }) => {
    const { user_agent, prefetch } = useRequest();
    if (prefetch || isCrawler(user_agent)) throw forbidden("Automated clients cannot book");
    await RateLimit.take(`${link.id}.book.${visitorHash()}`, MAX_ATTEMPTS);
    const minutes = requireDuration(link, input.duration_minutes ?? link.durations_minutes[0]);
    requireAnswers(link, input);
    return retryOnConflict(async () => (await findRepeat(link, input)) ?? (await createBooking(link, input, minutes)));
  }),
);

function requireAnswers({ questions }: LinkRecord, { answers }: BookingInput): void {
  const details: ErrorDetail[] = questions.flatMap(({ is_required }, index) =>
    is_required && !answers[index]?.trim() ? [{ field: `answers[${index}]`, message: "Required" }] : [],
  );
  if (answers.length > questions.length)
    details.push({ field: "answers", message: `Must have at most ${questions.length} answers` });
  if (details.length > 0) throw invalidAll(details);
}

/** Returns the booking of an earlier request with the same `request_id`; undefined for the first request. */
async function findRepeat(link: LinkRecord, input: BookingInput): Promise<BookingConfirmation | undefined> {
  const item = input.request_id === undefined ? undefined : await readItem(requestKey(link, input.request_id));
  if (!item) return undefined;
  if (item.said !== hashRequest(input)) throw conflict("This request_id was already used for another booking");
  const booking = await Records.load(Bookings, String(item.booking));
  const [activity] = booking ? await Activity.loadLive([booking.activity_id]) : [];
  if (!booking || !activity) throw slotTakenError();
  return buildConfirmation(booking, activity);
}

const requestKey = (link: LinkRecord, request: string): Key => ({
  pk: tenantKey(useTenant(), "BOOKED", hashTexts(link.id, request)),
  sk: "once",
});
const hashRequest = ({ start, email: address, duration_minutes }: BookingInput): string =>
  hashTexts(start, address.toLowerCase(), String(duration_minutes ?? ""));

/** Seconds for which repeats of a request are recognised. */
const IDEMPOTENCY_SECONDS = 8 * 24 * 60 * 60;

function rememberRequest(tx: Transaction, link: LinkRecord, input: BookingInput, booking: string): void {
  if (input.request_id === undefined) return;
  const ttl = Clock.toEpochSeconds(Clock.addSeconds(IDEMPOTENCY_SECONDS));
  tx.put(
    { ...requestKey(link, input.request_id), booking, said: hashRequest(input), ttl },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => new WriteConflict("The same request was processed at the same time"),
    },
  );
}

async function buildConfirmation(booking: BookingRecord, activity: Activity.Activity): Promise<BookingConfirmation> {
  const { start, end } = resolveSpan(activity);
  return { start, end, timezone: booking.timezone, booking_token: await BookingToken.build(booking.id) };
}

/** Creates a booking. Fails with a `WriteConflict` if another booking of the same host and day is written at the same moment. */
async function createBooking(link: LinkRecord, input: BookingInput, minutes: number): Promise<BookingConfirmation> {
  const end = computeEnd(input.start, minutes);
  const { owner_id } = link;
  // The locks must be read before the calendar: a booking that bumps a lock after this read is either visible below, or makes this
  // transaction fail.
  const [fences, upcomingMeetings] = await Promise.all([
    listLocks(link, input.start, end).then(BookingLock.readAll),
    UpcomingMeetings.read(owner_id, input.email),
  ]);
  await requireFree(link, input.start, minutes);
  const host = await buildActorContext(owner_id, { authority: "booking_host", request: useRequest().id, isReadOnly: true });
  if (!host) throw notFound();
  const visitor = await resolveVisitor({ ...input, phone: input.phone ?? null }, owner_id, host, upcomingMeetings.lead_id);
  const activity = await buildActivity(link, input, end, visitor);
  const booking = Records.init(Bookings, {
    ...{ link_id: link.id, activity_id: activity.id, owner_id, status: "BOOKED" as const, moved_at: null },
    ...{ name: input.name, email: input.email, timezone: input.timezone ?? (await readOwnerZone(link)) },
    ...{ duration_minutes: minutes, starts_at: input.start },
  });
  const tx = Activity.add(transaction(), activity).create(Bookings, booking);
  await visitor.write(tx, activity.created_at);
  for (const fence of fences) BookingLock.bump(tx, fence, end);
  UpcomingMeetings.add(tx, upcomingMeetings, activity.id, end, visitor.lead_id);
  rememberRequest(tx, link, input, booking.id);
  return tx.commit(await buildConfirmation(booking, activity));
}

/** Builds the activity for the calendars of the hosts. */
async function buildActivity(
  link: LinkRecord,
  input: BookingInput,
  end: string,
  { related, person_id }: Pick<Visitor, "related" | "person_id">,
): Promise<Activity.Activity> {
  const { activity_type_id, meeting_type_id } = link;
  const hosts = listHosts(link).map(
    (user_id, index) => ({ user_id, participant_type: index === 0 ? "ORGANIZER" : "REQUIRED" }) as const,
  );
  const prepared = await Activity.prepare(
    {
      ...{ activity_type_id, meeting_type_id, meeting_location: link.location },
      ...{ subject: toSingleLine(`${link.name}: ${input.name}`, 255), description: formatDescription(link, input) },
      ...{ assigned_to_id: link.owner_id, start_datetime: input.start, end_datetime: end, participants: hosts },
    },
    related,
    { activity_type_id, meeting_type_id },
  );
  // The person may be created in this transaction and then cannot be looked up, so the guest is added without validation.
  const person = { id: person_id, user_id: null, contact_id: null, person_id };
  const guest = { ...person, participant_type: "REQUIRED", response_status: "ACCEPTED" } as const;
  return { ...prepared, participants: [...prepared.participants, guest] };
}

const formatDescription = (
  { questions }: LinkRecord,
  { name: visitorName, email: address, phone: number, note, answers }: BookingInput,
): string =>
  [
    `Booked by ${visitorName}, ${[address, number].filter(Boolean).join(", ")}`,
    ...(note ? [note] : []),
    ...questions.flatMap(({ label }, index) => (answers[index]?.trim() ? [`${label}: ${answers[index]}`] : [])),
  ].join("\n\n");

export * as Booking from "./booking.ts";
