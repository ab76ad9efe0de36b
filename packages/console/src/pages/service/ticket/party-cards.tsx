import { Pencil } from "lucide-react";
import type { ReactNode } from "react";
import { useReadableKind } from "../../../api/readable-kind.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Field, formatTitle, type Kind, recordPath } from "../../../api/schema.ts";
import { nameRecord } from "../../../api/title.ts";
import { EMPTY, formatDate } from "../../../api/value-text.ts";
import { RecordAvatar } from "../../../input/fields/record-avatar.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FieldEditor, useFieldEdit } from "../../../records/record/key-fields.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { FactCard } from "./fact-card.tsx";

const readTexts = (...values: readonly unknown[]): string[] =>
  [...new Set(values.flat())].filter((value): value is string => typeof value === "string" && value !== "");

/** Lines of addresses, and of numbers. */
const MAX_LISTED = 2;

interface PartyCardProps {
  /** The record that names the other one, with what is behind its ids. */
  readonly record: ConsoleRecord;
  readonly field: string;
  readonly title: string;
  readonly kindName: "customer" | "contact" | "person";
  /** The field in which the user chooses another customer or person here, and the kind of the record. */
  readonly edited?: { readonly kind: Kind; readonly field: string };
}

/** Who a person or a customer is, and how to reach them. The button in its head chooses another one. */
export function PartyCard({ edited, ...props }: PartyCardProps) {
  const field = edited?.kind.fields.find(({ name }) => name === edited.field);
  return edited && field ? <EditedParty {...props} kind={edited.kind} editedField={field} /> : <PartyFacts {...props} />;
}

type EditedPartyProps = Omit<PartyCardProps, "edited"> & { readonly kind: Kind; readonly editedField: Field };

function EditedParty({ kind, editedField, ...props }: EditedPartyProps) {
  const t = useText();
  const { record, title } = props;
  const { draft, canEdit, isEditing, setEditing } = useFieldEdit({ kind, record, field: editedField });
  if (isEditing)
    return (
      <section aria-label={title}>
        <FieldEditor kind={kind} record={record} field={editedField} draft={draft} onDone={() => setEditing(false)} />
      </section>
    );
  const edit = canEdit ? (
    <span className="-me-icon-inset flex">
      <IconButton isSmall label={t("Change {label}", { label: title })} icon={<Pencil />} onPress={() => setEditing(true)} />
    </span>
  ) : undefined;
  return <PartyFacts {...props} edit={edit} />;
}

type PartyFactsProps = Omit<PartyCardProps, "edited"> & { readonly edit?: ReactNode };

/** Of a record that the user does not see, at most the name. */
function PartyFacts({ record, field, title, kindName, edit }: PartyFactsProps) {
  const t = useText();
  const kind = useReadableKind(kindName);
  const [party] = [record.expanded?.[field]].flat() as (Readonly<Record<string, unknown>> | null | undefined)[];
  if (party === null || party?.is_hidden === true)
    return (
      <FactCard title={title} action={edit}>
        {party === null ? null : <span className="min-w-0 truncate">{nameRecord(party)}</span>}
        <span className="text-text-muted">{t("Not visible to you")}</span>
      </FactCard>
    );
  if (!party?.id || !kind)
    return edit === undefined || record[field] ? null : (
      <FactCard title={title} action={edit}>
        <span className="text-text-muted">{EMPTY}</span>
      </FactCard>
    );
  const name = formatTitle(kind, party);
  const emails = readTexts(party.email, party.emails).slice(0, MAX_LISTED);
  const phones = readTexts(party.phone, party.mobile_phone, party.phones).slice(0, MAX_LISTED);
  const [role] = readTexts(party.job_title);
  return (
    <FactCard
      title={title}
      action={
        <>
          {party.vip_status === true ? <Tag hue="purple" label={t("VIP")} /> : null}
          {edit}
        </>
      }
    >
      <span className="flex min-w-0 items-center gap-2">
        <RecordAvatar kind={kindName} name={name} />
        <span className="min-w-0 truncate">
          <Link variant="title" href={recordPath(kind, String(party.id))}>
            {name}
          </Link>
        </span>
      </span>
      {role === undefined ? null : <span className="truncate text-text-muted">{role}</span>}
      {emails.map((email) => (
        <Link key={email} variant="value" href={`mailto:${email}`}>
          {email}
        </Link>
      ))}
      {phones.map((phone) => (
        <Link key={phone} variant="value" href={`tel:${phone}`}>
          <bdi>{phone}</bdi>
        </Link>
      ))}
    </FactCard>
  );
}

/** The contract that a ticket is about. */
export function ContractCard({ record }: { readonly record: ConsoleRecord }) {
  const t = useText();
  const { locale } = useTextOptions();
  const kind = useReadableKind("contract");
  const [contract] = [record.expanded?.contract_id].flat() as (Readonly<Record<string, unknown>> | null | undefined)[];
  if (!contract?.id || !kind) return null;
  const [end] = readTexts(contract.end_date);
  return (
    <FactCard title={t("Contract")}>
      <span className="min-w-0 truncate">
        <Link variant="title" href={recordPath(kind, String(contract.id))}>
          {formatTitle(kind, contract)}
        </Link>
      </span>
      {end === undefined ? null : <span className="text-text-muted">{t("Until {date}", { date: formatDate(end, locale) })}</span>}
    </FactCard>
  );
}
