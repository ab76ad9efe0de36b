import { ClipboardCheck, LayoutTemplate, Send } from "lucide-react";
import { useMemo, useState } from "react";
import { crm } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useRecordChoice } from "../../../input/fields/use-record-choice.ts";
import { ConflictBanner } from "../../../input/form/conflict-banner.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { SaveBar } from "../../../input/form/save-bar.tsx";
import { useVersionedForm } from "../../../input/form/versioned-form.ts";
import type { MailBlock } from "../../../records/mail/mail-block.ts";
import { type MailStarter, useMailPreview } from "../../../records/mail/mail-data.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { BlockWorkspace, useBlockEditing } from "./block-workspace.tsx";
import { CheckDrawer } from "./check-drawer.tsx";
import { MailPreview } from "./mail-preview.tsx";
import { MergeLine } from "./merge-line.tsx";
import { StarterList } from "./starter-list.tsx";

interface MailEditorProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const readFields = ({ subject = null, blocks = null }: Readonly<Record<string, unknown>>) => ({ subject, blocks });

/** The blocks of a mail, the panel of the chosen one, and the mail as readers see it. */
export function MailEditor({ kind, record }: MailEditorProps) {
  const t = useText();
  const { form, save, theirs, keepMine, takeTheirs } = useVersionedForm(kind, record, { readFields, draft: `mail ${record.id}` });
  const blocks = form.values.blocks as readonly MailBlock[] | null;
  const [layer, setLayer] = useState<"check" | "starters">();
  const [isSending, setSending] = useState(false);
  const person = useRecordChoice("person");
  const unsaved = useMemo(
    () =>
      form.isChanged && blocks
        ? JSON.stringify({ blocks, ...(form.values.subject ? { subject: form.values.subject } : {}) })
        : undefined,
    [form.isChanged, blocks, form.values.subject],
  );
  const preview = useMailPreview({ id: record.id, unsaved, version: record.version, person: person.chosen?.id });
  const errors = {
    ...(unsaved !== undefined && preview.isError ? readErrors(preview.error, t).fields : {}),
    ...form.errors.fields,
  };
  const canEdit = kind.operations.includes("update");
  const setBlocks = (next: readonly MailBlock[]): void => form.set("blocks", next);
  const editing = useBlockEditing({ blocks, onChange: setBlocks, canEdit });
  const start = ({ subject, blocks: layout }: MailStarter): void => {
    const before = form.values;
    form.set("blocks", layout);
    if (!form.values.subject) form.set("subject", subject);
    editing.select(undefined);
    setLayer(undefined);
    if (blocks) showToast({ text: t("The layout replaced the blocks"), undo: () => form.set("blocks", before.blocks ?? null) });
  };
  const sendTest = async (): Promise<void> => {
    setSending(true);
    const body = person.chosen ? { related_to_id: person.chosen.id } : { sample: true };
    try {
      const { to_address } = await crm.request<{ to_address: string }>("POST", `${kind.path}/${record.id}/test`, {
        body,
      });
      showToast({ text: t("The test was sent to {address}", { address: to_address }) });
    } catch (error) {
      const { form: message, fields } = readErrors(error, t);
      showToast({ text: message ?? Object.values(fields)[0] ?? "" });
    } finally {
      setSending(false);
    }
  };
  const shown = (
    <MailPreview
      preview={preview.data}
      isError={preview.isError}
      person={person.chosen}
      search={person.search}
      onPersonChange={person.choose}
    />
  );
  return (
    <div ref={editing.frame} className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <div className="min-w-field-short flex-1">
          <MergeLine
            label={t("Subject")}
            value={String(form.values.subject ?? "")}
            onChange={(subject) => form.set("subject", subject)}
            error={errors.subject}
            isDisabled={!canEdit}
          />
        </div>
        <span className="flex flex-wrap gap-2">
          {canEdit ? (
            <Button icon={<LayoutTemplate />} onPress={() => setLayer("starters")}>
              {t("Layouts")}
            </Button>
          ) : null}
          <Button icon={<Send />} isPending={isSending} isDisabled={form.isChanged} onPress={() => void sendTest()}>
            {t("Send a test")}
          </Button>
          {canEdit ? (
            <Button icon={<ClipboardCheck />} onPress={() => setLayer("check")}>
              {t("Check")}
            </Button>
          ) : null}
        </span>
      </div>
      {form.errors.form === undefined ? null : <Banner kind="danger" title={form.errors.form} />}
      {errors.blocks === undefined ? null : <Banner kind="danger" title={errors.blocks} />}
      {theirs ? <ConflictBanner onKeepMine={keepMine} onTakeTheirs={takeTheirs} /> : null}
      {blocks === null ? (
        <>
          {canEdit ? (
            <p className="text-control text-text-muted">
              {t("This mail is written as text or HTML. A layout of blocks replaces it when you save.")}
            </p>
          ) : null}
          {shown}
        </>
      ) : (
        <BlockWorkspace editing={editing} errors={errors} preview={shown} />
      )}
      {form.isChanged ? <SaveBar form={form} label={t("Save the mail")} onSave={save} /> : null}
      <LeaveGuard form={form} />
      {layer === "check" ? (
        <CheckDrawer
          id={record.id}
          person={person.chosen?.id}
          isChanged={form.isChanged}
          onSelect={editing.choose}
          onClose={() => setLayer(undefined)}
        />
      ) : null}
      {layer === "starters" ? (
        <Drawer title={t("Layouts")} isOpen onOpenChange={() => setLayer(undefined)}>
          <StarterList onChoose={start} />
        </Drawer>
      ) : null}
    </div>
  );
}
