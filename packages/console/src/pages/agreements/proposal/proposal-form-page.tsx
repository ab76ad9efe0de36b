import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import { type Kind, listPath, useKind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { DocumentFields, DocumentSection, HeadFields, listWritable } from "../quote/document-fields.tsx";
import { DocumentFrame, type EditorProps } from "../quote/document-frame.tsx";
import { SectionList } from "../quote/section-list.tsx";
import {
  createSection,
  type EditedSection,
  type ProposalSection,
  toEditedSection,
  toSectionInputs,
} from "../quote/section-rules.ts";
import { EditorSkeleton, StoredDocument } from "../quote/stored-document.tsx";
import {
  type DocumentList,
  type DocumentSource,
  type TakenValues,
  toLabel,
  useNewDocument,
  useTakenValues,
} from "../quote/use-document-form.ts";

const sectionList: DocumentList = {
  name: "sections",
  toEdited: (stored) => (stored as readonly ProposalSection[]).map(toEditedSection),
  toInputs: (edited) => toSectionInputs(edited as readonly EditedSection[]),
};

/** A proposal with its content: a new one, also of an opportunity or a quote, or one that is changed. */
export function ProposalFormPage() {
  const { id } = useParams({ strict: false }) as { readonly id?: string };
  const t = useText();
  const { data: kind } = useKind("proposal");
  if (!kind) return <EditorSkeleton />;
  if (id === undefined) return <NewProposal key="new" kind={kind} />;
  return (
    <StoredDocument
      key={id}
      kind={kind}
      id={id}
      list={sectionList}
      sentNote={{
        title: t("The customer has this proposal"),
        text: t("The content stays as it is. Create a new version to change it."),
      }}
      renderEditor={(editor) => <ProposalEditor {...editor} />}
    />
  );
}

/** Returns what a proposal takes over of an opportunity or a quote, and the names of these records. */
async function readSource({ name, id }: DocumentSource): Promise<TakenValues> {
  const path = name === "quote_id" ? "quotes" : "opportunities";
  const { data } = await read<ConsoleRecord>(`/api/v1/${path}/${id}`, {
    expand: name === "quote_id" ? "customer,contact,opportunity" : "customer,contact",
  });
  const { customer_id, contact_id, opportunity_id } = data;
  const labels = { customer_id: toLabel(data, "customer_id"), contact_id: toLabel(data, "contact_id") };
  const title = String(data.quote_number ?? data.name);
  return name === "quote_id"
    ? {
        values: { quote_id: id, customer_id, contact_id, opportunity_id },
        labels: { ...labels, quote_id: { id, label: title }, opportunity_id: toLabel(data, "opportunity_id") },
      }
    : { values: { opportunity_id: id, customer_id, contact_id }, labels: { ...labels, opportunity_id: { id, label: title } } };
}

const SOURCES = ["quote_id", "opportunity_id"];

function NewProposal({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const search = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const { customer_id } = search;
  const source = SOURCES.find((name) => search[name] !== undefined);
  const { form, save } = useNewDocument(
    kind,
    sectionList,
    {
      ...(customer_id === undefined ? {} : { customer_id }),
      sections: [createSection("first text", "TEXT"), createSection("quote lines", "QUOTE_LINES")],
    },
    String((source && search[source]) ?? customer_id ?? ""),
  );
  const inAddress = source === undefined ? undefined : { name: source, id: String(search[source]) };
  const { labels, take } = useTakenValues(form, inAddress, readSource);
  const change = (name: string, value: unknown): void => {
    form.set(name, value);
    if (typeof value !== "string") return;
    if (SOURCES.includes(name)) void take({ name, id: value });
    if (name === "template_id")
      void read<ConsoleRecord>(`/api/v1/proposals/templates/${value}`).then(({ data }) => {
        const sections = (data.sections ?? []) as readonly ProposalSection[];
        form.set(
          "sections",
          sections.map((section, index) => ({ ...createSection(`${value} ${index}`, "TEXT"), ...section })),
        );
      });
  };
  return (
    <ProposalEditor
      kind={kind}
      form={form}
      mode="create"
      title={t("New {kind}", { kind: toNoun(kind.label) })}
      backPath={listPath(kind)}
      labels={labels}
      onChange={change}
      onSave={save}
    />
  );
}

/** The pictures that a proposal can show: files that are attached to it. */
function usePictures(record: ConsoleRecord | undefined): readonly { id: string; label: string }[] {
  const scope = useScope();
  const { data } = useQuery({
    queryKey: [...scope, "list", "attachment", "pictures", record?.id],
    queryFn: async () =>
      (await read<ApiRow<Schemas.AttachmentRow>[]>("/api/v1/attachments", { related_to_id: record?.id, limit: 100 })).data,
    enabled: record !== undefined,
  });
  return (data ?? [])
    .filter(({ file_type }) => /png|jpe?g/i.test(String(file_type)))
    .map((file) => ({ id: file.id, label: String(file.file_name) }));
}

const HEAD_FIELDS = ["customer_id", "quote_id", "name", "expiration_date"];
const MORE_FIELDS = ["opportunity_id", "contact_id", "proposal_date", "owner_id"];
const OTHER_FIELDS = ["requires_signature", "notes", "tags"];

function ProposalEditor({ kind, form, mode, title, backPath, labels, record, onChange, onSave, children }: EditorProps) {
  const t = useText();
  const pictures = usePictures(record);
  const custom = kind.fields.filter((field) => field.custom).map(({ name }) => name);
  const headFields = mode === "create" ? [...HEAD_FIELDS, "template_id", "contact_id"] : HEAD_FIELDS;
  const moreFields = MORE_FIELDS.filter((name) => !headFields.includes(name));
  const shownFields = listWritable(kind, mode, [...headFields, ...moreFields, ...OTHER_FIELDS, ...custom]).map(
    ({ name }) => name,
  );
  const fields = { kind, form, mode, labels, onChange };
  return (
    <DocumentFrame kind={kind} record={record} title={title} form={form} backPath={backPath} onSave={onSave}>
      {children}
      <FormSummary
        form={form}
        shownFields={[...shownFields, "sections"]}
        labelFor={(name) => kind.fields.find((field) => field.name === name)?.label ?? name}
      />
      <DocumentSection title={t("Customer and dates")}>
        <HeadFields {...fields} first={headFields} more={moreFields} />
      </DocumentSection>
      <DocumentSection title={t("Content")}>
        <SectionList
          sections={form.values.sections as readonly EditedSection[]}
          errors={form.errors.fields}
          pictures={pictures}
          hasQuote={Boolean(form.values.quote_id)}
          onChange={(sections) => form.set("sections", sections)}
        />
      </DocumentSection>
      <DocumentSection title={t("More")}>
        <DocumentFields {...fields} names={[...OTHER_FIELDS, ...custom]} />
      </DocumentSection>
    </DocumentFrame>
  );
}
