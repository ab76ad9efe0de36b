import { listOutcomes, type OutcomeName } from "../data/record-outcomes.ts";
import type { ConsoleRecord } from "../data/records.ts";
import type { Kind } from "../data/schema.ts";
import { FieldValue } from "../fields/field-value.tsx";
import { type Translate, useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";

export const nameOutcome = (name: OutcomeName, t: Translate): string =>
  ({ converted: t("Converted"), merged: t("Merged into another record"), split: t("Split from another ticket") })[name];

interface OutcomeLinksProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly links: readonly string[];
}

/** The records that a record became, as links with their labels. */
export function OutcomeLinks({ kind, record, links }: OutcomeLinksProps) {
  return (
    <span className="flex min-w-0 flex-wrap gap-x-4 gap-y-1">
      {links.map((name) => {
        const field = kind.fields.find((candidate) => candidate.name === name);
        return field ? (
          <span key={name} className="flex min-w-0 items-center gap-1">
            <span className="text-text-muted">{field.label}</span>
            <FieldValue record={record} field={field} isCell />
          </span>
        ) : null;
      })}
    </span>
  );
}

/** Says above a record what became of it, such as a lead that was converted. */
export function OutcomeBanner({ kind, record }: Omit<OutcomeLinksProps, "links">) {
  const t = useText();
  return listOutcomes(kind.kind, record).map(({ name, links }) => (
    <Banner key={name} kind={name === "converted" ? "success" : "info"} title={nameOutcome(name, t)}>
      <OutcomeLinks kind={kind} record={record} links={links} />
    </Banner>
  ));
}
