import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { type ErrorDetail, type Failure, httpStatusByCode, invalid, isFailure } from "@crm/core/kernel/error.ts";
import { date, instant } from "@crm/core/kernel/schema.ts";
import { addDays, instantToDay, isZone } from "@crm/core/kernel/time-zone.ts";
import { Booking } from "@crm/core/scheduling/booking/booking.ts";
import { LinkAvailability } from "@crm/core/scheduling/booking/link-availability.ts";
import { Meetings } from "@crm/core/scheduling/booking/meeting.ts";
import { BASE_PATH, type RawResponse } from "../http/operation.ts";
import { renderInput, renderPage, renderTextArea } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

/**
 * The query of the pages on which visitors book: they choose a day and a time, enter their details, and come back by a link to
 * move or cancel the booking. Opening a page changes nothing, and each page works without a script.
 */
interface AddressQuery {
  token: string;
  timezone?: string | undefined;
  from?: string | undefined;
  duration_minutes?: string | undefined;
  start?: string | undefined;
}

type BookingPath = "/book" | "/booking";

/** Parses the query. Invalid values are left out. */
function parseAddress({ timezone, from, duration_minutes: minutes, start, ...rest }: AddressQuery) {
  return {
    ...rest,
    ...(timezone && isZone(timezone) ? { timezone } : {}),
    ...(from && date().safeParse(from).success ? { from } : {}),
    ...(minutes && /^\d{1,3}$/.test(minutes) ? { duration_minutes: Number(minutes) } : {}),
    ...(start && instant().safeParse(start).success ? { start } : {}),
  };
}
type ParsedAddress = ReturnType<typeof parseAddress>;

const buildUrl = (path: string, query: object): string =>
  `${path}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]))}`;

/** Shows the times of a week, or the form for the visitor's details once a time is chosen. */
export async function show(address: AddressQuery): Promise<RawResponse> {
  const parsedAddress = parseAddress(address);
  const { start, ...look } = parsedAddress;
  const offer = await LinkAvailability.show(look);
  return start === undefined ? timesPage("/book", offer, parsedAddress) : formPage(offer, { ...look, start });
}

/** A form sends the time that its page shows by itself: of its address, only the token counts. */
const renderHiddenInputs = (values: Readonly<Record<string, string | number>>): Markup[] =>
  Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

const renderHead = ({
  host,
  organisation,
  description,
}: LinkAvailability.AvailabilityInfo): Markup => html`<p>With <strong>${host}</strong>, ${organisation}.</p>
${description === null ? undefined : html`<p class="text">${description}</p>`}`;

const WEEK_DAYS = 7;

function timesPage(path: BookingPath, offer: LinkAvailability.AvailabilityInfo, address: ParsedAddress): RawResponse {
  const { token, timezone: _zone, start: _start, ...rest } = address;
  const { timezone, duration_minutes } = offer;
  const today = instantToDay(timezone, Clock.now());
  const from = address.from ?? today;
  const look = { token, timezone, duration_minutes };
  const days = Map.groupBy(offer.slots, ({ local }) => local.slice(0, 10));
  const earlierDay = [today, addDays(from, -WEEK_DAYS)].toSorted().at(-1) ?? today;
  return renderPage(
    path === "/book" ? offer.name : `Another time: ${offer.name}`,
    html`${renderHead(offer)}
${renderChoices(path, offer, { ...rest, token, from })}
${days.size === 0 ? html`<p>No times are available on these days.</p>` : undefined}
${[...days].map(
  ([day, slots]) => html`<h2>${formatDay(day)}</h2>
<ul class="times">
${slots.map(({ start, local }) => html`<li><a href="${buildUrl(path, { ...look, start })}">${local.slice(11, 16)}</a></li>`)}
</ul>
`,
)}
<p>${from > today ? html`<a href="${buildUrl(path, { ...look, from: earlierDay })}">Earlier</a> ` : undefined}<a href="${buildUrl(path, { ...look, from: addDays(from, WEEK_DAYS) })}">Later</a></p>`,
  );
}

/** Renders the choice of the time zone, the first day and the duration. */
function renderChoices(
  path: BookingPath,
  { timezone, duration_minutes, durations_minutes }: LinkAvailability.AvailabilityInfo,
  address: { token: string; from: string },
): Markup {
  const zones = [...new Set([timezone, ...Intl.supportedValuesOf("timeZone")])];
  const option = (value: string | number, selectedValue: string | number, text: string) =>
    html`<option value="${value}"${value === selectedValue ? html` selected` : undefined}>${text}</option>`;
  const lengths = durations_minutes.map((minutes) => option(minutes, duration_minutes, `${minutes} minutes`));
  return html`<form method="get" action="${path}">
<input type="hidden" name="token" value="${address.token}">
<div class="field"><label for="timezone">Your time zone</label>
<select id="timezone" name="timezone">${zones.map((zone) => option(zone, timezone, zone.replaceAll("_", " ")))}</select></div>
<div class="field"><label for="from">From</label>
<input id="from" name="from" type="date" value="${address.from}"></div>
${
  durations_minutes.length < 2
    ? undefined
    : html`<div class="field"><label for="duration_minutes">Duration</label>
<select id="duration_minutes" name="duration_minutes">${lengths}</select></div>`
}
<button class="other">Show times</button>
</form>`;
}

const formatDay = (day: string): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", dateStyle: "full" }).format(Date.parse(day));

const formatTime = (start: string, timezone: string): string =>
  `${new Intl.DateTimeFormat("en-GB", { timeZone: timezone, dateStyle: "full", timeStyle: "short" }).format(Date.parse(start))} (${timezone})`;

interface BookingForm extends AddressQuery {
  name: string;
  email: string;
  phone: string;
  note: string;
  answers: readonly string[];
  request_id?: string | undefined;
  company_address: string;
}

const EMPTY_FORM = { name: "", email: "", phone: "", note: "", answers: [] };

function formPage(
  offer: LinkAvailability.AvailabilityInfo,
  { start, token }: ParsedAddress & { start: string },
  form: Pick<BookingForm, "name" | "email" | "phone" | "note" | "answers" | "request_id"> = EMPTY_FORM,
  errors: readonly ErrorDetail[] = [],
): RawResponse {
  const { timezone, duration_minutes, questions } = offer;
  const questionInputs = questions.map(({ label, is_required }, index) =>
    renderInput({
      ...{ id: `answers[${index}]`, name: "answers", label, type: "text", autocomplete: "off", value: form.answers[index] ?? "" },
      ...{ optional: !is_required, errors },
    }),
  );
  const body = html`${renderHead(offer)}
<p><strong>${formatTime(start, timezone)}</strong>, ${duration_minutes} minutes. <a href="${buildUrl("/book", { token, timezone, duration_minutes })}">Another time</a></p>
<form method="post" action="${buildUrl("/book", { token })}">
${renderHiddenInputs({ timezone, duration_minutes, start })}
<input type="hidden" name="request_id" value="${form.request_id ?? randomUUID()}">
${renderInput({ name: "name", label: "Your name", type: "text", autocomplete: "name", value: form.name, errors })}
${renderInput({ name: "email", label: "Your email address", type: "email", autocomplete: "email", value: form.email, errors })}
${renderInput({ name: "phone", label: "Your phone number", type: "tel", autocomplete: "tel", value: form.phone, optional: true, errors })}
${questionInputs}
${renderTextArea({ name: "note", label: "Topic of the meeting", value: form.note, errors })}
<div class="apart" aria-hidden="true"><label>Leave this empty <input name="company_address" tabindex="-1" autocomplete="off"></label></div>
<button>Book</button>
</form>`;
  return renderPage(offer.name, body, errors.length > 0 ? httpStatusByCode.VALIDATION_ERROR : 200);
}

/**
 * Books the chosen time. Invalid input is reported at its boxes. If the time was taken meanwhile, the page links to the others.
 */
export async function book({ company_address: trap, ...form }: BookingForm): Promise<RawResponse> {
  const parsedAddress = parseAddress({
    token: form.token,
    timezone: form.timezone,
    duration_minutes: form.duration_minutes,
    start: form.start,
  });
  const { start, ...look } = parsedAddress;
  if (start === undefined) throw invalid("start", "Choose a time first");
  if (trap !== "") throw invalid("company_address", "Must be left empty");
  const { name, email, phone, note, answers, request_id } = form;
  try {
    const visitorFields = { name, email, phone: phone || null, note: note || null, answers: [...answers], request_id };
    const booked = await Booking.book({ ...look, ...visitorFields, start });
    return meetingPage("Your meeting is booked", await Meetings.get({ token: booked.booking_token }));
  } catch (error) {
    if (isFailure(error, "CONFLICT")) return takenPage(error, buildUrl("/book", look));
    if (!isFailure(error, "VALIDATION_ERROR") || !isFormFailure(error, answers.length)) throw error;
    return formPage(await LinkAvailability.show(look), { ...look, start }, form, error.details);
  }
}

const formFields = new Set(["name", "email", "phone", "note"]);
const isFormFailure = ({ details }: Failure, questions: number): boolean =>
  details.every(({ field }) => formFields.has(field) || (questions > 0 && field.startsWith("answers[")));

const takenPage = ({ message }: Failure, alternativesUrl: string): RawResponse =>
  renderPage(
    "This time is no longer available",
    html`<p>${message}.</p>
<p><a href="${alternativesUrl}">See other times</a></p>`,
    httpStatusByCode.CONFLICT,
  );

/**
 * Shows a booking; with a choice in the query, other times to which it can be moved; with a chosen time, the button that moves
 * it.
 */
export async function showBooking(address: AddressQuery): Promise<RawResponse> {
  const parsedAddress = parseAddress(address);
  const { start, duration_minutes: _length, ...rest } = parsedAddress;
  if (start !== undefined) return movePage(await Meetings.get({ token: parsedAddress.token }), { ...parsedAddress, start });
  if (parsedAddress.from === undefined && parsedAddress.timezone === undefined)
    return meetingPage("Your meeting", await Meetings.get({ token: parsedAddress.token }));
  return timesPage("/booking", await Meetings.listAlternatives(rest), parsedAddress);
}

function movePage(
  meeting: Meetings.Meeting,
  { token, start, timezone = meeting.timezone }: ParsedAddress & { start: string },
): RawResponse {
  return renderPage(
    `Move: ${meeting.name}`,
    html`<p>From <strong>${formatTime(meeting.start, timezone)}</strong></p>
<p>to <strong>${formatTime(start, timezone)}</strong></p>
<form method="post" action="${buildUrl("/booking", { token })}">
${renderHiddenInputs({ start })}
<div class="buttons"><button name="act" value="move">Move the meeting</button></div>
</form>
<p><a href="${buildUrl("/booking", { token })}">Keep the present time</a></p>`,
  );
}

function meetingPage(title: string, meeting: Meetings.Meeting): RawResponse {
  const { token, name, host, organisation, location, start, end, timezone, stands: isActive, isAhead, isMovable } = meeting;
  const minutes = Math.round((Date.parse(end) - Date.parse(start)) / 60_000);
  const summary = html`<p><strong>${name}</strong> with <strong>${host}</strong>, ${organisation}.</p>
<p><strong>${formatTime(start, timezone)}</strong>, ${minutes} minutes.</p>
${location === null ? undefined : html`<p class="text">${location}</p>`}`;
  if (!isActive || !isAhead)
    return renderPage(
      isActive ? "This meeting is over" : "This meeting is cancelled",
      html`${summary}
${isMovable ? html`<p><a href="${buildUrl("/book", { token: meeting.link_token })}">Book another time</a></p>` : undefined}`,
    );
  const moveLink = isMovable
    ? html`<p><a href="${buildUrl("/booking", { token, timezone })}">Choose another time</a></p>`
    : undefined;
  return renderPage(
    title,
    html`${summary}
<p><a href="${BASE_PATH}/public/bookings/${token}">Add it to your calendar</a></p>
${moveLink}
<form method="post" action="${buildUrl("/booking", { token })}">
<div class="buttons"><button name="act" value="cancel" class="other">Cancel the meeting</button></div>
</form>
<p>You will receive an email with <a href="${buildUrl("/booking", { token })}">a link to this page</a>.</p>`,
  );
}

export async function submit({
  token,
  start,
  act: action,
}: {
  token: string;
  start?: string | undefined;
  act: string;
}): Promise<RawResponse> {
  if (action === "cancel") return meetingPage("This meeting is cancelled", await Meetings.cancel({ token }));
  const parsedAddress = parseAddress({ token, start });
  if (parsedAddress.start === undefined) throw invalid("start", "Choose a time first");
  try {
    return meetingPage("Your meeting has been moved", await Meetings.move({ token, start: parsedAddress.start }));
  } catch (error) {
    if (isFailure(error, "CONFLICT")) return takenPage(error, buildUrl("/booking", { token }));
    throw error;
  }
}
