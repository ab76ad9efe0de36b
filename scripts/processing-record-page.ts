import { domains } from "@crm/core/domains.ts";
import { type Context, runIn } from "@crm/core/kernel/context.ts";
import { type DataSubject, dataClasses, recipients } from "@crm/core/kernel/personal-data.ts";
import { derivedStores } from "@crm/core/platform/personal-data/derived-stores.ts";
import { listDeclaredFields, listSubjects } from "@crm/core/platform/personal-data/field-list.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { loadAllCollections } from "@crm/core/storage/table/collection-registry.ts";

const INTRODUCTION = `# Record of processing activities

This page is for the data protection officer of a tenant, and for the operator as its processor. It lists what the system stores about persons, as Art. 30
GDPR asks: purposes, categories of data subjects and of data, recipients, and how long data are kept. \`npm run processing-record\` writes it from the
declarations of the code ([personal data](personal-data.md)), and a test fails if it is outdated. The tenant is the controller and adds its name, its contact
and its legal bases.

For example, an interaction is about a person. It is reached by \`personal_key_id\`, or by the lead, customer, opportunity or ticket that the interaction names.

- **Categories of data subjects**: persons with whom the tenant deals (leads, contacts, customers, signers, visitors), and users (employees of the tenant).
- **Retention**: unless a section says otherwise, a record is kept until a user deletes it. A deleted record stays in the table, marked as deleted, so that it
  can be restored. Histories (derived records) are kept without limit. No period deletes records by itself.
- **Recipients**: users of the tenant whose role and [visibility](../platform/visibility.md) admit them, the operator's infrastructure on AWS as the deployment
  is configured, and those that a section names.
- **Where**: all records are in the one table, encrypted at rest. Fields named as sealed are also encrypted with a key of their record. The audit trail keeps the
  former values of each change. A section names the fields in lists and indexes as "in lists".
- **Base fields**: each record has \`id\`, \`created_at\`, \`created_by\`, \`updated_at\`, \`updated_by\`, \`version\` and \`deleted_at\`. \`created_by\` and \`updated_by\` are
  ids of users.
- **Security measures** are described in [SECURITY](../../SECURITY.md), [sensitive data](../platform/sensitive-data.md) and [keys](../keys.md).
`;

/** Returns the record of processing activities, from all domains. */
export async function buildProcessingRecord(): Promise<string> {
  const collections = await runIn({ ports: { domains } } as Context, loadAllCollections);
  const kinds = collections.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const isAboutPersons = ({ definition }: Collection<BaseRecord>): boolean => listSubjects(definition.personalData).length > 0;
  const others = kinds.filter((kind) => !isAboutPersons(kind));
  return [
    INTRODUCTION,
    "## Classes of data\n",
    "| class | contains |\n| --- | --- |",
    `${Object.entries(dataClasses)
      .map(([name, text]) => `| ${name} | ${text} |`)
      .join("\n")}\n`,
    "## Records about persons\n",
    ...kinds.filter(isAboutPersons).map(formatKind),
    "## Records about no person\n",
    "Of these records only the ids of users who work with them are personal data.\n",
    "| kind | purpose | ids of users |\n| --- | --- | --- |",
    `${others.map((kind) => `| ${kind.name} | ${kind.definition.personalData.purpose} | ${formatFields(listStaffFields(kind))} |`).join("\n")}\n`,
    "## Outside of records\n",
    "Items that are derived from records or lie beside them, objects and logs.\n",
    "| store | purpose | classes | about | retention | how it follows the person |\n| --- | --- | --- | --- | --- | --- |",
    `${derivedStores
      .map(
        ({ name, purpose, classes, subject, retention, follows }) =>
          `| ${name} | ${purpose} | ${classes.join(", ")} | ${subject} | ${retention} | ${follows} |`,
      )
      .join("\n")}\n`,
  ].join("\n");
}

function formatKind(kind: Collection<BaseRecord>): string {
  const { name, definition, row } = kind;
  const { purpose, subject, others = {}, sealedValues, retention, recipients: outside = [] } = definition.personalData;
  const fields = listDeclaredFields(kind).slice(7);
  const classes = Object.groupBy(
    fields.filter(({ data }) => data !== "none" && data !== "staff"),
    ({ data }) => data,
  );
  const inLists = fields.filter(({ path, data }) => data !== "none" && row.has(path.split(".")[0] as string));
  const lines = [
    `- Data subjects: ${[...(subject ? [formatSubject(subject)] : []), ...Object.entries(others).map(([key, other]) => `${key.replaceAll("_", " ")}: ${formatSubject(other)}`)].join("; ")}`,
    ...Object.entries(classes).map(([data, group = []]) => `- ${data}: ${formatFields(group.map(({ path }) => path))}`),
    ...(sealedValues
      ? [
          `- Sealed: ${Object.entries(sealedValues)
            .map(([key, data]) => `\`${key}\` (${data})`)
            .join(", ")}`,
        ]
      : []),
    ...(listStaffFields(kind).length > 0 ? [`- Ids of users: ${formatFields(listStaffFields(kind))}`] : []),
    `- Where: table${inLists.length > 0 ? `; in lists: ${formatFields(inLists.map(({ path }) => path))}` : ""}${definition.searchWords ? "; search words" : ""}`,
    ...(retention ? [`- Retention: ${retention}`] : []),
    ...(outside.length > 0 ? [`- Recipients: ${outside.map((recipient) => recipients[recipient]).join("; ")}`] : []),
  ];
  return `### ${name}\n\n${purpose}\n\n${lines.join("\n")}\n`;
}

const listStaffFields = (kind: Collection<BaseRecord>): string[] =>
  listDeclaredFields(kind)
    .slice(7)
    .flatMap(({ path, data }) => (data === "staff" ? [path] : []));

const formatFields = (paths: readonly string[]): string => paths.map((path) => `\`${path}\``).join(", ");

function formatSubject({ category, paths }: DataSubject): string {
  const ways = paths.map((path) => {
    if (path.by === "self") return "the record itself";
    if (path.by === "reference") return `\`${path.field}\` → ${path.kind?.name ?? "any record"}`;
    return `\`${path.field}\` (${path.by === "contact_point" ? "email address or phone number" : "keyed hash of an address"})`;
  });
  return `${category}, by ${ways.join(", ") || "no field: text alone can name them"}`;
}
