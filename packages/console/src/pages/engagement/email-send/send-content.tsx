import { useQuery } from "@tanstack/react-query";
import { LayoutTemplate } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { type MailPreview as Preview, useMailPreview } from "../../../records/mail/mail-data.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import type { SearchOptions } from "../../../ui/kit/use-option-search.ts";
import { BlockWorkspace, useBlockEditing } from "../../messaging/template/block-workspace.tsx";
import { MailPreview } from "../../messaging/template/mail-preview.tsx";
import { MergeLine } from "../../messaging/template/merge-line.tsx";
import { StarterList } from "../../messaging/template/starter-list.tsx";
import { useMemberChoice } from "../campaign/use-member-choice.ts";
import type { Channel, SendDraft } from "./send-rules.ts";

interface SendContentProps {
  readonly campaign: string;
  readonly channel: Channel;
  readonly draft: SendDraft;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (changes: Partial<SendDraft>) => void;
}

const TEMPLATES_PATH = "/api/v1/message-templates";
const MAX_OPTIONS = 20;

/** Finds templates of a channel that can be sent. */
export const createTemplateSearch =
  (channel: Channel): SearchOptions =>
  async (text) => {
    const { data } = await read<{ id: string; name: string; subject?: string | null }[]>(TEMPLATES_PATH, {
      channel: channel.toUpperCase(),
      is_active: "true",
      limit: MAX_OPTIONS,
      ...(text === "" ? {} : { search: text }),
    });
    return data.map(({ id, name, subject }) => ({ id, label: name, ...(subject ? { description: subject } : {}) }));
  };

/** A mail that is written for the campaign is shown through the preview of any template, because its blocks replace those of the template. */
export function useAnyTemplate(isEnabled: boolean) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "any-mail-template"],
    queryFn: async () => (await read<{ id: string }[]>(TEMPLATES_PATH, { channel: "EMAIL", limit: 1 })).data[0]?.id ?? null,
    enabled: isEnabled,
  });
}

/** Removes the names of the parts of a message from the errors of a form: `content.blocks[0].text` is about `blocks[0].text`. */
const readContentErrors = (errors: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(errors).map(([name, message]) => [name.replace(/^content\./, ""), message]));

/** What is sent: a template, or a message that is written for the campaign; and how a member sees it. */
export function SendContent({ campaign, channel, draft, errors, onChange }: SendContentProps) {
  const t = useText();
  const member = useMemberChoice(campaign);
  const [isChoosing, setChoosing] = useState(false);
  const search = useMemo(() => createTemplateSearch(channel), [channel]);
  const isOwn = draft.source === "own";
  const isMail = channel === "email";
  const { data: anyTemplate } = useAnyTemplate(isMail && isOwn);
  const subject = draft.subject.trim();
  const isSubjectTested = isMail && draft.hasVariants && draft.tests === "subject";
  const shownSubject = isSubjectTested ? (draft.variants[0]?.subject.trim() ?? "") : subject;
  const unsaved = useMemo(() => {
    const changes = {
      ...(shownSubject === "" ? {} : { subject: shownSubject }),
      ...(isOwn && draft.blocks ? { blocks: draft.blocks } : {}),
    };
    return Object.keys(changes).length === 0 ? undefined : JSON.stringify(changes);
  }, [shownSubject, isOwn, draft.blocks]);
  const isContentTested = isMail && draft.hasVariants && draft.tests === "content";
  const template = isContentTested ? draft.variants[0]?.template : draft.template;
  const templateId = isOwn ? (isMail && draft.blocks ? (anyTemplate ?? undefined) : undefined) : template?.id;
  const preview = useMailPreview({
    id: templateId,
    unsaved: isMail ? unsaved : undefined,
    version: "",
    person: member.chosen?.id,
  });
  const contentErrors = readContentErrors(errors);
  const shown = !isMail ? (
    isOwn ? null : (
      <TextPreview preview={templateId === undefined ? undefined : preview.data} member={member} />
    )
  ) : templateId === undefined ? null : (
    <MailPreview
      preview={preview.data}
      isError={preview.isError}
      person={member.chosen}
      search={member.search}
      onPersonChange={member.choose}
      personLabel={t("Show as the member")}
    />
  );
  const subjectField =
    isMail && !isSubjectTested ? (
      <MergeLine
        label={t("Subject")}
        {...(isOwn ? { note: "required" as const } : { help: t("Replaces the subject of the template.") })}
        value={draft.subject}
        onChange={(next) => onChange({ subject: next })}
        error={errors.subject ?? errors["content.subject"]}
        maxLength={255}
      />
    ) : null;
  return (
    <fieldset className="flex min-w-0 flex-col gap-4">
      <legend className="pb-3 text-section font-semibold">{t("Content")}</legend>
      {isContentTested ? null : (
        <SegmentedControl
          label={t("Content")}
          segments={[
            { id: "template", label: t("From a template") },
            { id: "own", label: t("Written for this campaign") },
          ]}
          value={draft.source}
          onChange={(source) => onChange({ source: source === "own" ? "own" : "template" })}
        />
      )}
      {isContentTested ? (
        <p className="text-control text-text-muted">{t("The variants below name the templates. The preview shows variant A.")}</p>
      ) : isOwn ? null : (
        <div className="w-full max-w-form">
          <Reference
            label={t("Template")}
            note="required"
            value={draft.template}
            search={search}
            onChange={(option) => onChange({ template: option && { id: option.id, label: option.label } })}
            error={errors.template_id}
          />
        </div>
      )}
      {isContentTested ? null : <div className="w-full max-w-form empty:hidden">{subjectField}</div>}
      {isOwn && !isMail ? (
        <div className="w-full max-w-form">
          <TextArea
            label={t("Text")}
            note="required"
            value={draft.body}
            onChange={(body) => onChange({ body })}
            help={t("Merge fields such as {field} are filled in for each reader.", { field: "{{person.first_name|there}}" })}
            error={contentErrors.body}
          />
        </div>
      ) : null}
      {isOwn && isMail && !isContentTested ? (
        <OwnMail
          draft={draft}
          errors={contentErrors}
          preview={shown}
          onChange={onChange}
          onChooseLayout={() => setChoosing(true)}
        />
      ) : (
        <div className="w-full max-w-form">{shown}</div>
      )}
      {isChoosing ? (
        <Drawer title={t("Layouts")} isOpen onOpenChange={() => setChoosing(false)}>
          <StarterList
            onChoose={(starter) => {
              onChange({ blocks: starter.blocks, ...(subject === "" ? { subject: starter.subject } : {}) });
              setChoosing(false);
            }}
          />
        </Drawer>
      ) : null}
    </fieldset>
  );
}

interface OwnMailProps extends Pick<SendContentProps, "draft" | "errors" | "onChange"> {
  readonly preview: ReactNode;
  readonly onChooseLayout: () => void;
}

/** The editor of a mail without a template. It begins with a layout, or with nothing. */
function OwnMail({ draft, errors, preview, onChange, onChooseLayout }: OwnMailProps) {
  const t = useText();
  const editing = useBlockEditing({ blocks: draft.blocks, onChange: (blocks) => onChange({ blocks }), canEdit: true });
  return (
    <div ref={editing.frame} className="flex min-w-0 flex-col gap-4">
      <span className="flex flex-wrap items-center gap-2">
        <Button icon={<LayoutTemplate />} onPress={onChooseLayout}>
          {t("Layouts")}
        </Button>
        {draft.blocks === null ? (
          <Button variant="quiet" onPress={() => onChange({ blocks: [] })}>
            {t("Start from scratch")}
          </Button>
        ) : null}
      </span>
      {errors.blocks === undefined ? null : <p className="text-meta text-danger">{errors.blocks}</p>}
      {draft.blocks === null ? null : <BlockWorkspace editing={editing} errors={errors} preview={preview ?? <NoPreview />} />}
    </div>
  );
}

/** Takes the place of the preview, which needs a template of any content. */
function NoPreview() {
  const t = useText();
  return (
    <p className="text-control text-text-muted">
      {t("The preview needs a mail template. Create one, or send a test to see the mail.")}
    </p>
  );
}

interface TextPreviewProps {
  readonly preview: Preview | undefined;
  readonly member: ReturnType<typeof useMemberChoice>;
}

/** A text message as a phone shows it. */
function TextPreview({ preview, member }: TextPreviewProps) {
  const t = useText();
  if (!preview) return null;
  return (
    <section aria-label={t("Preview")} className="flex min-w-0 flex-col gap-3">
      <Reference
        label={t("Show as the member")}
        note="optional"
        value={member.chosen}
        search={member.search}
        onChange={member.choose}
      />
      <p
        dir="auto"
        className="w-fit max-w-full rounded-card border border-border bg-raised px-4 py-3 text-body whitespace-pre-line wrap-anywhere"
      >
        {preview.text}
      </p>
    </section>
  );
}
