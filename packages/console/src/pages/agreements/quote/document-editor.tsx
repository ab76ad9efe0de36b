import { useTenant } from "../../../api/tenant.ts";
import { formatMoney } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { useIsDesktop } from "../../../ui/kit/use-media.ts";
import { DocumentFields, DocumentSection, HeadFields, listWritable } from "./document-fields.tsx";
import { DocumentFrame, type EditorProps, usePreviewState } from "./document-frame.tsx";
import { LineList } from "./line-list.tsx";
import type { LineDocument, StoredLine } from "./line-rules.ts";
import { ApprovalBanner, LineTotals } from "./line-totals.tsx";
import { useDocumentLines } from "./use-document-lines.ts";

/** The fields of a document around its lines, in their order. */
export interface EditorLayout {
  readonly document: LineDocument;
  readonly head: readonly string[];
  /** Shown on demand. */
  readonly more: readonly string[];
  readonly terms: readonly string[];
  readonly texts: readonly string[];
}

interface DocumentEditorProps extends EditorProps {
  readonly layout: EditorLayout;
  readonly stored: readonly StoredLine[];
}

/** The form of a document with lines: customer and dates, lines with their totals, terms. */
export function DocumentEditor({
  kind,
  layout,
  form,
  mode,
  title,
  backPath,
  labels,
  stored,
  record,
  onChange,
  onSave,
  children,
}: DocumentEditorProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { settings } = useTenant();
  const isDesktop = useIsDesktop();
  const [isPreviewOpen] = usePreviewState();
  const currency = String(form.values.currency ?? settings.currency);
  const document = useDocumentLines(form, stored, settings.currency, layout.document);
  const custom = kind.fields.filter((field) => field.custom).map(({ name }) => name);
  const { head, more, terms, texts } = layout;
  const names = [...head, ...more, ...terms, ...texts, ...custom];
  const shownFields = [
    ...listWritable(kind, mode, names).map(({ name }) => name),
    ...["line_items", "discount_percent", "fixed_discount", "shipping_amount"],
  ];
  const { total_amount } = document.totals.sums;
  const fields = { kind, form, mode, labels, onChange };
  return (
    <DocumentFrame
      kind={kind}
      record={record}
      title={title}
      form={form}
      backPath={backPath}
      onSave={onSave}
      foot={
        <span className="text-body font-semibold tabular-nums">
          {t("Total {amount}", { amount: formatMoney(total_amount, currency, locale, "exact") })}
        </span>
      }
    >
      {children}
      <FormSummary
        form={form}
        shownFields={shownFields}
        labelFor={(name) => kind.fields.find((field) => field.name === name)?.label ?? name}
      />
      <DocumentSection title={t("Customer and dates")}>
        <HeadFields {...fields} first={head} more={more} />
      </DocumentSection>
      <DocumentSection title={t("Lines")}>
        {document.priceError === null ? null : (
          <Banner kind="warning" title={t("The catalog prices could not be loaded")}>
            {readErrors(document.priceError, t).form}
          </Banner>
        )}
        <LineList
          document={document}
          currency={currency}
          errors={{ ...document.totals.errors, ...form.errors.fields }}
          isCompact={!isDesktop || (isPreviewOpen && record !== undefined)}
          isFirst={mode === "create" && isDesktop}
          onChange={(lines) => form.set("line_items", lines)}
        />
        <LineTotals form={form} totals={document.totals} margin={document.margin} currency={currency} />
        <ApprovalBanner notice={document.notice} />
      </DocumentSection>
      <DocumentSection title={t("Terms")}>
        <DocumentFields {...fields} names={terms} />
      </DocumentSection>
      <DocumentSection title={t("Texts")}>
        <DocumentFields {...fields} names={[...texts, ...custom]} />
      </DocumentSection>
    </DocumentFrame>
  );
}
