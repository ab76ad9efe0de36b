import { useParams, useSearch } from "@tanstack/react-router";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Kind, listPath, useKind } from "../../../api/schema.ts";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { DocumentEditor, type EditorLayout } from "./document-editor.tsx";
import { createLine, type EditedLine, type StoredLine } from "./line-rules.ts";
import { EditorSkeleton, StoredDocument } from "./stored-document.tsx";
import {
  createLineList,
  type DocumentSource,
  type TakenValues,
  toLabel,
  useNewDocument,
  useTakenValues,
} from "./use-document-form.ts";

const lineList = createLineList("quote");

const storedLayout: EditorLayout = {
  document: "quote",
  head: ["customer_id", "opportunity_id", "name", "expiration_date"],
  more: ["contact_id", "quote_date", "currency", "price_book_id", "owner_id"],
  terms: ["payment_terms", "delivery_terms", "requires_signature"],
  texts: ["description", "notes", "tags"],
};
const newLayout: EditorLayout = {
  ...storedLayout,
  head: [...storedLayout.head, "template_id", "contact_id"],
  more: storedLayout.more.filter((name) => name !== "contact_id"),
};

/** A quote with its lines: a new one, also of an opportunity (`?opportunity_id=`), or one that is changed. */
export function QuoteFormPage() {
  const { id } = useParams({ strict: false }) as { readonly id?: string };
  const t = useText();
  const { data: kind } = useKind("quote");
  if (!kind) return <EditorSkeleton />;
  if (id === undefined) return <NewQuote key="new" kind={kind} />;
  return (
    <StoredDocument
      key={id}
      kind={kind}
      id={id}
      list={lineList}
      sentNote={{
        title: t("The customer has this quote"),
        text: t("Lines, prices and terms stay as they are. Create a new version to change them."),
      }}
      renderEditor={(editor, { line_items }) => (
        <DocumentEditor {...editor} layout={storedLayout} stored={(line_items ?? noLines) as readonly StoredLine[]} />
      )}
    />
  );
}

/** Returns what a quote or an order takes over of an opportunity. */
export async function readOpportunity({ id }: Pick<DocumentSource, "id">): Promise<TakenValues> {
  const { data } = await read<ConsoleRecord>(`/api/v1/opportunities/${id}`, { expand: "customer,contact" });
  const products = (data.products ?? []) as readonly Partial<EditedLine>[];
  const line_items = products.map((product, index): EditedLine => {
    const {
      product_id = null,
      name = null,
      description = null,
      quantity = "1",
      unit_price = null,
      discount_percent = "0",
    } = product;
    return { ...createLine(`${id} ${index}`, []), product_id, name, description, quantity, unit_price, discount_percent };
  });
  const { customer_id, contact_id, currency } = data;
  return {
    values: { opportunity_id: id, customer_id, contact_id, currency, ...(line_items.length > 0 ? { line_items } : {}) },
    labels: {
      opportunity_id: { id, label: String(data.name) },
      customer_id: toLabel(data, "customer_id"),
      contact_id: toLabel(data, "contact_id"),
    },
  };
}

const TEMPLATE_FIELDS = ["payment_terms", "delivery_terms", "discount_percent", "requires_signature"];

/** Returns what a quote takes over of a template. */
async function readTemplate(id: string): Promise<TakenValues["values"]> {
  const { data } = await read<ConsoleRecord>(`/api/v1/quotes/templates/${id}`);
  const lines = (data.line_items ?? []) as readonly EditedLine[];
  const values = TEMPLATE_FIELDS.flatMap((name) => (data[name] === null || data[name] === undefined ? [] : [[name, data[name]]]));
  return {
    ...Object.fromEntries(values),
    ...(data.quote_description ? { description: data.quote_description } : {}),
    line_items: lines.map((line, index) => ({ ...createLine(`${id} ${index}`, []), ...line })),
  };
}

function NewQuote({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const { opportunity_id, customer_id } = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const { form, save } = useNewDocument(
    kind,
    lineList,
    customer_id === undefined ? {} : { customer_id },
    opportunity_id ?? customer_id ?? "",
  );
  const inAddress = opportunity_id === undefined ? undefined : { name: "opportunity_id", id: opportunity_id };
  const { labels, take } = useTakenValues(form, inAddress, readOpportunity);
  const change = (name: string, value: unknown): void => {
    form.set(name, value);
    if (typeof value !== "string") return;
    if (name === "opportunity_id") void take({ name, id: value });
    if (name === "template_id")
      void readTemplate(value).then((values) => {
        for (const [field, taken] of Object.entries(values)) form.set(field, taken);
      });
  };
  return (
    <DocumentEditor
      kind={kind}
      layout={newLayout}
      form={form}
      mode="create"
      title={t("New {kind}", { kind: toNoun(kind.label) })}
      backPath={listPath(kind)}
      labels={labels}
      stored={noLines}
      onChange={change}
      onSave={save}
    />
  );
}

const noLines: readonly StoredLine[] = [];
