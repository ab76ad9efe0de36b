import { useParams, useSearch } from "@tanstack/react-router";
import { type Kind, listPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { isEmptyValue } from "../../../api/value-text.ts";
import { FormPage } from "../../../records/form/form-page.tsx";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { DocumentEditor, type EditorLayout } from "../../agreements/quote/document-editor.tsx";
import type { StoredLine } from "../../agreements/quote/line-rules.ts";
import { readOpportunity } from "../../agreements/quote/quote-form-page.tsx";
import { EditorSkeleton, StoredDocument } from "../../agreements/quote/stored-document.tsx";
import { createLineList, useNewDocument, useTakenValues } from "../../agreements/quote/use-document-form.ts";

const lineList = createLineList("order");

const layout: EditorLayout = {
  document: "order",
  head: ["customer_id", "opportunity_id", "contact_id", "order_date", "customer_reference"],
  more: ["currency", "price_book_id", "owner_id", "campaign_id", "project_id", "billing_address", "shipping_address"],
  terms: ["payment_terms", "delivery_terms"],
  texts: ["notes", "tags"],
};

/** Records that an order takes its lines from if it has none of its own. */
const SOURCES = ["quote_id", "deal_id", "contract_id"];
/** What the address can say about a new order. */
const PRESET_FIELDS = [...SOURCES, "customer_id", "contact_id", "campaign_id", "project_id"];

/** An order with its lines: a new one, also of an opportunity (`?opportunity_id=`), or a draft. Later it has no lines that this form could change. */
export function OrderFormPage() {
  const { id } = useParams({ strict: false }) as { readonly id?: string };
  const { data: kind } = useKind("order");
  if (!kind) return <EditorSkeleton />;
  if (id === undefined) return <NewOrder key="new" kind={kind} />;
  return (
    <StoredDocument
      key={id}
      kind={kind}
      id={id}
      list={lineList}
      renderClosed={({ status }) => (status === "DRAFT" ? undefined : <AgreedOrder id={id} />)}
      renderEditor={(editor, { line_items }) => (
        <DocumentEditor {...editor} layout={layout} stored={(line_items ?? noLines) as readonly StoredLine[]} />
      )}
    />
  );
}

/** The fields that stay open once the customer has agreed. */
function AgreedOrder({ id }: { readonly id: string }) {
  const { data: kinds = [] } = useKindIndex();
  const summary = kinds.find(({ kind }) => kind === "order");
  return summary ? <FormPage summary={summary} id={id} /> : <EditorSkeleton />;
}

function NewOrder({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const parameters = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const preset = Object.fromEntries(
    PRESET_FIELDS.flatMap((name) => (parameters[name] === undefined ? [] : [[name, parameters[name]]])),
  );
  const about = parameters.opportunity_id ?? Object.values(preset).join(" ");
  const { form, save } = useNewDocument(kind, lineList, preset, about);
  const { opportunity_id } = parameters;
  const inAddress = opportunity_id === undefined ? undefined : { name: "opportunity_id", id: opportunity_id };
  const { labels, take } = useTakenValues(form, inAddress, readOpportunity);
  const hasSource = SOURCES.some((name) => form.values[name]);
  return (
    <DocumentEditor
      kind={kind}
      layout={layout}
      form={form}
      mode="create"
      title={t("New {kind}", { kind: toNoun(kind.label) })}
      backPath={listPath(kind)}
      labels={labels}
      stored={noLines}
      onChange={(name, value) => {
        form.set(name, value);
        if (name === "opportunity_id" && typeof value === "string") void take({ name, id: value });
      }}
      onSave={save}
    >
      {hasSource && isEmptyValue(form.values.line_items) ? (
        <Banner kind="info" title={t("The order takes over the lines of the record that it is made from")}>
          {t("Lines that you add here take their place.")}
        </Banner>
      ) : null}
    </DocumentEditor>
  );
}

const noLines: readonly StoredLine[] = [];
