import { useParams } from "@tanstack/react-router";
import { Copy, Plus, X } from "lucide-react";
import { useMemo, useState } from "react";
import { type ConsoleRecord, useRecord } from "../../../api/records.ts";
import { useKind } from "../../../api/schema.ts";
import { useTenant } from "../../../api/tenant.ts";
import { formatDate } from "../../../api/value-text.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { TimeField } from "../../../input/fields/time-field.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { bindText } from "../../../input/form/form-state.ts";
import { RecordError } from "../../../records/record/record-error.tsx";
import { hasFailed } from "../../../records/record/record-rules.ts";
import { nameRegion } from "../../../ui/i18n/format-region.ts";
import { listTimeZones } from "../../../ui/i18n/time-zones.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { DateField } from "../../../ui/kit/date-field.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { type Editor, EditorFooter, RecordEditor } from "../knowledge/record-editor.tsx";
import { copyToWorkdays, countWeekMinutes, type Hours, nameWeekday, type Window } from "./calendar-rules.ts";
import { DueExample } from "./due-example.tsx";
import { formatMinutes } from "./minutes.ts";
import type { CalendarTime } from "./sla-data.ts";
import { type Weekday, weekdays } from "./sla-rules.ts";
import { WeekBars } from "./week-bars.tsx";

const LIST_PATH = "/crm/support/calendars";
const MAX_WINDOWS = 6;
const OFFICE: readonly Window[] = [["09:00", "17:00"]];
const officeWeek: Hours = Object.fromEntries(weekdays.slice(0, 5).map((day) => [day, OFFICE]));

const fieldNames = ["name", "description", "timezone", "hours", "holidays", "extra_days", "holiday_country", "holiday_region"];
const readFields = (record: ConsoleRecord) => Object.fromEntries(fieldNames.map((name) => [name, record[name] ?? null]));
const hasInput = (path: string): boolean => /^(?:name|description|timezone|holiday_country|holiday_region)$/.test(path);

/** `/crm/support/calendars/create` and `/crm/support/calendars/edit/ID`. */
export function CalendarFormPage() {
  const t = useText();
  const { id } = useParams({ strict: false }) as { id?: string };
  const { organizationZone } = useTenant();
  const defaults = useMemo(
    () => ({
      ...{ name: "", description: null, timezone: organizationZone, hours: officeWeek },
      ...{ holidays: [], extra_days: {}, holiday_country: null, holiday_region: null },
    }),
    [organizationZone],
  );
  const { data: kind } = useKind("support_calendar");
  const calendar = useRecord(id === undefined ? undefined : kind, id ?? "");
  if (kind && hasFailed(calendar)) return <RecordError summary={kind} query={calendar} />;
  return (
    <PageFrame title={id === undefined ? t("New calendar") : t("Calendar of working time")} width="record">
      <RecordEditor
        key={id ?? ""}
        kindName="support_calendar"
        id={id}
        defaults={defaults}
        readFields={readFields}
        hasInput={hasInput}
      >
        {(editor) => <CalendarForm editor={editor} />}
      </RecordEditor>
    </PageFrame>
  );
}

interface CalendarValues extends CalendarTime {
  readonly description: string | null;
  readonly hours: Hours & CalendarTime["hours"];
  readonly holidays: readonly string[];
  readonly holiday_country: string | null;
}

/** Countries as choices. The API says which of them it knows the holidays of. */
const COUNTRIES =
  "AD AE AR AT AU BE BG BR CA CH CL CN CO CY CZ DE DK EE ES FI FR GB GR HK HR HU IE IL IN IS IT JP KR LI LT LU LV MA MC MT MX MY NL NO NZ PE PH PL PT RO RS SA SE SG SI SK TH TR TW UA US UY VN ZA".split(
    " ",
  );

function CalendarForm({ editor }: { readonly editor: Editor }) {
  const t = useText();
  const { locale } = useTextOptions();
  const { form, record, notices } = editor;
  const values = form.values as unknown as CalendarValues;
  const zones = useMemo(() => listTimeZones([values.timezone]), [values.timezone]);
  const countries = useMemo(
    () => COUNTRIES.map((id) => ({ id, label: nameRegion(locale, id) })).sort((a, b) => a.label.localeCompare(b.label, locale)),
    [locale],
  );
  const publicHolidays = ((record?.public_holidays ?? []) as readonly { readonly date: string; readonly name: string }[]).filter(
    ({ date }) => date >= new Date().toISOString().slice(0, 10),
  );
  const example: CalendarTime = {
    timezone: values.timezone,
    hours: values.hours,
    holidays: [...new Set([...values.holidays, ...publicHolidays.map(({ date }) => date)])].slice(0, 1000),
    extra_days: values.extra_days ?? {},
  };
  const timezoneError = form.errors.fields.timezone;
  const countryError = form.errors.fields.holiday_country;
  return (
    <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-(--home-columns)">
      <div className="flex min-w-0 flex-col gap-6">
        {notices}
        <TextField label={t("Name")} note="required" maxLength={100} {...bindText(form, "name")} />
        <div className="w-full max-w-field">
          <Combobox
            label={t("Time zone")}
            note="required"
            options={zones}
            selectedKey={values.timezone}
            onSelectionChange={(key) => key !== null && form.set("timezone", String(key))}
            {...(timezoneError === undefined ? {} : { error: timezoneError })}
          />
        </div>
        <section aria-label={t("Working hours")} className="flex min-w-0 flex-col gap-3">
          <header className="flex flex-wrap items-baseline gap-x-3">
            <h2 className="text-section font-semibold">{t("Working hours")}</h2>
            <span className="text-control text-text-muted">
              {t("{time} a week", { time: formatMinutes(countWeekMinutes(values.hours), locale) })}
            </span>
          </header>
          {weekdays.map((day) => (
            <DayRow
              key={day}
              day={day}
              windows={values.hours[day] ?? []}
              onChange={(windows) => form.set("hours", { ...values.hours, [day]: windows })}
              onCopy={() => form.set("hours", copyToWorkdays(values.hours, day))}
            />
          ))}
          {form.errors.fields.hours === undefined ? null : (
            <span role="alert" className="text-meta text-danger">
              {form.errors.fields.hours}
            </span>
          )}
        </section>
        <section aria-label={t("Holidays")} className="flex min-w-0 flex-col gap-4">
          <h2 className="text-section font-semibold">{t("Holidays")}</h2>
          <div className="grid min-w-0 grid-cols-1 items-start gap-4 tablet:grid-cols-2">
            <Combobox
              label={t("Public holidays of")}
              options={countries}
              selectedKey={values.holiday_country}
              onSelectionChange={(key) => form.set("holiday_country", key === null ? null : String(key))}
              {...(countryError === undefined ? {} : { error: countryError })}
            />
            <TextField
              label={t("Region")}
              help={t("A code such as BY for Bavaria, or empty")}
              maxLength={10}
              {...bindText(form, "holiday_region")}
              onChange={(text) => form.set("holiday_region", text === "" ? null : text)}
            />
          </div>
          <HolidayList value={values.holidays} onChange={(holidays) => form.set("holidays", holidays)} />
        </section>
        <TextArea
          label={t("Description")}
          maxLength={1000}
          value={String(values.description ?? "")}
          onChange={(text) => form.set("description", text === "" ? null : text)}
        />
        <EditorFooter editor={editor} listPath={LIST_PATH} />
      </div>
      <aside aria-label={t("The week")} className="flex min-w-0 flex-col gap-4 desktop:sticky desktop:top-4">
        <div className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-surface p-4">
          <h2 className="text-section font-semibold">{t("The week")}</h2>
          <WeekBars hours={values.hours} />
        </div>
        <DueExample calendarId={null} calendar={example} targets={[{ label: t("Target"), minutes: 120 }]} />
        {publicHolidays.length === 0 ? null : (
          <section
            aria-label={t("Next public holidays")}
            className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4"
          >
            <h2 className="text-section font-semibold">{t("Next public holidays")}</h2>
            <ul className="flex min-w-0 flex-col gap-1 text-control">
              {publicHolidays.slice(0, 8).map(({ date, name }) => (
                <li key={`${date} ${name}`} className="flex min-w-0 gap-2">
                  <span className="shrink-0 tabular-nums text-text-muted">{formatDate(date, locale)}</span>
                  <span dir="auto" className="min-w-0 wrap-anywhere">
                    {name}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </aside>
    </div>
  );
}

interface DayRowProps {
  readonly day: Weekday;
  readonly windows: readonly Window[];
  readonly onChange: (windows: readonly Window[]) => void;
  readonly onCopy: () => void;
}

/** The hours of a day of the week: none, or some windows. */
function DayRow({ day, windows, onChange, onCopy }: DayRowProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const name = nameWeekday(day, locale);
  const set = (index: number, window: Window): void => onChange(windows.with(index, window));
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-border pb-3 last:border-b-0">
      <span className="w-full text-control font-medium tablet:w-time">{name}</span>
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        {windows.length === 0 ? <span className="text-control text-text-muted">{t("Closed")}</span> : null}
        {windows.map(([from, to], index) => (
          // A window has no name of its own, and stays in its place while it is edited.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={index} className="flex min-w-0 flex-wrap items-end gap-2">
            <span className="w-hours shrink-0">
              <TimeField label={t("From")} value={from} onChange={(time) => set(index, [time, to])} />
            </span>
            <span className="w-hours shrink-0">
              <TimeField
                label={t("Until")}
                value={to === "24:00" ? "00:00" : to}
                onChange={(time) => set(index, [from, time === "00:00" ? "24:00" : time])}
              />
            </span>
            <IconButton
              label={t("Remove the hours from {from} on {day}", { from, day: name })}
              icon={<X />}
              onPress={() => onChange(windows.filter((_, place) => place !== index))}
            />
          </div>
        ))}
      </div>
      <span className="flex items-center gap-1">
        {windows.length < MAX_WINDOWS ? (
          <IconButton
            label={t("Add hours on {day}", { day: name })}
            icon={<Plus />}
            onPress={() => onChange([...windows, windows.length === 0 ? ["09:00", "17:00"] : ["18:00", "20:00"]])}
          />
        ) : null}
        {windows.length > 0 && day === "mon" ? (
          <IconButton label={t("Copy to the working days")} icon={<Copy />} onPress={onCopy} />
        ) : null}
      </span>
    </div>
  );
}

interface HolidayListProps {
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[]) => void;
}

/** Days without working hours, beside the public holidays. */
function HolidayList({ value, onChange }: HolidayListProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const [day, setDay] = useState<string | null>(null);
  const add = (): void => {
    if (day !== null && !value.includes(day)) onChange([...value, day].sort());
    setDay(null);
  };
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex min-w-0 flex-wrap items-end gap-2">
        <DateField label={t("Further day off")} value={day} onChange={setDay} />
        <Button icon={<Plus />} isDisabled={day === null} onPress={add}>
          {t("Add")}
        </Button>
      </div>
      <ul aria-label={t("Further days off")} className="flex flex-wrap gap-1 empty:hidden">
        {value.map((date) => (
          <li key={date}>
            <Tag label={formatDate(date, locale)} onRemove={() => onChange(value.filter((other) => other !== date))} />
          </li>
        ))}
      </ul>
    </div>
  );
}
