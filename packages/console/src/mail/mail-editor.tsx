import { ClipboardCheck, LayoutTemplate, Send } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { crm } from "../data/client.ts";
import type { ConsoleRecord } from "../data/records.ts";
import type { Kind } from "../data/schema.ts";
import { readErrors } from "../form/form-state.ts";
import { LeaveGuard } from "../form/leave-guard.tsx";
import { useVersionedForm } from "../form/versioned-form.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Drawer } from "../kit/drawer.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { TextField } from "../kit/text-field.tsx";
import { showToast } from "../kit/toast.tsx";
import { useIsDesktop, useIsPhone } from "../kit/use-media.ts";
import { useRecordChoice } from "../workflow/use-record-choice.ts";
import { BlockList } from "./block-list.tsx";
import { nameBlock } from "./block-names.ts";
import { BlockPanel } from "./block-panel.tsx";
import { CheckDrawer } from "./check-drawer.tsx";
import {
  type BlockPath,
  changeBlock,
  createBlock,
  findBlock,
  formatPath,
  insertBlock,
  listBlockErrors,
  type MailBlock,
  moveBlock,
  removeBlock,
  shiftPath,
} from "./mail-block.ts";
import { type MailStarter, useMailPreview } from "./mail-data.ts";
import { MailPreview } from "./mail-preview.tsx";
import { StarterList } from "./starter-list.tsx";

interface MailEditorProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const readFields = ({ subject = null, blocks = null }: Readonly<Record<string, unknown>>) => ({ subject, blocks }) as never;

/** The blocks of a mail, the panel of the chosen one, and the mail as readers see it. */
export function MailEditor({ kind, record }: MailEditorProps) {
  const t = useText();
  const isDesktop = useIsDesktop();
  const isPhone = useIsPhone();
  const { form, save, theirs, keepMine, takeTheirs } = useVersionedForm(kind, record, { readFields, draft: `mail ${record.id}` });
  const blocks = form.values.blocks as unknown as readonly MailBlock[] | null;
  const [chosen, setChosen] = useState<BlockPath>();
  const [layer, setLayer] = useState<"check" | "starters">();
  const [isSending, setSending] = useState(false);
  const [announcement, setAnnouncement] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  /** The card that gets the focus when it stands in its new place. */
  const [focused, setFocused] = useState<string>();
  useEffect(() => {
    if (focused === undefined) return;
    frame.current?.querySelector<HTMLElement>(`[data-block="${CSS.escape(focused)}"] button`)?.focus();
    setFocused(undefined);
  }, [focused]);
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
  const setBlocks = (next: readonly MailBlock[]): void => form.set("blocks", next as never);
  const nameAt = (path: BlockPath): string => nameBlock(findBlock(blocks ?? [], path)?.type ?? "", t);
  const choose = (path: BlockPath): void => {
    setChosen(path);
    setFocused(formatPath(path));
  };
  const edit =
    canEdit && blocks
      ? {
          add: (path: BlockPath, type: string): void => {
            setBlocks(insertBlock(blocks, path, createBlock(type)));
            choose(path);
          },
          move: (path: BlockPath, step: 1 | -1): void => {
            setBlocks(moveBlock(blocks, path, step));
            setAnnouncement(t("{name} was moved", { name: nameAt(path) }));
            choose(shiftPath(path, step));
          },
          duplicate: (path: BlockPath): void => {
            const block = findBlock(blocks, path);
            if (block) setBlocks(insertBlock(blocks, shiftPath(path, 1), block));
            choose(shiftPath(path, 1));
          },
          remove: (path: BlockPath): void => {
            setBlocks(removeBlock(blocks, path));
            setChosen(undefined);
            showToast({ text: t("{name} was removed", { name: nameAt(path) }), undo: () => setBlocks(blocks) });
          },
        }
      : undefined;
  const start = ({ subject, blocks: layout }: MailStarter): void => {
    const before = form.values;
    form.set("blocks", layout as never);
    if (!form.values.subject) form.set("subject", subject);
    setChosen(undefined);
    setLayer(undefined);
    if (blocks) showToast({ text: t("The layout replaced the blocks"), undo: () => form.set("blocks", before.blocks ?? null) });
  };
  const sendTest = async (): Promise<void> => {
    setSending(true);
    const body = person.chosen ? { related_to_id: person.chosen.id } : { sample: true };
    try {
      const { to_address: address } = await crm.request<{ to_address: string }>("POST", `${kind.path}/${record.id}/test`, {
        body,
      });
      showToast({ text: t("The test was sent to {address}", { address }) });
    } catch (error) {
      const { form: message, fields } = readErrors(error, t);
      showToast({ text: message ?? Object.values(fields)[0] ?? "" });
    } finally {
      setSending(false);
    }
  };
  const block = chosen && blocks ? findBlock(blocks, chosen) : undefined;
  const panel =
    block && chosen ? (
      <BlockPanel
        // The place as well as the type: an editor of text keeps its own state.
        key={`${formatPath(chosen)} ${block.type} ${blocks?.length}`}
        block={block}
        errors={listBlockErrors(chosen, errors)}
        onChange={(next) => blocks && setBlocks(changeBlock(blocks, chosen, next))}
        isDisabled={!canEdit}
      />
    ) : undefined;
  const panelTitle = block ? nameBlock(block.type, t) : t("Chosen block");
  const shown = (
    <MailPreview
      preview={preview.data}
      isError={preview.isError}
      person={person.chosen}
      search={person.search}
      onPersonChange={person.choose}
    />
  );
  const list = blocks ? (
    <BlockList blocks={blocks} chosen={chosen && formatPath(chosen)} errors={errors} edit={edit} onSelect={setChosen} />
  ) : null;
  const Layer = isPhone ? Sheet : Drawer;
  return (
    <div ref={frame} className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <div className="min-w-field-short flex-1">
          <TextField
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
      {theirs ? (
        <Banner
          kind="warning"
          title={t("Someone changed this while you were editing")}
          action={
            <span className="flex gap-2">
              <Button isSmall onPress={keepMine}>
                {t("Keep mine")}
              </Button>
              <Button isSmall onPress={takeTheirs}>
                {t("Take theirs")}
              </Button>
            </span>
          }
        />
      ) : null}
      {blocks === null ? (
        <>
          {canEdit ? (
            <p className="text-control text-text-muted">
              {t("This mail is written as text or HTML. A layout of blocks replaces it when you save.")}
            </p>
          ) : null}
          {shown}
        </>
      ) : isDesktop ? (
        <div className="grid min-w-0 grid-cols-(--mail-columns) items-start gap-6">
          <section aria-label={t("Blocks")} className="min-w-0">
            {list}
          </section>
          {shown}
          <aside
            aria-label={panelTitle}
            className="sticky top-4 flex max-h-(--builder-panel-height) min-w-0 flex-col gap-4 overflow-auto rounded-card border border-border bg-surface p-4"
          >
            {panel ? (
              <>
                <h2 className="text-section font-semibold">{panelTitle}</h2>
                {panel}
              </>
            ) : (
              <p className="text-control text-text-muted">{t("Choose a block to see and change what it says.")}</p>
            )}
          </aside>
        </div>
      ) : (
        <>
          {list}
          {shown}
          {panel ? (
            <Layer title={panelTitle} isOpen onOpenChange={() => setChosen(undefined)}>
              <div className="flex min-w-0 flex-col gap-4">{panel}</div>
            </Layer>
          ) : null}
        </>
      )}
      {form.isChanged ? (
        <footer className="sticky bottom-0 z-1 flex flex-wrap items-center justify-end gap-2 border-t border-border bg-bg py-3">
          <span className="me-auto text-control text-text-muted">{t("Your changes are not saved yet.")}</span>
          <Button onPress={form.discard}>{t("Discard")}</Button>
          <Button variant="primary" isPending={form.isSaving} onPress={() => void save()}>
            {form.isSaving ? t("Saving…") : t("Save the mail")}
          </Button>
        </footer>
      ) : null}
      <span role="status" className="sr-only">
        {announcement}
      </span>
      <LeaveGuard form={form} />
      {layer === "check" ? (
        <CheckDrawer
          id={record.id}
          person={person.chosen?.id}
          isChanged={form.isChanged}
          onSelect={choose}
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
