import { useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { crm } from "../../../api/client.ts";
import { usePresence } from "../../../api/presence.ts";
import { type ConsoleRecord, useInvalidation, useRecord } from "../../../api/records.ts";
import { type Kind, listPath, parseAddress, recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { NotFound } from "../../../frame/shell/not-found.tsx";
import { Setting } from "../../../frame/shell/section.tsx";
import { usePagePath } from "../../../frame/shell/use-page-path.ts";
import { ConflictBanner } from "../../../input/form/conflict-banner.tsx";
import { draftKey } from "../../../input/form/draft-store.ts";
import { bindText, type FormState, useFormState } from "../../../input/form/form-state.ts";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { useVersionedForm } from "../../../input/form/versioned-form.ts";
import { RecordError } from "../../../records/record/record-error.tsx";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { ConditionGroups } from "./condition-groups.tsx";
import { memberKinds } from "./segment-data.ts";
import { buildFilter, type Groups, readGroups } from "./segment-rules.ts";

/** A new set of records, such as a segment of customers, or one that exists, with its conditions. */
export function SegmentFormPage() {
  const path = usePagePath();
  const { id } = useParams({ strict: false }) as { id?: string };
  const { data: kinds = [] } = useKindIndex();
  const summary = parseAddress(path, kinds)?.kind;
  const { data: kind } = useKind(summary?.kind);
  const { data: memberKind } = useKind(summary && memberKinds[summary.kind]);
  if (kinds.length > 0 && !summary) return <NotFound />;
  if (!kind || !memberKind) return <Skeleton shape="block" />;
  if (!kind.operations.includes(id === undefined ? "create" : "update")) return <NotFound />;
  return id === undefined ? (
    <NewSegment kind={kind} memberKind={memberKind} />
  ) : (
    <StoredSegment kind={kind} memberKind={memberKind} id={id} />
  );
}

interface SegmentProps {
  readonly kind: Kind;
  readonly memberKind: Kind;
}

function NewSegment({ kind, memberKind }: SegmentProps) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const key = draftKey(useScope(), `${kind.kind} create all`);
  const form = useFormState({ name: "", description: "", membership: "DYNAMIC", filter: null }, t, { key });
  const { membership } = form.values;
  const submit = async (): Promise<void> => {
    const { name, description, filter } = form.values;
    const body = {
      name,
      membership,
      ...(description ? { description } : {}),
      ...(membership === "DYNAMIC" && filter ? { filter } : {}),
    };
    const created = await form.submit(() => crm.request<ConsoleRecord>("POST", kind.path, { body }).then((record) => record));
    if (!created) return;
    form.complete();
    await invalidate(kind, created.id);
    showToast({ text: t("{name} was saved", { name: String(created.name) }) });
    await navigate({ to: recordPath(kind, created.id), replace: true, ignoreBlocker: true });
  };
  return (
    <SegmentFrame
      kind={kind}
      form={form}
      title={t("New {kind}", { kind: toNoun(kind.label) })}
      backPath={listPath(kind)}
      onSubmit={submit}
    >
      <Setting label={t("How members are found")}>
        <SegmentedControl
          label={t("How members are found")}
          segments={[
            { id: "DYNAMIC", label: t("By conditions") },
            { id: "STATIC", label: t("By hand") },
          ]}
          value={String(membership)}
          onChange={(next) => form.set("membership", next)}
        />
        <MembershipHelp membership={membership} />
      </Setting>
      {membership === "DYNAMIC" ? <FilterInput form={form} kind={memberKind} /> : null}
    </SegmentFrame>
  );
}

function StoredSegment({ kind, memberKind, id }: SegmentProps & { readonly id: string }) {
  const { data, error, refetch } = useRecord(kind, id);
  usePresence(id, true);
  if (data) return <StoredSegmentForm key={data.id} kind={kind} memberKind={memberKind} record={data} />;
  if (!error) return <Skeleton shape="block" />;
  return <RecordError summary={kind} query={{ error, refetch }} />;
}

const readFields = ({ name, description, filter }: ConsoleRecord) =>
  ({ name, description: description ?? "", filter: filter ?? null }) as FormState["values"];

function StoredSegmentForm({ kind, memberKind, record }: SegmentProps & { readonly record: ConsoleRecord }) {
  const t = useText();
  const navigate = useNavigate();
  const draft = `${kind.kind} ${record.id}`;
  const { form, save, theirs, keepMine, takeTheirs } = useVersionedForm(kind, record, { readFields, draft });
  const [wasSaved, setSaved] = useState(false);
  const submit = async (): Promise<void> => {
    await save();
    setSaved(true);
  };
  const hasErrors = form.errors.form !== undefined || Object.keys(form.errors.fields).length > 0;
  const isDone = wasSaved && !form.isChanged && !form.isSaving && !hasErrors && theirs === undefined;
  useEffect(() => {
    if (!isDone) return;
    showToast({ text: t("{name} was saved", { name: String(record.name) }) });
    void navigate({ to: recordPath(kind, record.id), replace: true, ignoreBlocker: true });
  }, [isDone, kind, record, navigate, t]);
  return (
    <SegmentFrame kind={kind} form={form} title={String(record.name)} backPath={recordPath(kind, record.id)} onSubmit={submit}>
      {theirs ? <ConflictBanner onKeepMine={keepMine} onTakeTheirs={takeTheirs} /> : null}
      <Setting label={t("How members are found")}>
        <span className="text-body">{record.membership === "DYNAMIC" ? t("By conditions") : t("By hand")}</span>
        <MembershipHelp membership={record.membership} />
      </Setting>
      {record.membership === "DYNAMIC" ? <FilterInput form={form} kind={memberKind} /> : null}
    </SegmentFrame>
  );
}

function MembershipHelp({ membership }: { readonly membership: unknown }) {
  const t = useText();
  return (
    <span className="text-meta text-text-muted">
      {membership === "DYNAMIC"
        ? t("Records join and leave by themselves. You can add further ones by hand.")
        : t("Only records that users add by hand are members.")}
    </span>
  );
}

/** The first message about the filter. Messages about its parts name their place. */
const findFilterError = ({ errors }: FormState): string | undefined =>
  Object.entries(errors.fields).find(([field]) => field === "filter" || /^filter[.[]/.test(field))?.[1];

function FilterInput({ form, kind }: { readonly form: FormState; readonly kind: Kind }) {
  const t = useText();
  const stored = readGroups(form.values.filter);
  const [groups, setGroups] = useState<Groups>(stored ?? []);
  const isSame = JSON.stringify(buildFilter(stored ?? [])) === JSON.stringify(buildFilter(groups));
  // A draft that is discarded, or the version of another user, comes from outside of this field.
  const shown = isSame ? groups : (stored ?? []);
  const change = (next: Groups): void => {
    setGroups(next);
    form.set("filter", (buildFilter(next) ?? null) as FormState["values"][string]);
  };
  if (stored === undefined)
    return (
      <Banner
        kind="info"
        title={t("The conditions have more alternatives than this page can show. They stay as they are.")}
        action={<Button onPress={() => change([])}>{t("Start again")}</Button>}
      />
    );
  return <ConditionGroups kind={kind} groups={shown} onChange={change} error={findFilterError(form)} />;
}

interface SegmentFrameProps {
  readonly kind: Kind;
  readonly form: FormState;
  readonly title: string;
  readonly backPath: string;
  readonly onSubmit: () => Promise<void>;
  readonly children: ReactNode;
}

function SegmentFrame({ kind, form, title, backPath, onSubmit, children }: SegmentFrameProps) {
  const t = useText();
  const navigate = useNavigate();
  const labelOf = (name: string): string => kind.fields.find((field) => field.name === name)?.label ?? name;
  return (
    <div className="relative min-h-0 flex-1 overflow-auto">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!form.isSaving) void onSubmit();
        }}
        className="mx-auto flex w-full max-w-form flex-col gap-4 px-4 py-4 tablet:px-6"
      >
        <h1 dir="auto" className="text-title font-semibold wrap-anywhere">
          {title}
        </h1>
        {form.errors.form === undefined ? null : <Banner kind="danger" title={form.errors.form} />}
        <TextField label={labelOf("name")} note="required" {...bindText(form, "name")} />
        <TextArea label={labelOf("description")} note="optional" {...bindText(form, "description")} />
        {children}
        <footer className="sticky bottom-0 flex justify-end gap-2 border-t border-border bg-bg py-3">
          <Button onPress={() => void navigate({ to: backPath })}>{t("Cancel")}</Button>
          <Button type="submit" variant="primary" isPending={form.isSaving}>
            {form.isSaving ? t("Saving…") : t("Save")}
          </Button>
        </footer>
      </form>
      <LeaveGuard form={form} />
    </div>
  );
}
