import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { dateFormat, formatCount, formatPercent } from "../../../ui/i18n/formatters.ts";
import { nameLanguage } from "../../../ui/i18n/language-name.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { MailFrame } from "../../../ui/kit/mail-frame.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import {
  type ArticleRow,
  type ArticleVersion,
  computeHelpfulPercent,
  KNOWLEDGE_PATH,
  nameStatus,
  statusHues,
  useArticleFeedback,
  useArticleFigures,
  useArticlePreview,
  useArticleVersions,
  useRelatedArticles,
  useTranslations,
} from "./knowledge-data.ts";
import { buildPreviewPage } from "./preview-page.ts";

/** The parts of an article beside its text. Each reads its data when it is opened. */

const EDIT_PATH = "/crm/support/knowledge/edit";

interface PartProps {
  readonly record: ConsoleRecord;
}

interface PreviewPartProps extends PartProps {
  readonly hasChanges: boolean;
  readonly isSaving: boolean;
  readonly onSave: () => void;
}

/** The article as a customer reads it, on a screen or a phone. The API renders what is saved. */
export function ArticlePreviewPart({ record, hasChanges, isSaving, onSave }: PreviewPartProps) {
  const t = useText();
  const [device, setDevice] = useState("screen");
  const preview = useArticlePreview(record.id, record.version);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {hasChanges ? (
        <Banner
          kind="warning"
          title={t("Changes that are not saved are not shown")}
          action={
            <Button isPending={isSaving} onPress={onSave}>
              {t("Save and show")}
            </Button>
          }
        />
      ) : null}
      <SegmentedControl
        label={t("Width of the preview")}
        value={device}
        onChange={setDevice}
        segments={[
          { id: "screen", label: t("Screen") },
          { id: "phone", label: t("Smartphone") },
        ]}
      />
      {preview.error ? <LoadError query={preview} text={t("The preview could not be loaded")} /> : null}
      {preview.data ? (
        <MailFrame
          key={device}
          title={t("Preview of the article")}
          html={buildPreviewPage(preview.data, String(record.language))}
          width={device === "screen" ? 720 : 360}
        />
      ) : preview.error ? null : (
        <Skeleton shape="block" />
      )}
    </div>
  );
}

/** The translations of the article, and a new one. */
export function TranslationPart({ record }: PartProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const translations = useTranslations(String(record.group_id));
  const rows = translations.data ?? [];
  const used = new Set(rows.map(({ language }) => language));
  const [language, setLanguage] = useState<string | null>(null);
  const options = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ar", "ja", "ko", "zh-Hans", "zh-Hant"]
    .filter((tag) => !used.has(tag))
    .map((id) => ({ id, label: nameLanguage(id, locale) }));
  const columns: TableColumn<ArticleRow>[] = [
    {
      id: "language",
      label: t("Language"),
      render: (row) =>
        row.id === record.id ? (
          nameLanguage(row.language, locale)
        ) : (
          <Link variant="title" href={`${EDIT_PATH}/${row.id}`}>
            {nameLanguage(row.language, locale)}
          </Link>
        ),
    },
    { id: "title", label: t("Title"), render: ({ title }) => <span dir="auto">{title}</span> },
    {
      id: "status",
      label: t("Status"),
      render: ({ status }) => <Tag label={nameStatus(status, t)} hue={statusHues[status]} hasDot />,
    },
  ];
  if (translations.isPending) return <Skeleton shape="block" />;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="rounded-card border border-border bg-surface px-4 py-2">
        <Table label={t("Languages")} columns={columns} rows={rows} getRowId={({ id }) => id} />
      </div>
      <div className="flex min-w-0 flex-wrap items-end gap-2">
        <div className="w-full min-w-field-short tablet:w-field">
          <Combobox
            label={t("Translate into")}
            options={options}
            selectedKey={language}
            onSelectionChange={(key) => setLanguage(key === null ? null : String(key))}
          />
        </div>
        {language === null ? null : (
          <Link variant="action" href={`/crm/support/knowledge/create?translation_of=${record.id}&language=${language}`}>
            {t("Write the translation")}
          </Link>
        )}
      </div>
    </div>
  );
}

/** What was published, the newest first. An earlier text can be taken over. */
export function VersionPart({ kind, record }: PartProps & { readonly kind: Kind }) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const invalidate = useInvalidation();
  const versions = useArticleVersions(record.id);
  const [busy, setBusy] = useState<string>();
  const revert = async ({ id }: ArticleVersion): Promise<void> => {
    setBusy(id);
    try {
      await crm.request("POST", `${KNOWLEDGE_PATH}/${record.id}/versions/${id}/revert`, { body: {} });
      await invalidate(kind, record.id);
      showToast({ text: t("The text of the version is in the draft") });
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The version could not be taken over"), isError: true });
    }
    setBusy(undefined);
  };
  const columns: TableColumn<ArticleVersion>[] = [
    { id: "number", label: t("Version"), render: ({ version_number }) => formatCount(version_number) },
    { id: "title", label: t("Title"), render: ({ title }) => <span dir="auto">{title}</span> },
    {
      id: "at",
      label: t("Published"),
      render: ({ published_at }) =>
        dateFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(published_at)),
    },
    { id: "by", label: t("Published by"), render: ({ expanded }) => expanded?.published_by?.name ?? EMPTY },
    {
      id: "actions",
      label: t("Actions"),
      isForActions: true,
      render: (version) =>
        version.version_number === record.version_number ? null : (
          <IconButton
            isSmall
            label={t("Use version {version}", { version: formatCount(version.version_number) })}
            icon={<RotateCcw />}
            isPending={busy === version.id}
            onPress={() => void revert(version)}
          />
        ),
    },
  ];
  if (versions.isPending) return <Skeleton shape="block" />;
  if (versions.data?.length === 0)
    return (
      <EmptyState kind="empty" title={t("The article was not published yet")}>
        {t("Each publication adds a version, so that an earlier text can come back.")}
      </EmptyState>
    );
  return (
    <div className="rounded-card border border-border bg-surface px-4 py-2">
      <Table label={t("Versions")} columns={columns} rows={versions.data ?? []} getRowId={({ id }) => id} />
    </div>
  );
}

/** How readers rate the article, their comments, and articles on the same topic. */
export function FeedbackPart({ record }: PartProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const figures = useArticleFigures([record.id]).get(record.id);
  const feedback = useArticleFeedback(record.id);
  const related = useRelatedArticles(record.id);
  const percent = figures ? computeHelpfulPercent(figures) : undefined;
  const comments = (feedback.data ?? []).filter(({ comment }) => comment !== null);
  const tiles = [
    { label: t("Views"), value: figures ? formatCount(figures.view_count) : EMPTY },
    { label: t("Helpful"), value: percent === undefined ? EMPTY : formatPercent(percent) },
    { label: t("Opinions"), value: figures ? formatCount(figures.helpful_count + figures.not_helpful_count) : EMPTY },
  ];
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <dl className="flex flex-wrap gap-8">
        {tiles.map(({ label, value }) => (
          <div key={label} className="flex flex-col-reverse">
            <dt className="text-control text-text-muted">{label}</dt>
            <dd className="text-title font-semibold tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <section aria-label={t("Comments")} className="flex min-w-0 flex-col gap-2">
        <h2 className="text-section font-semibold">{t("Comments")}</h2>
        {comments.length === 0 ? <p className="text-control text-text-muted">{t("No reader has left a comment.")}</p> : null}
        <ul className="flex min-w-0 flex-col gap-2 empty:hidden">
          {comments.map(({ id, comment, is_helpful, given_at }) => (
            <li key={id} className="flex min-w-0 flex-col gap-1 rounded-card border border-border bg-surface p-3 text-control">
              <span dir="auto" className="wrap-anywhere">
                {comment}
              </span>
              <span className="text-meta text-text-muted">
                {[
                  is_helpful ? t("Helpful") : t("Not helpful"),
                  dateFormat(locale, { dateStyle: "medium", timeZone }).format(new Date(given_at)),
                ].join(" · ")}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-label={t("Articles on the same topic")} className="flex min-w-0 flex-col gap-2">
        <h2 className="text-section font-semibold">{t("Articles on the same topic")}</h2>
        {related.data?.length === 0 ? (
          <p className="text-control text-text-muted">{t("There is no other article on this topic.")}</p>
        ) : null}
        <ul className="flex min-w-0 flex-col empty:hidden">
          {(related.data ?? []).map(({ id, title }) => (
            <li key={id}>
              <Link variant="title" href={`${EDIT_PATH}/${id}`}>
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
