import type { OutcomeName } from "../../api/page-manifest.ts";
import { listCardLinks, listOutcomes } from "../../api/record-outcomes.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Kind, useKindIndex } from "../../api/schema.ts";
import { formatDate } from "../../api/value-text.ts";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { readDay } from "../../ui/i18n/time.ts";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { useIsDesktop } from "../../ui/kit/use-media.ts";
import { useResultLink } from "./result-link.ts";

export const nameOutcome = (name: OutcomeName, t: Translate): string =>
  ({ converted: t("Converted"), merged: t("Merged into another record"), split: t("Split from another ticket") })[name];

const describeOutcome = (name: OutcomeName, date: string, t: Translate): string =>
  ({
    converted: t("Converted on {date}", { date }),
    merged: t("Merged into another record on {date}", { date }),
    split: t("Split from another ticket on {date}", { date }),
  })[name];

interface OutcomeBannerProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** The records that a record became, as links with the names of their kinds. */
function OutcomeLinks({ kind, record, links }: OutcomeBannerProps & { readonly links: readonly string[] }) {
  const { data: kinds = [] } = useKindIndex();
  return links.map((name) => {
    const field = kind.fields.find((candidate) => candidate.name === name);
    const label = kinds.find((candidate) => candidate.kind === field?.record)?.label ?? field?.label;
    return field ? (
      <span key={name} className="flex min-w-0 items-center gap-1">
        <span className="text-text-muted">{label}</span>
        <FieldValue record={record} field={field} isCell hasAvatar={false} />
      </span>
    ) : null;
  });
}

/** Says above a record what became of it, such as a lead that was converted, in one line. */
export function OutcomeBanner({ kind, record }: OutcomeBannerProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  // The head opens it.
  const result = useResultLink(kind, record)?.field;
  // Where there is room beside the record, cards have the others.
  const cards = useIsDesktop() ? listCardLinks(kind.kind, record) : [];
  return listOutcomes(kind.kind, record).map(({ name, links, at }) => (
    <Banner
      key={name}
      isInline
      kind={name === "converted" ? "success" : "info"}
      title={at === undefined ? nameOutcome(name, t) : describeOutcome(name, formatDate(readDay(at, timeZone), locale), t)}
    >
      <OutcomeLinks kind={kind} record={record} links={links.filter((link) => link !== result && !cards.includes(link))} />
    </Banner>
  ));
}
