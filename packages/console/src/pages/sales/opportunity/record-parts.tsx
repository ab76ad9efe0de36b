import { lazy, type ReactNode, Suspense } from "react";
import { findPages } from "../../../api/page-manifest.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Field, type Kind, useKindIndex } from "../../../api/schema.ts";
import { RecordTabs } from "../../../records/record/record-tabs.tsx";
import { type Related, type RelatedTab, useRelatedTabs } from "../../../records/record/related-tab.tsx";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";

const PartTable = lazy(() => import("../../../records/record/part-tab.tsx").then(({ PartTable: table }) => ({ default: table })));
const RecordFiles = lazy(() =>
  import("../../../records/record/record-files.tsx").then(({ RecordFiles: files }) => ({ default: files })),
);

interface RecordPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a record of sales: what each record has, and tabs of what belongs to it. Each tab reads its data when it is opened. */
export function SellingParts({ kind, record, details }: RecordPartsProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const { parts = {}, lists = [], hasFiles = false } = findPages(kind.kind).record?.tabs ?? {};
  const partTabs = Object.entries(parts).flatMap(([name, columns]): RelatedTab[] => {
    const field = kind.fields.find((candidate) => candidate.name === name);
    if (!field?.visible) return [];
    const shown = withColumns(field, columns, t);
    const texts = nameParts(name, t);
    return [{ id: name, label: field.label, content: <PartTable kind={kind} record={record} field={shown} {...texts} /> }];
  });
  const interactions = kinds.find((candidate) => candidate.kind === "interaction");
  const listed = lists.flatMap((name): (string | Related)[] => {
    if (name !== "interaction" || kind.related.some((related) => related.name === name)) return [name];
    return interactions && record.personal_key_id ? [buildPersonInteractions(interactions.labels)] : [];
  });
  const related = useRelatedTabs({ kind, record, lists: listed, hints: describeLists(t) });
  const files = kinds.find((candidate) => candidate.kind === "attachment");
  const fileTabs: RelatedTab[] =
    hasFiles && files
      ? [{ id: "documents", label: t("Documents"), content: <RecordFiles kind={kind} summary={files} id={record.id} /> }]
      : [];
  return (
    <RecordTabs
      label={t("Parts of the record")}
      details={<Suspense fallback={<Skeleton shape="block" />}>{details}</Suspense>}
      tabs={[...partTabs, ...related, ...fileTabs]}
    />
  );
}

/** Interactions name the person, and not the contact. */
const buildPersonInteractions = (label: string): Related => ({
  name: "interaction",
  label,
  kind: "interaction",
  field: "personal_key_id",
  filter: { person: "{personal_key_id}" },
  preset: { personal_key_id: "{personal_key_id}" },
  card: [],
});

/** A list of objects with the columns of its table. The total of a line is computed, so it is no input of the schema. */
function withColumns(field: Field, columns: readonly string[], t: Translate): Field {
  const total = { name: "total_price", label: t("Total"), type: "money", required: false, multiple: false };
  return { ...field, columns: [...columns], fields: [...((field.fields ?? []) as Field[]), total] } as Field;
}

const nameParts = (name: string, t: Translate): { readonly addLabel: string; readonly hint: string } =>
  name === "competitors"
    ? {
        addLabel: t("Add a competitor"),
        hint: t("Competitors say against whom you sell. The list of lost opportunities names them."),
      }
    : { addLabel: t("Add a product"), hint: t("The amount is the sum of the products, unless it was set by hand.") };

/** What each list is good for. */
const describeLists = (t: Translate): Readonly<Record<string, string>> => ({
  activity: t("Plan the next call or task, so that nothing is forgotten."),
  interaction: t("Calls, meetings and mails that were recorded appear here."),
  note: t("Notes keep what you want to remember before the next talk."),
  opportunity: t("An opportunity follows a possible sale to its end."),
  order: t("Orders say what was sold and what is still to be delivered."),
  quote: t("A quote offers prices that the customer can accept online."),
});
