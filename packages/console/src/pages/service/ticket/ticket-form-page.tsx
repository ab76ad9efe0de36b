import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { formatTitle, type Kind, listPath, recordPath, useKind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { listDefaults } from "../../../input/fields/editable-field.ts";
import { draftKey } from "../../../input/form/draft-store.ts";
import { buildBody, useFormState } from "../../../input/form/form-state.ts";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { RecordForm } from "../../../input/form/record-form.tsx";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { TicketHints } from "./ticket-hints.tsx";
import { readTicketPreset } from "./ticket-preset.ts";

/** A new ticket. While the subject is typed, articles that may answer it and open tickets like it stand beside the form. */
export function TicketFormPage() {
  const { data: kind } = useKind("ticket");
  return kind ? <TicketForm kind={kind} /> : <Skeleton shape="block" />;
}

function TicketForm({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const preset = readTicketPreset(useSearch({ strict: false }));
  const [isShort, setShort] = useState(true);
  const key = draftKey(useScope(), `create ticket page ${JSON.stringify(preset)}`);
  const form = useFormState({ ...listDefaults(kind.fields), ...preset }, t, { key });
  const save = async (): Promise<void> => {
    const body = buildBody({ ...preset, ...form.changes });
    const created = await form.submit(() => crm.request<ConsoleRecord>("POST", kind.path, { body }).then((record) => record));
    if (!created) return;
    form.discard();
    await invalidate(kind);
    showToast({ text: t("{name} was created", { name: formatTitle(kind, created) }) });
    await navigate({ to: recordPath(kind, created.id), replace: true, ignoreBlocker: true });
  };
  return (
    <PageFrame title={t("New {kind}", { kind: toNoun(kind.label) })} width="record">
      <div className="grid min-w-0 items-start gap-6 desktop:grid-cols-(--builder-columns)">
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!form.isSaving) void save();
          }}
          className="flex w-full max-w-form min-w-0 flex-col gap-6"
        >
          <RecordForm kind={kind} form={form} mode="create" isShort={isShort} more={["contact_id", "channel"]} />
          {isShort ? (
            <span className="-ms-2">
              <Button variant="quiet" isSmall onPress={() => setShort(false)}>
                {t("Show all fields")}
              </Button>
            </span>
          ) : null}
          <footer className="sticky bottom-0 flex justify-end gap-2 border-t border-border bg-bg py-3">
            <Button onPress={() => void navigate({ to: listPath(kind) })}>{t("Cancel")}</Button>
            <Button type="submit" variant="primary" isPending={form.isSaving}>
              {form.isSaving ? t("Saving…") : t("Save")}
            </Button>
          </footer>
        </form>
        <TicketHints
          kind={kind}
          subject={String(form.values.subject ?? "")}
          description={String(form.values.description ?? "")}
          customer={typeof form.values.customer_id === "string" ? form.values.customer_id : undefined}
        />
      </div>
      <LeaveGuard form={form} />
    </PageFrame>
  );
}
