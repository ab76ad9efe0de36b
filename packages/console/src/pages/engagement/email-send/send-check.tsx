import { CircleAlert, TriangleAlert } from "lucide-react";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import type { MailFinding } from "../../../records/mail/mail-data.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { nameFinding } from "../../messaging/template/block-names.ts";
import { listCounts } from "./send-rules.ts";
import { nameReason } from "./send-text.ts";

export interface CheckResult {
  /** What is wrong with the message. */
  readonly content: readonly MailFinding[];
  readonly recipients: number;
  /** Persons without a message, by the reason. */
  readonly left_out: Readonly<Record<string, number>>;
  /** Whether all persons were looked at. */
  readonly is_complete: boolean;
}

/** What a check of a send found: how many get it, who is left out and why, and what is wrong with the message. */
export function SendCheck({ result: { content, recipients, left_out, is_complete } }: { readonly result: CheckResult }) {
  const t = useText();
  const { locale } = useTextOptions();
  const reasons = listCounts(left_out);
  const hasErrors = content.some(({ severity }) => severity === "error");
  const kind = hasErrors || recipients === 0 ? "danger" : content.length > 0 ? "warning" : "success";
  const title = t("{count, plural, one {# person gets the message} other {# persons get the message}}", { count: recipients });
  return (
    <section aria-label={t("Check")} aria-live="polite" className="flex min-w-0 flex-col gap-4">
      <Banner kind={kind} title={title}>
        {is_complete ? null : <p>{t("Only the first 1,000 persons were checked.")}</p>}
        {reasons.length === 0 ? null : (
          <>
            <p className="pt-2 font-medium">{t("Left out")}</p>
            <ul className="flex flex-col">
              {reasons.map(({ reason, count }) => (
                <li key={reason} className="flex gap-3 tabular-nums">
                  <span className="min-w-0 flex-1">{nameReason(reason, t)}</span>
                  <span>{formatCount(count, locale)}</span>
                </li>
              ))}
            </ul>
          </>
        )}
        {content.length === 0 ? null : (
          <ul className="flex flex-col gap-1 pt-2">
            {content.map((finding) => (
              <li key={`${finding.code} ${finding.field} ${finding.message}`} className="flex items-start gap-2">
                <span className={finding.severity === "error" ? "pt-1 text-danger" : "pt-1 text-warning"}>
                  {finding.severity === "error" ? (
                    <CircleAlert aria-label={t("Error")} />
                  ) : (
                    <TriangleAlert aria-label={t("Warning")} />
                  )}
                </span>
                <span className="min-w-0">{nameFinding(finding.code, finding.message, t)}</span>
              </li>
            ))}
          </ul>
        )}
      </Banner>
    </section>
  );
}
