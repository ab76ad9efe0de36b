import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { useRequest } from "@crm/core/kernel/context.ts";
import { type ErrorDetail, type Failure, httpStatusByCode, invalid, isFailure } from "@crm/core/kernel/error.ts";
import { date, instant } from "@crm/core/kernel/schema.ts";
import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import { addDays, instantToDay, isZone } from "@crm/core/kernel/time-zone.ts";
import { formatZone, readZoneCity } from "@crm/core/kernel/zone-name.ts";
import { Booking } from "@crm/core/scheduling/booking/booking.ts";
import { translationsFor } from "@crm/core/scheduling/booking/i18n.ts";
import { LinkAvailability } from "@crm/core/scheduling/booking/link-availability.ts";
import { Meetings } from "@crm/core/scheduling/booking/meeting.ts";
import { loadErrorLanguage } from "../http/error-language.ts";
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
function parseAddress({ timezone, from, duration_minutes, start, ...rest }: AddressQuery) {
  return {
    ...rest,
    ...(timezone && isZone(timezone) ? { timezone } : {}),
    ...(from && date().safeParse(from).success ? { from } : {}),
    ...(duration_minutes && /^\d{1,3}$/.test(duration_minutes) ? { duration_minutes: Number(duration_minutes) } : {}),
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

/** The language of the visitor, once the token is resolved. */
function readLocale() {
  const { language = "en" } = useRequest();
  return { language, words: translationsFor(language) };
}

const renderHead = ({
  host,
  organisation,
  description,
}: LinkAvailability.AvailabilityInfo): Markup => html`<p>${fillPlaceholders(readLocale().words.with, { host, from: organisation })}</p>
${description === null ? undefined : html`<p class="text">${description}</p>`}`;

const WEEK_DAYS = 7;

function timesPage(path: BookingPath, offer: LinkAvailability.AvailabilityInfo, address: ParsedAddress): RawResponse {
  const { token, timezone: _zone, start: _start, ...rest } = address;
  const { timezone, duration_minutes } = offer;
  const { language, words } = readLocale();
  const today = instantToDay(timezone, Clock.now());
  const from = address.from ?? today;
  const look = { token, timezone, duration_minutes };
  const days = Map.groupBy(offer.slots, ({ local }) => local.slice(0, 10));
  const earlierDay = [today, addDays(from, -WEEK_DAYS)].toSorted().at(-1) ?? today;
  return renderPage(
    path === "/book" ? offer.name : fillPlaceholders(words.another_title, { name: offer.name }),
    html`${renderHead(offer)}
${renderChoices(path, offer, { ...rest, token, from })}
${days.size === 0 ? html`<p>${words.no_times}</p>` : undefined}
${[...days].map(
  ([day, slots]) => html`<h2>${formatDay(day, language)}</h2>
<ul class="times">
${slots.map(({ start, local }) => html`<li><a href="${buildUrl(path, { ...look, start })}">${local.slice(11, 16)}</a></li>`)}
</ul>
`,
)}
<p>${from > today ? html`<a href="${buildUrl(path, { ...look, from: earlierDay })}">${words.earlier}</a> ` : undefined}<a href="${buildUrl(path, { ...look, from: addDays(from, WEEK_DAYS) })}">${words.later}</a></p>`,
    200,
    { language },
  );
}

/** Renders the choice of the time zone, the first day and the duration. */
function renderChoices(
  path: BookingPath,
  { timezone, duration_minutes, durations_minutes }: LinkAvailability.AvailabilityInfo,
  address: { token: string; from: string },
): Markup {
  const { language, words } = readLocale();
  const option = (value: string | number, selectedValue: string | number, text: string) =>
    html`<option value="${value}"${value === selectedValue ? html` selected` : undefined}>${text}</option>`;
  const lengths = durations_minutes.map((minutes) => option(minutes, duration_minutes, formatMinutes(minutes, language)));
  return html`<form method="get" action="${path}">
<input type="hidden" name="token" value="${address.token}">
<div class="field"><label for="timezone">${words.zone}</label>
<select id="timezone" name="timezone">${listZones(timezone, language).map((zone) => option(zone, timezone, readZoneCity(zone)))}</select></div>
<div class="field"><label for="from">${words.from}</label>
<input id="from" name="from" type="date" value="${address.from}"></div>
${
  durations_minutes.length < 2
    ? undefined
    : html`<div class="field"><label for="duration_minutes">${words.duration}</label>
<select id="duration_minutes" name="duration_minutes">${lengths}</select></div>`
}
<button class="other">${words.show_times}</button>
</form>`;
}

/** Lists the time zones in the order of their cities. */
function listZones(timezone: string, language: string): string[] {
  const { compare } = new Intl.Collator(language);
  const zones = [...new Set([timezone, ...Intl.supportedValuesOf("timeZone")])];
  return zones.sort((zone, other) => compare(readZoneCity(zone), readZoneCity(other)));
}

/** English dates have the day first, because most visitors write them so. */
const toDateLocale = (language: string): string => (language === "en" ? "en-GB" : language);

const formatMinutes = (minutes: number, language: string): string =>
  new Intl.NumberFormat(language, { style: "unit", unit: "minute", unitDisplay: "long" }).format(minutes);

const formatDay = (day: string, language: string): string =>
  new Intl.DateTimeFormat(toDateLocale(language), { timeZone: "UTC", dateStyle: "full" }).format(Date.parse(day));

function formatTime(start: string, timezone: string, language: string): string {
  const instant = Date.parse(start);
  const format = new Intl.DateTimeFormat(toDateLocale(language), { timeZone: timezone, dateStyle: "full", timeStyle: "short" });
  return [format.format(instant), formatZone(timezone, language, instant)].join(" · ");
}

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
  const { language, words } = readLocale();
  const questionInputs = questions.map(({ label, is_required }, index) =>
    renderInput({
      ...{ id: `answers[${index}]`, name: "answers", type: "text", autocomplete: "off", value: form.answers[index] ?? "" },
      ...{ label: is_required ? label : fillPlaceholders(words.optional, { label }), optional: !is_required, saysOptional: true },
      errors,
    }),
  );
  const body = html`${renderHead(offer)}
<p><strong>${formatTime(start, timezone, language)}</strong> · ${formatMinutes(duration_minutes, language)} · <a href="${buildUrl("/book", { token, timezone, duration_minutes })}">${words.another_time}</a></p>
<form method="post" action="${buildUrl("/book", { token })}">
${renderHiddenInputs({ timezone, duration_minutes, start })}
<input type="hidden" name="request_id" value="${form.request_id ?? randomUUID()}">
${renderInput({ name: "name", label: words.your_name, type: "text", autocomplete: "name", value: form.name, errors })}
${renderInput({ name: "email", label: words.your_email, type: "email", autocomplete: "email", value: form.email, errors })}
${renderInput({ name: "phone", label: words.your_phone, type: "tel", autocomplete: "tel", value: form.phone, optional: true, saysOptional: true, errors })}
${questionInputs}
${renderTextArea({ name: "note", label: words.topic, value: form.note, saysOptional: true, errors })}
<div class="apart" aria-hidden="true"><label>${words.leave_empty} <input name="company_address" tabindex="-1" autocomplete="off"></label></div>
<button>${words.book}</button>
</form>`;
  return renderPage(offer.name, body, errors.length > 0 ? httpStatusByCode.VALIDATION_ERROR : 200, { language });
}

/**
 * Books the chosen time. Invalid input is reported at its boxes. If the time was taken meanwhile, the page links to the others.
 */
export async function book({ company_address, ...form }: BookingForm): Promise<RawResponse> {
  const parsedAddress = parseAddress({
    token: form.token,
    timezone: form.timezone,
    duration_minutes: form.duration_minutes,
    start: form.start,
  });
  const { start, ...look } = parsedAddress;
  if (start === undefined) throw invalid("start", "Choose a time first");
  if (company_address !== "") throw invalid("company_address", "Must be left empty");
  const { name, email, phone, note, answers, request_id } = form;
  try {
    const visitorFields = { name, email, phone: phone || null, note: note || null, answers: [...answers], request_id };
    const booked = await Booking.book({ ...look, ...visitorFields, start });
    return meetingPage("booked", await Meetings.get({ token: booked.booking_token }));
  } catch (error) {
    if (isFailure(error, "CONFLICT")) return takenPage(error, buildUrl("/book", look));
    if (!isFailure(error, "VALIDATION_ERROR") || !isFormFailure(error, answers.length)) throw error;
    return formPage(await LinkAvailability.show(look), { ...look, start }, form, await translateDetails(error.details));
  }
}

const formFields = new Set(["name", "email", "phone", "note"]);
const isFormFailure = ({ details }: Failure, questions: number): boolean =>
  details.every(({ field }) => formFields.has(field) || (questions > 0 && field.startsWith("answers[")));

/** Returns the errors at the boxes of the form in the language of the page. */
async function translateDetails(details: readonly ErrorDetail[]): Promise<ErrorDetail[]> {
  const { translate } = await loadErrorLanguage(readLocale().language);
  return details.map((detail) => ({ ...detail, message: translate(detail.message) }));
}

async function takenPage({ message }: Failure, alternativesUrl: string): Promise<RawResponse> {
  const { language, words } = readLocale();
  const { translate } = await loadErrorLanguage(language);
  const body = html`<p>${translate(message)}</p>
<p><a href="${alternativesUrl}">${words.see_other}</a></p>`;
  return renderPage(words.taken, body, httpStatusByCode.CONFLICT, { language });
}

/**
 * Shows a booking; with a choice in the query, other times to which it can be moved; with a chosen time, the button that moves
 * it.
 */
export async function showBooking(address: AddressQuery): Promise<RawResponse> {
  const parsedAddress = parseAddress(address);
  const { start, duration_minutes: _length, ...rest } = parsedAddress;
  if (start !== undefined) return movePage(await Meetings.get({ token: parsedAddress.token }), { ...parsedAddress, start });
  if (parsedAddress.from === undefined && parsedAddress.timezone === undefined)
    return meetingPage("yours", await Meetings.get({ token: parsedAddress.token }));
  return timesPage("/booking", await Meetings.listAlternatives(rest), parsedAddress);
}

function movePage(
  meeting: Meetings.Meeting,
  { token, start, timezone = meeting.timezone }: ParsedAddress & { start: string },
): RawResponse {
  const { language, words } = readLocale();
  return renderPage(
    fillPlaceholders(words.move_title, { name: meeting.name }),
    html`<p>${fillPlaceholders(words.move_from, { time: formatTime(meeting.start, timezone, language) })}</p>
<p><strong>${fillPlaceholders(words.move_to, { time: formatTime(start, timezone, language) })}</strong></p>
<form method="post" action="${buildUrl("/booking", { token })}">
${renderHiddenInputs({ start })}
<div class="buttons"><button name="act" value="move">${words.move}</button></div>
</form>
<p><a href="${buildUrl("/booking", { token })}">${words.keep}</a></p>`,
    200,
    { language },
  );
}

function meetingPage(title: "booked" | "yours" | "moved" | "cancelled", meeting: Meetings.Meeting): RawResponse {
  const { language, words } = readLocale();
  const { token, name, host, organisation, location, start, end, timezone, isActive, isAhead, isMovable } = meeting;
  const minutes = Math.round((Date.parse(end) - Date.parse(start)) / 60_000);
  const summary = html`<p>${fillPlaceholders(words.summary, { name, host, from: organisation })}</p>
<p><strong>${formatTime(start, timezone, language)}</strong> · ${formatMinutes(minutes, language)}</p>
${location === null ? undefined : html`<p class="text">${location}</p>`}`;
  if (!isActive || !isAhead)
    return renderPage(
      isActive ? words.over : words.cancelled,
      html`${summary}
${isMovable ? html`<p><a href="${buildUrl("/book", { token: meeting.link_token })}">${words.book_another}</a></p>` : undefined}`,
      200,
      { language },
    );
  const moveLink = isMovable
    ? html`<p><a href="${buildUrl("/booking", { token, timezone })}">${words.choose_another}</a></p>`
    : undefined;
  return renderPage(
    words[title],
    html`${summary}
<p><a href="${BASE_PATH}/public/bookings/${token}">${words.calendar}</a></p>
${moveLink}
<form method="post" action="${buildUrl("/booking", { token })}">
<div class="buttons"><button name="act" value="cancel" class="other">${words.cancel}</button></div>
</form>
<p><a href="${buildUrl("/booking", { token })}">${words.mailed}</a></p>`,
    200,
    { language },
  );
}

export async function submit({
  token,
  start,
  act,
}: {
  token: string;
  start?: string | undefined;
  act: string;
}): Promise<RawResponse> {
  if (act === "cancel") return meetingPage("cancelled", await Meetings.cancel({ token }));
  const parsedAddress = parseAddress({ token, start });
  if (parsedAddress.start === undefined) throw invalid("start", "Choose a time first");
  try {
    return meetingPage("moved", await Meetings.move({ token, start: parsedAddress.start }));
  } catch (error) {
    if (isFailure(error, "CONFLICT")) return takenPage(error, buildUrl("/booking", { token }));
    throw error;
  }
}
