import type { ReactNode } from "react";
import { fillPath } from "../../../api/record-template.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { formatDate } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FileButton } from "../../../records/record/file-button.tsx";
import { useRecordTab } from "../../../records/record/record-tabs.tsx";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { FactLine } from "../../../ui/kit/fact-line.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";

interface ContractStateProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** How far a contract is: who has signed, what happens at its end, and its document. */
export function ContractState({ kind, record }: ContractStateProps) {
  const t = useText();
  const [, openTab] = useRecordTab();
  const pdf = kind.tabs.find(({ name, answers }) => name === "pdf" && answers === "file");
  return (
    <section
      aria-label={t("State of the contract")}
      className="mx-4 grid min-w-0 grid-cols-1 gap-4 rounded-card border border-border bg-surface p-4 tablet:mx-6 tablet:grid-cols-3"
    >
      <Block title={t("Signatures")}>
        {record.requires_signature ? (
          <>
            <Signature record={record} party="customer" label={t("Customer")} />
            <Signature record={record} party="company" label={t("Our company")} />
            {record.signature_request_id ? (
              <Link onPress={() => openTab("signature-requests")}>{t("Signature requests")}</Link>
            ) : null}
          </>
        ) : (
          <span className="text-control text-text-muted">{t("This contract needs no signatures")}</span>
        )}
      </Block>
      <Block title={t("Renewal")}>
        <RenewalFacts record={record} />
      </Block>
      <Block title={t("Document")}>
        {pdf ? (
          <span>
            <FileButton path={fillPath(pdf.path, record)} name={`${String(record.contract_number)}.pdf`} />
          </span>
        ) : null}
        {record.has_amendments ? (
          <Link onPress={() => openTab("amendments")}>
            {t("{count, plural, one {# amendment in effect} other {# amendments in effect}}", {
              count: Number(record.amendment_count ?? 0),
            })}
          </Link>
        ) : null}
      </Block>
    </section>
  );
}

function Block({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <h2 className="text-body font-semibold">{title}</h2>
      {children}
    </div>
  );
}

interface SignatureProps {
  readonly record: ConsoleRecord;
  readonly party: "customer" | "company";
  readonly label: string;
}

function Signature({ record, party, label }: SignatureProps) {
  const t = useText();
  const options = useTextOptions();
  const isSigned = record[`${party}_signed`] === true;
  const [by, at] = [record[`${party}_signed_by`], record[`${party}_signed_date`]];
  const facts = [by ? String(by) : undefined, at ? formatRelative(String(at), new Date().toISOString(), options) : undefined];
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-2 text-control">
      <span className="text-text-muted">{label}</span>
      <Tag hasDot hue={isSigned ? "green" : "gray"} label={isSigned ? t("Signed") : t("Not signed yet")} />
      {isSigned ? (
        <span className="min-w-0 text-meta text-text-muted">
          <FactLine facts={facts} />
        </span>
      ) : null}
    </span>
  );
}

interface StoredRenewal {
  readonly settled_for: string | null;
  readonly outcome: "RENEW" | "PROPOSE" | null;
}

/** What happens at the end of the present term. */
function RenewalFacts({ record }: { readonly record: ConsoleRecord }) {
  const t = useText();
  const { locale } = useTextOptions();
  const renewal = record.renewal as StoredRenewal | null | undefined;
  const termination = record.termination as { readonly effective_date: string } | null | undefined;
  const outcome = renewal?.settled_for === record.end_date ? renewal?.outcome : null;
  const day = (value: unknown): string => formatDate(String(value), locale);
  const state = termination ? (
    <Tag hasDot hue="red" label={t("Ends on {date}", { date: day(termination.effective_date) })} />
  ) : outcome === "RENEW" ? (
    <Tag hasDot hue="green" label={t("Renewed")} />
  ) : outcome === "PROPOSE" ? (
    <Tag hasDot hue="orange" label={t("Waits for a person")} />
  ) : (
    <Tag hasDot hue="gray" label={record.auto_renew ? t("Renews itself") : t("Ends unless it is renewed")} />
  );
  return (
    <>
      <span>{state}</span>
      <span className="text-control">
        {t("Term {number}, until {date}", { number: Number(record.term_number ?? 1), date: day(record.end_date) })}
      </span>
      {record.notice_date ? (
        <span className="text-control text-text-muted">{t("Day of notice: {date}", { date: day(record.notice_date) })}</span>
      ) : null}
    </>
  );
}
