import { useEffect, useRef, useState } from "react";
import { crm } from "../../../api/client.ts";
import { isRowField } from "../../../api/row-fields.ts";
import type { Kind } from "../../../api/schema.ts";
import { useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { RecordForm } from "../../../input/form/record-form.tsx";
import { pickChanges } from "../../../input/form/save-changes.ts";
import { useStoredSave } from "../../../input/form/stored-save.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import {
  buildLayoutBody,
  HIDDEN,
  type LayoutAnswer,
  type LayoutParts,
  toEntries,
  toSections,
} from "../../../records/custom-field/layout-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { OrderList } from "../../../ui/kit/order-list.tsx";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { SectionList } from "../tenant/section-list.tsx";

interface LayoutEditorProps {
  readonly kind: Kind;
  readonly role: string | undefined;
  readonly answer: LayoutAnswer;
  /** Takes the layout that counts after a change. */
  readonly onChange: (answer: LayoutAnswer) => void;
}

/** Fields that every record has and that say nothing to people. */
const SYSTEM_FIELDS = ["id", "version", "links", "expanded", "deleted_at"];

type ListPart = "primary" | "columns" | "card";

/** The order of groups and fields of a kind, with a preview of the form. */
export function LayoutEditor({ kind, role, answer, onChange }: LayoutEditorProps) {
  const t = useText();
  const placed = new Set(answer.layout.sections.flatMap(({ fields }) => fields));
  const known = kind.fields
    .filter(({ name, visible, creatable }) => placed.has(name) || ((visible || creatable) && !SYSTEM_FIELDS.includes(name)))
    .map(({ name }) => name);
  const readParts = ({ layout }: LayoutAnswer) => ({ ...layout, entries: toEntries(layout.sections, known) });
  const form = useFormState(
    { ...readParts(answer), version: answer.version },
    t,
    useDraft(`layout ${kind.kind} ${role ?? "all"}`),
  );
  const [part, setPart] = useState<ListPart | "sections">("sections");
  const [isResetting, setResetting] = useState(false);
  const { entries, version: _version, ...lists } = form.values as ReturnType<typeof readParts> & { version: number };
  const layout: LayoutParts = { ...lists, sections: toSections(entries) };
  const path = `/api/v1/layouts/${kind.kind}`;
  const query = role === undefined ? {} : { role };
  const start = (stored: LayoutAnswer): void => form.reset({ ...readParts(stored), version: stored.version });
  const isStale = answer.version !== form.values.version && !form.isChanged && !form.isSaving;
  useEffect(() => {
    if (isStale) start(answer);
  });
  const latest = useRef(answer);
  const load = async (): Promise<LayoutAnswer & LayoutParts> => {
    latest.current = await crm.request<LayoutAnswer>("GET", path, { query });
    return { ...latest.current.layout, ...latest.current };
  };
  /** Changes the parts of the stored layout. Without a stored one there is no version to name, so it is looked up. */
  const patch = async (parts: Partial<LayoutParts>, version: number): Promise<(LayoutAnswer & LayoutParts) | undefined> => {
    if (version === 0 && (await load()).version !== 0) return undefined;
    const body = buildLayoutBody(latest.current, { ...latest.current.layout, ...parts });
    const next = await crm.request<LayoutAnswer>("PUT", path, { query, body, ...(version > 0 ? { ifMatch: version } : {}) });
    latest.current = next;
    return { ...next.layout, ...next };
  };
  const saveStored = useStoredSave({ patch, load }, { ...answer.layout, ...answer }, form);
  const save = async (): Promise<void> => {
    if (!form.isChanged) {
      showToast({ text: t("There is nothing to save") });
      return;
    }
    const saved = await saveStored(pickChanges({ ...layout }, { ...answer.layout }));
    if (!saved) return;
    start(saved);
    onChange(saved);
    showToast({ text: t("The layout was saved. Users see it when they load the page again.") });
  };
  const reset = async (): Promise<void> => {
    setResetting(false);
    const next = await form.submit(() => crm.request<LayoutAnswer>("DELETE", path, { query }).then((found) => found));
    if (!next) return;
    start(next);
    onChange(next);
  };
  const partNames: Partial<Record<keyof LayoutParts, string>> = {
    sections: t("Page and form"),
    primary: t("New record"),
    columns: t("List"),
    card: t("Card"),
  };
  const nameField = (name: string): string => kind.fields.find((field) => field.name === name)?.label ?? name;
  // The schema has the labels of the default in the language of the user, also after they were stored with a layout for all roles.
  const isOfSchema = answer.source === "default" || (role === undefined && answer.source === "tenant");
  const nameSection = (name: string, label: string | null): string => {
    if (name === HIDDEN) return t("Not shown");
    const isRenamed = label !== answer.layout.sections.find((section) => section.name === name)?.label;
    const labelOfSchema = kind.layout.sections.find((section) => section.name === name)?.label;
    return (isRenamed || !isOfSchema ? (label ?? labelOfSchema) : (labelOfSchema ?? label)) ?? name;
  };
  const isInList = (name: string): boolean => isRowField(kind, name);
  const isCreatable = (name: string): boolean => kind.fields.some((field) => field.name === name && field.creatable);
  const orderList = (name: ListPart, label: string, isOffered: (field: string) => boolean) => {
    const chosen = layout[name];
    const others = known.filter((field) => isOffered(field) && !chosen.includes(field));
    return (
      <div className="rounded-card border border-border bg-surface">
        <OrderList
          label={label}
          entries={[...chosen, ...others].map((field) => ({ id: field, label: nameField(field) }))}
          chosen={chosen}
          onChange={(fields) => form.set(name, fields)}
        />
      </div>
    );
  };
  const preview: Kind = {
    ...kind,
    layout: {
      ...kind.layout,
      primary: [...layout.primary],
      sections: layout.sections.map((section) => ({
        ...section,
        fields: [...section.fields],
        label: nameSection(section.name, section.label),
      })),
    },
  };
  const isForm = part === "sections" || part === "primary";
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <FormSummary form={form} shownFields={[]} labelFor={(name) => partNames[name as keyof LayoutParts] ?? name} />
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-control text-text-muted">
          {answer.source === "role"
            ? t("This role has a layout of its own.")
            : answer.source === "tenant"
              ? t("Your own layout for all roles counts.")
              : t("The default layout counts.")}
        </span>
        {answer.source === (role === undefined ? "tenant" : "role") ? (
          <Button onPress={() => setResetting(true)}>{t("Back to the default…")}</Button>
        ) : null}
      </div>
      <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-2">
        <Tabs
          label={t("Parts of the layout")}
          selectedKey={part}
          onSelectionChange={(key) => setPart(key as ListPart)}
          tabs={[
            {
              id: "sections",
              label: t("Page and form"),
              content: (
                <SectionList
                  entries={entries}
                  onChange={(next) => form.set("entries", next)}
                  nameField={nameField}
                  nameSection={nameSection}
                />
              ),
            },
            { id: "primary", label: t("New record"), content: orderList("primary", t("New record"), isCreatable) },
            { id: "columns", label: t("List"), content: orderList("columns", t("List"), isInList) },
            { id: "card", label: t("Card"), content: orderList("card", t("Card"), isInList) },
          ]}
        />
        {isForm ? (
          <section aria-label={t("Preview")} className="flex min-w-0 flex-col gap-3">
            <h2 className="text-section font-semibold desktop:py-2">{t("Preview")}</h2>
            {/* The inputs only show the order: nothing can be typed. */}
            <div inert className="rounded-card border border-border bg-surface p-4">
              <Preview key={part} kind={preview} isShort={part === "primary"} />
            </div>
          </section>
        ) : null}
      </div>
      <footer className="sticky bottom-0 z-1 flex flex-wrap justify-end gap-2 border-t border-border bg-bg py-3">
        {form.isChanged ? (
          <Button variant="quiet" onPress={form.discard}>
            {t("Undo the changes")}
          </Button>
        ) : null}
        <Button variant="primary" isPending={form.isSaving} onPress={() => void save()}>
          {form.isSaving ? t("Saving…") : t("Save")}
        </Button>
      </footer>
      <Dialog
        role="alertdialog"
        title={t("Back to the default layout?")}
        isOpen={isResetting}
        onOpenChange={() => setResetting(false)}
        actions={(close) => (
          <>
            <Button onPress={close}>{t("Cancel")}</Button>
            <Button variant="danger" onPress={() => void reset()}>
              {t("Remove this layout")}
            </Button>
          </>
        )}
      >
        {t("The order that you set is lost. No value of a record changes.")}
      </Dialog>
      <LeaveGuard form={form} />
    </div>
  );
}

function Preview({ kind, isShort }: { readonly kind: Kind; readonly isShort: boolean }) {
  const t = useText();
  const form = useFormState({}, t, "sample");
  return <RecordForm kind={kind} form={form} mode="create" isShort={isShort} />;
}
