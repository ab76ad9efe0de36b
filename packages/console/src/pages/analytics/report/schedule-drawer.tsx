import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useKind } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import type { Sharing } from "../../../api/sharing.ts";
import { useTenant } from "../../../api/tenant.ts";
import { useSharings } from "../../../api/use-sharings.ts";
import { TimeField } from "../../../input/fields/time-field.tsx";
import { UserList } from "../../../input/fields/user-list.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { readErrors, useFormState } from "../../../input/form/form-state.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import {
  REPORTS_PATH,
  type Report,
  type ReportSchedule,
  useSchedules,
  useUserNames,
} from "../../../records/report/report-data.ts";
import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Switch } from "../../../ui/kit/switch.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import {
  buildTiming,
  describeTiming,
  type Frequency,
  frequencies,
  listFormats,
  nameFormat,
  nameFrequency,
  nameWeekday,
  type Weekday,
  weekdays,
} from "./report-text.ts";

interface ScheduleDrawerProps {
  readonly report: Report;
  readonly onClose: () => void;
}

/** When a report is sent by mail, and to whom. Users see their own schedules. */
export function ScheduleDrawer({ report, onClose }: ScheduleDrawerProps) {
  const t = useText();
  const { query } = useSchedules(report.id);
  const [edited, setEdited] = useState<ReportSchedule | "new">();
  const isEmpty = query.data?.length === 0;
  const shown = edited ?? (isEmpty ? "new" : undefined);
  const title = t("Send “{name}” by mail", { name: report.name });
  if (shown)
    return (
      <ScheduleForm
        title={title}
        report={report}
        schedule={shown === "new" ? undefined : shown}
        onDone={() => setEdited(undefined)}
        onClose={isEmpty ? onClose : () => setEdited(undefined)}
      />
    );
  return (
    <Drawer title={title} isOpen onOpenChange={onClose}>
      {query.data ? (
        <div className="flex flex-col gap-4">
          <ul className="flex flex-col gap-3">
            {query.data.map((schedule) => (
              <li key={schedule.id}>
                <ScheduleCard report={report.id} schedule={schedule} onEdit={() => setEdited(schedule)} />
              </li>
            ))}
          </ul>
          <span>
            <Button icon={<Plus />} onPress={() => setEdited("new")}>
              {t("New schedule")}
            </Button>
          </span>
        </div>
      ) : query.error ? (
        <EmptyState
          kind="empty"
          title={readErrors(query.error, t).form ?? t("The schedules could not be loaded")}
          action={<Button onPress={() => void query.refetch()}>{t("Try again")}</Button>}
        />
      ) : (
        <Skeleton shape="block" />
      )}
    </Drawer>
  );
}

interface ScheduleCardProps {
  readonly report: string;
  readonly schedule: ReportSchedule;
  readonly onEdit: () => void;
}

function ScheduleCard({ report, schedule, onEdit }: ScheduleCardProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const { put, drop } = useSchedules(report);
  const { id, recipients, skipped, next_at, last_due_at, is_active, format } = schedule;
  const names = useUserNames([...recipients, ...skipped.map(({ user_id }) => user_id)]);
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const write = (at: string): string =>
    dateFormat(locale, {
      weekday: "short",
      dateStyle: undefined,
      day: "numeric",
      month: "short",
      hour: "numeric",
      minute: "2-digit",
      timeZone,
    }).format(new Date(at));
  const body = toBody(schedule);
  const remove = async (): Promise<void> => {
    try {
      await crm.request("DELETE", `${REPORTS_PATH}/${report}/schedules/${id}`);
      drop(id);
      // A deleted schedule cannot be restored, but made again.
      const restore = async (): Promise<void> =>
        put(await crm.request<ReportSchedule>("POST", `${REPORTS_PATH}/${report}/schedules`, { body }));
      showToast({ text: t("The schedule was deleted"), undo: () => void restore() });
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The schedule could not be deleted"), isError: true });
    }
  };
  const facts = [
    nameFormat(format, t),
    next_at === null ? undefined : t("Next: {time}", { time: write(next_at) }),
    last_due_at === null ? undefined : t("Last: {time}", { time: write(last_due_at) }),
  ];
  return (
    <section className="flex min-w-0 flex-col gap-1 rounded-card border border-border p-3">
      <span className="flex min-w-0 flex-wrap items-center gap-2">
        <span className="min-w-0 flex-1 font-medium">{describeTiming(schedule, locale, t)}</span>
        {is_active ? null : <Tag label={t("Paused")} />}
        <span className="flex">
          <IconButton isSmall label={t("Edit the schedule")} icon={<Pencil />} onPress={onEdit} />
          <IconButton isSmall label={t("Delete the schedule")} icon={<Trash2 />} onPress={() => void remove()} />
        </span>
      </span>
      <span className="text-control">{list.format(recipients.map((user) => names.get(user) ?? "…"))}</span>
      <span className="text-meta tabular-nums text-text-muted">{facts.filter((fact) => fact !== undefined).join(" · ")}</span>
      {skipped.map(({ user_id, reason }) => (
        <span key={user_id} className="text-meta text-warning">
          {t("{name} was skipped: {reason}", { name: names.get(user_id) ?? "…", reason })}
        </span>
      ))}
    </section>
  );
}

type ScheduleValues = Pick<
  ReportSchedule,
  "frequency" | "time" | "weekday" | "month_day" | "recipients" | "format" | "is_active"
>;

const toBody = ({ frequency, time, weekday, month_day, recipients, format, is_active }: ScheduleValues): ScheduleValues => ({
  ...(buildTiming({ frequency, time, weekday, month_day }) as Pick<
    ScheduleValues,
    "frequency" | "time" | "weekday" | "month_day"
  >),
  recipients,
  format,
  is_active,
});

const firstSchedule = { frequency: "WEEKLY", time: "08:00", weekday: "MON", month_day: 1, format: "xlsx", is_active: true };

const MAX_DAY = 31;
const USER_ID = /\busr_[0-9a-z]{18}\b/g;

interface ScheduleFormProps {
  readonly title: string;
  readonly report: Report;
  readonly schedule: ReportSchedule | undefined;
  readonly onDone: () => void;
  /** Called without a change: to the list, if there is one. */
  readonly onClose: () => void;
}

function ScheduleForm({ title, report, schedule, onDone, onClose }: ScheduleFormProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { organizationZone } = useTenant();
  const { id: userId } = useSession();
  const { data: kind } = useKind("report");
  const { put } = useSchedules(report.id);
  const formats = kind ? listFormats(kind, "createReportSchedule") : [];
  const sharings = useSharings(report.visibility);
  // The report is shared before the schedule is stored. The field stays until then, so that what is below does not move.
  const [firstVisibility] = useState(report.visibility);
  const form = useFormState(
    {
      visibility: report.visibility,
      ...(schedule ? toBody(schedule) : firstSchedule),
      ...(schedule ? {} : { recipients: [userId] }),
    },
    t,
    useDraft(`schedule ${report.id} ${schedule ? `${schedule.id} ${schedule.version}` : "new"}`),
  );
  const { errors } = form;
  /** Recipients must see the report, so it is shared with the schedule. */
  const { visibility, ...values } = form.values as ScheduleValues & { readonly visibility: Sharing };
  const invalidate = useInvalidation();
  const names = useUserNames(values.recipients);
  const change = (next: Partial<ScheduleValues & { readonly visibility: Sharing }>): void => {
    for (const [name, value] of Object.entries(next)) form.set(name, value);
  };
  /** Messages name users by id, which says nothing to people. */
  const sayNames = (text: string | undefined): string | undefined =>
    text?.replaceAll(USER_ID, (id) => names.get(id) ?? t("another user"));
  const findError = (field: string): string | undefined =>
    sayNames(Object.entries(errors.fields).find(([path]) => path === field || path.startsWith(`${field}[`))?.[1]);
  const save = async (): Promise<void> => {
    const path = `${REPORTS_PATH}/${report.id}/schedules`;
    const saved = await form.submit(async () => {
      if (visibility !== report.visibility) {
        const { name, kind, definition, version } = report;
        const body = { name, kind, visibility, ...definition };
        await crm.request("PUT", `${REPORTS_PATH}/${report.id}`, { body, ifMatch: version });
        await invalidate({ kind: "report" }, report.id);
      }
      const body = toBody(values);
      return schedule
        ? crm.request<ReportSchedule>("PUT", `${path}/${schedule.id}`, { body, ifMatch: schedule.version })
        : crm.request<ReportSchedule>("POST", path, { body });
    });
    if (!saved) return;
    form.discard();
    put(saved);
    showToast({
      text: schedule
        ? t("The schedule was saved")
        : t("The report will be sent: {when}", { when: describeTiming(buildTiming(values), locale, t) }),
    });
    onDone();
  };
  const formError = sayNames(errors.form);
  const isShareable = firstVisibility === "PRIVATE" && values.recipients.some((user) => user !== userId);
  return (
    <FormLayer
      layer="drawer"
      title={title}
      form={form}
      submit={{ label: schedule ? t("Save the schedule") : t("Schedule the report"), run: save }}
      onClose={onClose}
    >
      {formError === undefined ? null : <Banner kind="danger" title={formError} />}
      <Select
        label={t("Frequency")}
        options={frequencies.map((code) => ({ id: code, label: nameFrequency(code, t) }))}
        value={values.frequency}
        onChange={(key) => change({ frequency: key as Frequency })}
        {...(findError("frequency") === undefined ? {} : { error: findError("frequency") as string })}
      />
      {values.frequency === "WEEKLY" ? (
        <Select
          label={t("Day of the week")}
          options={weekdays.map((code) => ({ id: code, label: nameWeekday(code, locale) }))}
          value={values.weekday ?? "MON"}
          onChange={(key) => change({ weekday: key as Weekday })}
          {...(findError("weekday") === undefined ? {} : { error: findError("weekday") as string })}
        />
      ) : null}
      {values.frequency === "MONTHLY" ? (
        <div className="max-w-field">
          <NumberField
            label={t("Day of the month")}
            help={t("A shorter month has it on its last day.")}
            minValue={1}
            maxValue={MAX_DAY}
            hasSteps
            value={values.month_day ?? 1}
            onChange={(day) => change({ month_day: Number.isNaN(day) ? 1 : day })}
            {...(findError("month_day") === undefined ? {} : { error: findError("month_day") as string })}
          />
        </div>
      ) : null}
      <TimeField label={t("Time")} value={values.time} onChange={(time) => change({ time })} error={findError("time")} />
      <p className="-mt-3 text-meta text-text-muted">
        {t("In the time zone of your organization: {zone}", { zone: organizationZone })}
      </p>
      <UserList
        label={t("Recipients")}
        value={values.recipients}
        onChange={(recipients) => change({ recipients: [...recipients] })}
        error={findError("recipients")}
      />
      <p className="-mt-3 text-meta text-text-muted">
        {t("Each gets the rows that they may see themselves. The mail has a link, and no figures.")}
      </p>
      {isShareable ? (
        <Select
          label={t("Visible to")}
          help={t("Recipients must see the report. It is shared when you save the schedule.")}
          options={sharings}
          value={visibility}
          onChange={(key) => change({ visibility: key as Sharing })}
          {...(errors.fields.visibility === undefined ? {} : { error: errors.fields.visibility })}
        />
      ) : null}
      <Select
        label={t("File")}
        options={formats.map((format) => ({ id: format, label: nameFormat(format, t) }))}
        value={values.format}
        onChange={(key) => change({ format: key as ScheduleValues["format"] })}
        {...(findError("format") === undefined ? {} : { error: findError("format") as string })}
      />
      <Switch isSelected={values.is_active} onChange={(is_active) => change({ is_active })}>
        {t("Active")}
      </Switch>
    </FormLayer>
  );
}
