import type { ReactNode } from "react";
import type { ConsoleRecord } from "../data/records.ts";
import type { Kind } from "../data/schema.ts";
import { useTenant } from "../data/tenant.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatMoney } from "../fields/value-text.ts";
import { type FormState, readErrors } from "../form/form-state.ts";
import { FormSummary } from "../form/form-summary.tsx";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { useIsDesktop } from "../kit/use-media.ts";
import { DocumentFields, DocumentSection, HeadFields, listWritable } from "./document-fields.tsx";
import { DocumentFrame, usePreviewState } from "./document-frame.tsx";
import { DocumentPreview } from "./document-preview.tsx";
import { LineList } from "./line-list.tsx";
import type { StoredLine } from "./line-rules.ts";
import { ApprovalBanner, LineTotals } from "./line-totals.tsx";
import type { Labels } from "./use-document-form.ts";
import { useDocumentLines } from "./use-document-lines.ts";

const HEAD_FIELDS = ["customer_id", "opportunity_id", "name", "expiration_date"];
const MORE_FIELDS = ["contact_id", "quote_date", "currency", "price_book_id", "owner_id"];
const TERM_FIELDS = ["payment_terms", "delivery_terms", "requires_signature"];
const TEXT_FIELDS = ["description", "notes", "tags"];

interface QuoteEditorProps {
  readonly kind: Kind;
  readonly form: FormState;
  readonly mode: "create" | "edit";
  readonly title: string;
  readonly backPath: string;
  readonly labels: Labels;
  readonly stored: readonly StoredLine[];
  readonly record?: ConsoleRecord;
  readonly onChange: (name: string, value: unknown) => void;
  readonly onSave: (staysOpen: boolean) => Promise<void>;
  readonly children?: ReactNode;
}

/** The form of a quote: customer and dates, lines with their totals, terms. */
export function QuoteEditor({
  kind,
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
}: QuoteEditorProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { settings } = useTenant();
  const isDesktop = useIsDesktop();
  const [isPreviewOpen, setPreviewOpen] = usePreviewState();
  const currency = String(form.values.currency ?? settings.currency);
  const document = useDocumentLines(form, stored, settings.currency);
  const custom = kind.fields.filter((field) => field.custom).map(({ name }) => name);
  const headFields = mode === "create" ? [...HEAD_FIELDS, "template_id", "contact_id"] : HEAD_FIELDS;
  const moreFields = MORE_FIELDS.filter((name) => !headFields.includes(name));
  const names = [...headFields, ...moreFields, ...TERM_FIELDS, ...TEXT_FIELDS, ...custom];
  const shownFields = [
    ...listWritable(kind, mode, names).map(({ name }) => name),
    ...["line_items", "discount_percent", "fixed_discount", "shipping_amount"],
  ];
  const { total_amount } = document.totals.sums;
  const fields = { kind, form, mode, labels, onChange };
  return (
    <DocumentFrame
      title={title}
      form={form}
      backPath={backPath}
      isPreviewOpen={isPreviewOpen}
      onPreview={setPreviewOpen}
      onSave={async (staysOpen) => {
        await onSave(staysOpen);
        if (staysOpen && record) setPreviewOpen(true);
      }}
      preview={record ? <DocumentPreview kind={kind} record={record} isOutdated={form.isChanged} /> : undefined}
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
        <HeadFields {...fields} first={headFields} more={moreFields} />
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
          onChange={(lines) => form.set("line_items", lines)}
        />
        <LineTotals form={form} totals={document.totals} margin={document.margin} currency={currency} />
        <ApprovalBanner notice={document.notice} />
      </DocumentSection>
      <DocumentSection title={t("Terms")}>
        <DocumentFields {...fields} names={TERM_FIELDS} />
      </DocumentSection>
      <DocumentSection title={t("Texts")}>
        <DocumentFields {...fields} names={[...TEXT_FIELDS, ...custom]} />
      </DocumentSection>
    </DocumentFrame>
  );
}
