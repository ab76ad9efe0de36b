import type { Schemas } from "@crm/sdk/index.ts";
import { LayoutTemplate } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation, useRecord, useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, listPath, recordPath, useKind } from "../../../api/schema.ts";
import { useTenant } from "../../../api/tenant.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY, formatDate, formatValue, isEmptyValue, listPartFields, readPart } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, readErrors, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { TemplateChoice } from "../../../input/form/template-choice.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { readDay } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { DateField } from "../../../ui/kit/date-field.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { findEnd, planActivities, type TemplateActivity } from "./template-rules.ts";

interface TemplateDrawerProps {
  readonly kind: Kind;
  readonly onClose: () => void;
}

/** Creates a campaign from a template: the template, the name and the first day, and what the template fills in. */
export function TemplateDrawer({ kind, onClose }: TemplateDrawerProps) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const { organizationZone } = useTenant();
  const { data: templateKind } = useKind("campaign_template");
  const [chosen, setChosen] = useState<string>();
  const form = useFormState(
    { name: "", start_date: readDay(new Date().toISOString(), organizationZone) },
    t,
    useDraft("campaign from template"),
  );
  const start = form.values.start_date as string | null;
  const create = async (): Promise<void> => {
    if (chosen === undefined) return;
    const name = String(form.values.name).trim();
    const body = { campaign_template_id: chosen, start_date: start, ...(name === "" ? {} : { name }) };
    const created = await form.submit(() => crm.request<ConsoleRecord>("POST", kind.path, { body }).then((record) => record));
    if (!created) return;
    form.complete();
    await invalidate(kind);
    onClose();
    await navigate({ to: recordPath(kind, created.id), ignoreBlocker: true });
  };
  return (
    <FormLayer
      layer="drawer"
      title={t("New campaign from a template")}
      form={form}
      submit={{ label: t("Create"), run: create }}
      onClose={onClose}
    >
      {templateKind ? (
        <TemplateList
          kind={templateKind}
          chosen={chosen}
          onChoose={(id) => {
            form.discard();
            setChosen(id);
          }}
        />
      ) : (
        <Skeleton shape="block" />
      )}
      {chosen === undefined || !templateKind ? null : (
        <>
          <FormSummary
            form={form}
            shownFields={["name", "start_date"]}
            labelFor={(name) => kind.fields.find((field) => field.name === name)?.label ?? name}
          />
          <TextField
            label={t("Name")}
            note="optional"
            help={t("Without a name, the campaign has that of the template.")}
            {...bindText(form, "name")}
          />
          <DateField
            label={t("First day")}
            note="required"
            value={start}
            onChange={(day) => form.set("start_date", day)}
            error={form.errors.fields.start_date}
          />
          <TemplateContent key={chosen} kind={templateKind} id={chosen} start={start} />
        </>
      )}
    </FormLayer>
  );
}

interface TemplateListProps {
  /** That of templates. */
  readonly kind: Kind;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
}

const FACTS: readonly string[] = ["type", "goal", "duration_days"];
const SHOWN = rowFields<Schemas.CampaignTemplateRow>()("name", "type", "goal", "duration_days");
type Row = ListRow<(typeof SHOWN)[number]>;

function TemplateList({ kind, chosen, onChoose }: TemplateListProps) {
  const t = useText();
  const options = useTextOptions();
  const list = useRecordList(kind, { sort: "-created_at" }, { shown: SHOWN, pageSize: 50 });
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const shown = chosen === undefined ? rows : rows.filter(({ id }) => id === chosen);
  const facts = (row: Row): string =>
    kind.fields
      .filter(({ name }) => FACTS.includes(name))
      .map((field) => formatValue(row, field, options))
      .filter((text) => text !== EMPTY)
      .join(" · ");
  if (list.error) return <Banner kind="danger" title={readErrors(list.error, t).form ?? t("The list could not be loaded")} />;
  if (list.isPending) return <Skeleton shape="block" />;
  if (rows.length === 0)
    return (
      <EmptyState kind="empty" title={t("There are no templates yet")} action={<Link href={listPath(kind)}>{kind.labels}</Link>}>
        {t("A template has the fields and the activities with which campaigns begin.")}
      </EmptyState>
    );
  return (
    <ul aria-label={t("Templates")} className="flex flex-col gap-2">
      {shown.map((row) => (
        <TemplateChoice
          key={row.id}
          icon={<LayoutTemplate />}
          name={String(row.name)}
          facts={facts(row)}
          isChosen={row.id === chosen}
          onChoose={() => onChoose(row.id)}
        />
      ))}
      {chosen === undefined ? (
        list.hasNextPage ? (
          <li>
            <Button isSmall isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
              {t("Show more")}
            </Button>
          </li>
        ) : null
      ) : (
        <li className="-ms-2">
          <Button isSmall variant="quiet" onPress={() => onChoose(undefined)}>
            {t("Choose another template")}
          </Button>
        </li>
      )}
    </ul>
  );
}

interface TemplateContentProps {
  readonly kind: Kind;
  readonly id: string;
  readonly start: string | null;
}

/** Fields that the preview says in another way. */
const OTHERWISE_SHOWN = new Set(["name", "activities", "duration_days"]);

/** What the campaign will have: the fields with a value, its last day, and its activities with their days. */
function TemplateContent({ kind, id, start }: TemplateContentProps) {
  const t = useText();
  const options = useTextOptions();
  const record = useRecord(kind, id);
  if (record.error)
    return <Banner kind="danger" title={readErrors(record.error, t).form ?? t("The record could not be loaded")} />;
  if (!record.data) return <Skeleton shape="block" />;
  const template = record.data;
  const names = kind.layout.sections.flatMap((section) => section.fields);
  const fields = names.flatMap((name) => {
    const field = kind.fields.find((candidate) => candidate.name === name);
    return field?.creatable && !OTHERWISE_SHOWN.has(name) && !isEmptyValue(template[name]) ? [field] : [];
  });
  const end = start === null ? undefined : findEnd(start, template.duration_days as number | null);
  const facts = [
    ...(end === undefined ? [] : [{ label: t("Last day"), text: formatDate(end, options.locale) }]),
    ...fields.map((field) => ({ label: field.label, text: formatValue(template, field, options) })),
  ];
  const activityField = kind.fields.find(({ name }) => name === "activities");
  const typeField = activityField && listPartFields(activityField).find(({ name }) => name === "activity_type");
  const activities = start === null ? [] : planActivities((template.activities ?? []) as TemplateActivity[], start);
  return (
    <section
      aria-label={t("What the template fills in")}
      className="flex min-w-0 flex-col gap-3 rounded-card border border-border p-4"
    >
      <h3 className="text-body font-semibold">{t("What the template fills in")}</h3>
      {facts.length + activities.length === 0 ? (
        <p className="text-control text-text-muted">{t("The template fills in its name only.")}</p>
      ) : null}
      <dl className="grid min-w-0 grid-cols-(--preview-field-columns) gap-x-4 gap-y-2 text-control empty:hidden">
        {facts.map(({ label, text }) => (
          <div key={label} className="contents">
            <dt className="wrap-anywhere text-text-muted">{label}</dt>
            <dd dir="auto" className="min-w-0 whitespace-pre-line wrap-anywhere">
              {text}
            </dd>
          </div>
        ))}
      </dl>
      {activities.length === 0 ? null : (
        <>
          <h4 className="text-control font-semibold">{t("Planned activities")}</h4>
          <ol className="flex min-w-0 flex-col gap-2 text-control">
            {activities.map((activity, index) => (
              // Activities of a template have no ids, and may have equal names.
              // biome-ignore lint/suspicious/noArrayIndexKey: the place is what tells an activity.
              <li key={index} className="flex min-w-0 flex-wrap items-baseline gap-x-3">
                <span className="shrink-0 tabular-nums text-text-muted">{formatDate(activity.day, options.locale)}</span>
                <span dir="auto" className="min-w-0 wrap-anywhere">
                  {activity.name}
                </span>
                {typeField ? (
                  <span className="text-meta text-text-muted">
                    {formatValue(readPart(template, activity), typeField, options)}
                  </span>
                ) : null}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
