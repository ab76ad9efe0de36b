import { useParams, useSearch } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Field } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { bindText, readErrors } from "../../../input/form/form-state.ts";
import { nameLanguage } from "../../../ui/i18n/language-name.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { TagField } from "../../../ui/kit/tag-field.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { ArticlePreviewPart, FeedbackPart, TranslationPart, VersionPart } from "./article-parts.tsx";
import {
  ARTICLE,
  type ArticleStatus,
  KNOWLEDGE_PATH,
  listCategoryTree,
  nameStatus,
  statusHues,
  useCategories,
} from "./knowledge-data.ts";
import { type Editor, RecordEditor } from "./record-editor.tsx";

const BodyField = lazy(() => import("./body-field.tsx").then(({ BodyField: field }) => ({ default: field })));

const LIST_PATH = "/crm/support/knowledge";
const NONE = "none";
/** Languages that are offered first. The API takes any. */
const LANGUAGES = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "pt",
  "nl",
  "pl",
  "da",
  "sv",
  "nb",
  "fi",
  "cs",
  "tr",
  "ru",
  "uk",
  "ar",
  "he",
  "ja",
  "ko",
  "zh-Hans",
  "zh-Hant",
];

const USER_FIELD = { name: "author_id", type: "reference", record: "user" } as Field;
const contentNames = ["title", "summary", "body"] as const;

/** The text of an article that an author changes: the draft of a published one. */
function readFields(record: ConsoleRecord): Record<string, unknown> {
  const content = (record.draft ?? record) as Readonly<Record<string, unknown>>;
  return {
    ...Object.fromEntries(contentNames.map((name) => [name, content[name] ?? null])),
    ...Object.fromEntries(["category_id", "tags", "is_public", "author_id"].map((name) => [name, record[name] ?? null])),
  };
}

const hasInput = (path: string): boolean => /^(?:title|summary|body|category_id|tags|language|author_id)/.test(path);

/** `/crm/support/knowledge/create` and `/crm/support/knowledge/edit/ID`. */
export function ArticlePage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  const { language, translation_of } = useSearch({ strict: false }) as { language?: string; translation_of?: string };
  const defaults = useMemo(
    () => ({
      ...{ title: "", summary: null, body: "", category_id: null, tags: [], is_public: false },
      ...(language === undefined ? {} : { language }),
      ...(translation_of === undefined ? {} : { translation_of }),
    }),
    [language, translation_of],
  );
  return (
    <RecordEditor
      key={`${id} ${translation_of} ${language}`}
      kindName={ARTICLE}
      id={id}
      defaults={defaults}
      readFields={readFields}
      hasInput={hasInput}
    >
      {(editor) => <ArticleEditor editor={editor} />}
    </RecordEditor>
  );
}

function ArticleEditor({ editor }: { readonly editor: Editor }) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const [tab, setTab] = useState("write");
  const [busy, setBusy] = useState<string>();
  const { kind, form, record, save, notices } = editor;
  const status = (record?.status ?? "DRAFT") as ArticleStatus;
  const isPublished = status === "PUBLISHED";

  const saveOnly = async (): Promise<ConsoleRecord | undefined> => {
    const saved = form.isChanged || !record ? await save() : record;
    if (!saved) setTab("write");
    else if (!record) await navigate({ to: `${LIST_PATH}/edit/${saved.id}`, replace: true, ignoreBlocker: true });
    return saved;
  };
  /** Runs what changes the status, after the changes are saved. */
  const run = async (action: string, method: "POST" | "DELETE", text: string): Promise<void> => {
    setBusy(action);
    const saved = action === "draft" ? record : await saveOnly();
    if (saved)
      try {
        if (action === "draft") form.discard();
        await crm.request(method, `${KNOWLEDGE_PATH}/${saved.id}/${action}`, method === "POST" ? { body: {} } : {});
        await invalidate(kind, saved.id);
        showToast({ text });
      } catch (error) {
        const { form: message, fields } = readErrors(error, t);
        showToast({ text: Object.values(fields)[0] ?? message ?? t("The article could not be changed"), isError: true });
      }
    setBusy(undefined);
  };
  const canPublish = !isPublished || record?.has_draft === true || form.isChanged;
  return (
    <PageFrame
      title={record ? String(form.values.title ?? "") || t("Article") : t("New article")}
      width="record"
      actions={
        <>
          <span className="flex flex-wrap items-center gap-2">
            <Tag label={nameStatus(status, t)} hue={statusHues[status]} hasDot />
            {record?.has_draft ? <Tag label={t("Draft not published")} hue="yellow" /> : null}
          </span>
          <span className="flex-1" />
          <Button
            isPending={form.isSaving && busy === undefined}
            isDisabled={record !== undefined && !form.isChanged}
            onPress={() => void saveOnly()}
          >
            {form.isSaving ? t("Saving…") : t("Save")}
          </Button>
          <Button
            variant="primary"
            isDisabled={!canPublish}
            isPending={busy === "publish"}
            onPress={() => void run("publish", "POST", t("The article is published"))}
          >
            {t("Publish")}
          </Button>
          {record ? (
            <Menu
              placement="bottom end"
              trigger={<IconButton label={t("More actions")} icon={<Ellipsis />} />}
              onAction={(key) => {
                if (key === "draft") void run("draft", "DELETE", t("The draft is discarded"));
                else if (key === "unpublish") void run("unpublish", "POST", t("The article is a draft again"));
                else if (key === "archive") void run("archive", "POST", t("The article is archived"));
                else void navigate({ to: `${LIST_PATH}/view/${record.id}` });
              }}
            >
              <MenuItem id="details" label={t("All details")} />
              {record.has_draft ? <MenuItem id="draft" label={t("Discard the draft")} isDanger /> : null}
              {isPublished ? <MenuItem id="unpublish" label={t("Unpublish")} /> : null}
              {status === "ARCHIVED" ? null : <MenuItem id="archive" label={t("Archive")} />}
            </Menu>
          ) : null}
        </>
      }
    >
      {notices}
      {record ? (
        <Tabs
          label={t("Parts of the article")}
          selectedKey={tab}
          onSelectionChange={(key) => setTab(String(key))}
          tabs={[
            { id: "write", label: t("Write"), content: <ArticleForm editor={editor} /> },
            {
              id: "preview",
              label: t("Preview"),
              content: (
                <ArticlePreviewPart
                  record={record}
                  hasChanges={form.isChanged}
                  onSave={() => void saveOnly()}
                  isSaving={form.isSaving}
                />
              ),
            },
            { id: "translations", label: t("Languages"), content: <TranslationPart record={record} /> },
            { id: "versions", label: t("Versions"), content: <VersionPart kind={kind} record={record} /> },
            { id: "feedback", label: t("Feedback"), content: <FeedbackPart record={record} /> },
          ]}
        />
      ) : (
        <ArticleForm editor={editor} />
      )}
    </PageFrame>
  );
}

function ArticleForm({ editor }: { readonly editor: Editor }) {
  const t = useText();
  const { locale } = useTextOptions();
  const categories = useCategories();
  const { form, record } = editor;
  const { values, errors } = form;
  const languages = useMemo(
    () =>
      [...new Set([...LANGUAGES, ...(values.language ? [String(values.language)] : [])])]
        .map((id) => ({ id, label: nameLanguage(id, locale) }))
        .sort((a, b) => a.label.localeCompare(b.label, locale)),
    [locale, values.language],
  );
  const error = (name: string): { readonly error: string } | Record<string, never> =>
    errors.fields[name] === undefined ? {} : { error: errors.fields[name] };
  return (
    <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-(--builder-columns)">
      <div className="flex min-w-0 flex-col gap-4">
        <TextField label={t("Title")} note="required" maxLength={200} autoFocus={!record} {...bindText(form, "title")} />
        <TextField
          label={t("Summary")}
          help={t("Shown in lists and in results of a search.")}
          maxLength={300}
          {...bindText(form, "summary")}
          onChange={(text) => form.set("summary", text === "" ? null : text)}
        />
        {/* As high as the editor, which loads later, so that the details below it do not move. */}
        <div className="min-h-results desktop:min-h-0">
          <Suspense fallback={<Skeleton shape="block" />}>
            <BodyField value={String(values.body ?? "")} onChange={(body) => form.set("body", body)} {...error("body")} />
          </Suspense>
        </div>
      </div>
      <aside aria-label={t("Details")} className="flex min-w-0 flex-col gap-4 rounded-card border border-border bg-surface p-4">
        <h2 className="text-section font-semibold">{t("Details")}</h2>
        <Select
          label={t("Category")}
          options={[
            { id: NONE, label: t("None") },
            ...listCategoryTree(categories.data ?? []).map(({ category: { id, name }, depth }) => ({
              id,
              label: `${"\u2003".repeat(depth)}${name}`,
            })),
          ]}
          value={values.category_id ? String(values.category_id) : NONE}
          onChange={(key) => form.set("category_id", key === NONE ? null : String(key))}
          {...error("category_id")}
        />
        <TagField
          label={t("Tags")}
          value={(values.tags as readonly string[] | null) ?? []}
          onChange={(tags) => form.set("tags", tags)}
          {...error("tags")}
        />
        {record ? (
          <div className="flex flex-col text-control">
            <span className="font-medium">{t("Language")}</span>
            <span>{nameLanguage(String(record.language), locale)}</span>
          </div>
        ) : (
          <Combobox
            label={t("Language")}
            help={t("Empty: the language of the organization. The language cannot change later.")}
            options={languages}
            selectedKey={values.language ? String(values.language) : null}
            onSelectionChange={(key) => form.set("language", key === null ? undefined : String(key))}
            {...error("language")}
          />
        )}
        <Checkbox
          isSelected={values.is_public === true}
          onChange={(isPublic) => form.set("is_public", isPublic)}
          help={t("Customers read it in the help center once it is published and settings allow it.")}
        >
          {t("Public")}
        </Checkbox>
        {record ? (
          <FieldInput
            field={{ ...USER_FIELD, label: t("Author") } as Field}
            value={values.author_id}
            values={values}
            onChange={(author) => form.set("author_id", author)}
            {...error("author_id")}
          />
        ) : null}
      </aside>
    </div>
  );
}
