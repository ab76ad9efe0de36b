import { Check, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { isProgram } from "../../api/author-name.ts";
import { isConvertedStatus } from "../../api/converted-status.ts";
import { type Field, type KindSummary, recordPath } from "../../api/schema.ts";
import {
  EMPTY,
  formatValue,
  isEmptyValue,
  isHiddenRecord,
  isReadable,
  type Label,
  type LabelledRecord,
  listLabels,
  readValue,
  type TextOptions,
} from "../../api/value-text.ts";
import { formatExact, formatRelative } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Avatar } from "../../ui/kit/avatar.tsx";
import { joinClasses } from "../../ui/kit/classes.ts";
import { hueForChoice } from "../../ui/kit/hue.ts";
import { CellLink, Link } from "../../ui/kit/link.tsx";
import { Tag } from "../../ui/kit/tag.tsx";
import { PolicyName } from "./policy-name.tsx";
import { RecordAvatar } from "./record-avatar.tsx";
import { useReferencedKinds, useTextOptions } from "./value-provider.tsx";

interface FieldValueProps {
  readonly record: LabelledRecord;
  readonly field: Field;
  /** In a cell, values take one line. */
  readonly isCell?: boolean;
  /** Whether the avatar of a record stands before its name. */
  readonly hasAvatar?: boolean;
  /** In a grid, the arrows reach links, and the tab key does not. */
  readonly isInGrid?: boolean;
  /** Whether names of choices and values are words without a tag. */
  readonly isPlain?: boolean;
}

/** The value of a field as people read it. */
export function FieldValue({ record, field, isPlain = false, ...place }: FieldValueProps) {
  const { isCell = false, hasAvatar = true, isInGrid = false } = place;
  const options = useTextOptions();
  const kinds = useReferencedKinds();
  const value = readValue(record, field.name);
  if (isEmptyValue(value)) return <span className="text-text-muted">{EMPTY}</span>;
  return <>{renderValue({ record, field, isCell, hasAvatar, isInGrid, isPlain, options, kinds, value })}</>;
}

interface RenderInput extends Required<FieldValueProps> {
  readonly options: TextOptions;
  readonly kinds: readonly KindSummary[];
  readonly value: unknown;
}

function renderValue({ record, field, isCell, hasAvatar, isInGrid, isPlain, options, kinds, value }: RenderInput): ReactNode {
  const text = formatValue(record, field, options);
  const ValueLink = isInGrid ? CellLink : Link;
  if (isPlain && (field.type === "master" || field.type === "choice")) return <LineText text={text} />;
  switch (field.type) {
    case "boolean":
      if (!isCell) return text;
      return value ? (
        <Check aria-label={text} className="inline align-middle" />
      ) : (
        <Minus aria-label={text} className="inline align-middle text-text-muted" />
      );
    case "email":
      return (
        <ValueLink variant="value" href={`mailto:${value}`}>
          {isCell ? <LineText text={text} /> : <AddressText text={text} />}
        </ValueLink>
      );
    case "phone":
      return (
        <ValueLink variant="value" href={`tel:${value}`}>
          <LineText text={text} />
        </ValueLink>
      );
    case "url":
      return (
        <ValueLink variant="value" href={toWebAddress(String(value))} target="_blank" rel="noreferrer">
          <LineText text={toShortAddress(text)} />
        </ValueLink>
      );
    case "instant":
      return <Instant value={String(value)} options={options} isInGrid={isInGrid} />;
    case "master":
      if (isConvertedStatus(field.name, record)) return <ConvertedTag />;
      return <MasterValue labels={listLabels(record, field)} isCell={isCell} isInGrid={isInGrid} />;
    case "choice":
      return <Labels labels={listLabels(record, field)} isCell={isCell} />;
    case "reference":
      // Programs have no pictures.
      if (field.record === "user" && isProgram(String(value))) return <LineText text={text} />;
      return <References record={record} field={field} kinds={kinds} link={ValueLink} isCell={isCell} hasAvatar={hasAvatar} />;
    default:
      break;
  }
  if (field.format === "tags")
    return <Labels labels={[value].flat().map((name) => ({ name: String(name) }))} hasDot={false} isCell={isCell} />;
  if (KIND_FIELDS.has(field.name)) return kinds.find(({ kind }) => kind === value)?.label ?? text;
  if (isInGrid) return text;
  if (isCell) return <span className="truncate">{text}</span>;
  return <span className="text-own-direction block whitespace-pre-wrap wrap-anywhere">{text}</span>;
}

/** Fields that name a kind of record. */
const KIND_FIELDS: ReadonlySet<string> = new Set(["kind", "record_kind"]);

/** An address without a scheme leads to a page on the web. */
const toWebAddress = (value: string): string => (/^https?:\/\//i.test(value) ? value : `https://${value}`);

/** What people read of an address on the web. */
const toShortAddress = (value: string): string => value.replace(/^https?:\/\//i, "").replace(/\/$/, "");

/** A text of one line. What has no room is in the tooltip. */
function LineText({ text }: { readonly text: string }) {
  return (
    <span dir="auto" className="truncate" title={text}>
      {text}
    </span>
  );
}

/** An address with room for two lines: it breaks before its domain. */
function AddressText({ text }: { readonly text: string }) {
  const end = text.indexOf("@") + 1;
  return (
    <bdi>
      {text.slice(0, end)}
      <wbr />
      {text.slice(end)}
    </bdi>
  );
}

/** In place of the status that a converted record had. */
function ConvertedTag() {
  const t = useText();
  return <Tag label={t("Converted")} hue="green" hasDot />;
}

/** A value of a list. One without a color is a word like any other. */
function MasterValue({
  labels,
  isCell,
  isInGrid,
}: { readonly labels: readonly Label[] } & Pick<RenderInput, "isCell" | "isInGrid">) {
  const [only] = labels;
  if (only === undefined || labels.length > 1 || only.color) return <Labels labels={labels} isCell={isCell} />;
  // A cell of a grid has the direction of its text.
  return isInGrid ? only.name : <LineText text={only.name} />;
}

interface InstantProps extends Pick<RenderInput, "options" | "isInGrid"> {
  readonly value: string;
}

/** A time as it is from now. Paper has the time itself. */
function Instant({ value, options, isInGrid }: InstantProps) {
  const now = new Date().toISOString();
  return (
    <time dateTime={value} title={formatExact(value, options)} className="tabular-nums">
      {isInGrid ? (
        formatRelative(value, now, options)
      ) : (
        <>
          <span className="print:hidden">{formatRelative(value, now, options)}</span>
          <span className="hidden print:inline">{formatExact(value, options)}</span>
        </>
      )}
    </time>
  );
}

interface LabelsProps {
  readonly labels: readonly Label[];
  readonly hasDot?: boolean;
  readonly isCell: boolean;
}

function Labels({ labels, hasDot = true, isCell }: LabelsProps) {
  return (
    <span
      title={isCell && labels.length > 1 ? labels.map(({ name }) => name).join(", ") : undefined}
      className={joinClasses("inline-flex max-w-full min-w-0 gap-1", isCell ? "overflow-hidden align-middle" : "flex-wrap")}
    >
      {labels.map((label) => (
        <Tag key={label.name} label={label.name} hue={hueForChoice(label)} hasDot={hasDot} />
      ))}
    </span>
  );
}

function References({
  record,
  field,
  kinds,
  link: ValueLink,
  isCell,
  hasAvatar,
}: {
  readonly record: LabelledRecord;
  readonly field: Field;
  readonly kinds: readonly KindSummary[];
  readonly link: typeof Link | typeof CellLink;
  readonly isCell: boolean;
  readonly hasAvatar: boolean;
}) {
  const t = useText();
  const ids = [readValue(record, field.name)].flat().map(String);
  const labels = listLabels(record, field);
  const kindName = field.type_field === undefined ? field.record : String(record[field.type_field] ?? "").toLowerCase();
  const kind = kinds.find((candidate) => candidate.kind === kindName);
  return (
    <span className={joinClasses("inline-flex max-w-full min-w-0 gap-x-3", isCell ? "overflow-hidden align-top" : "flex-wrap")}>
      {ids.map((id, index) => {
        if (kindName === "sla_policy") return <PolicyName key={id} id={id} />;
        const label = labels.find((candidate) => candidate.id === id) ?? labels[index];
        const name = label?.name;
        // An id says nothing to people: without a name, the user may not see the record, or its name was not asked for.
        if (name === undefined || (name === id && !isReadable(id)))
          return (
            <span key={id} className="text-text-muted">
              {isHiddenRecord(record, field) ? t("Not visible to you") : EMPTY}
            </span>
          );
        // A record that is kept in another system has a number there, and no page here.
        if (name === id) return <LineText key={id} text={id} />;
        if (kindName === "user") return <Avatar key={id} name={name} hasName />;
        return kind && !label?.is_hidden ? (
          <span key={id} className="inline-flex max-w-full min-w-0 items-center gap-2">
            {hasAvatar ? <RecordAvatar kind={kindName} name={name} /> : null}
            <ValueLink variant="value" href={recordPath(kind, id)}>
              <LineText text={name} />
            </ValueLink>
          </span>
        ) : (
          <span key={id}>{name}</span>
        );
      })}
    </span>
  );
}
