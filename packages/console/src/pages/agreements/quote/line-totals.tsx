import type { ReactNode } from "react";
import { EMPTY, formatAmount } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import type { FormState } from "../../../input/form/form-state.ts";
import { formatPercent } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import type { Decimal } from "../../../ui/kit/decimal.ts";
import { DecimalField } from "../../../ui/kit/decimal-field.tsx";
import { MoneyField } from "../../../ui/kit/money-field.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import type { ApprovalNotice } from "./approval-rules.ts";
import type { DocumentTotals, Margin } from "./line-rules.ts";

/** A sum of the document, and what it is called. */
export function SumRow({
  label,
  isTotal = false,
  children,
}: {
  readonly label: string;
  readonly isTotal?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div
      className={
        isTotal
          ? "flex items-baseline justify-between gap-4 border-t border-border-strong pt-2 text-body font-semibold"
          : "flex items-baseline justify-between gap-4 text-control"
      }
    >
      <dt className={isTotal ? "" : "text-text-muted"}>{label}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}

/** A discount stands with a minus before it in every direction of writing, unless there is none. */
export const showDiscount = (amount: string, show: (amount: string) => string): string =>
  /[1-9]/.test(amount) ? `\u2066−${show(amount)}\u2069` : show(amount);

interface LineTotalsProps {
  readonly form: FormState;
  readonly totals: DocumentTotals;
  readonly margin: Margin | undefined;
  readonly currency: string;
}

const PERCENT = "percent";
const AMOUNT = "amount";
const PERCENT_DECIMALS = 2;

const toDecimal = (value: unknown): string | null => (/[1-9]/.test(String(value ?? "")) ? String(value) : null);

/** The discount of the whole document, shipping, and the sums, which follow each change. */
export function LineTotals({ form, totals, margin, currency }: LineTotalsProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { values, errors } = form;
  const { sums } = totals;
  const show = (amount: string): string => formatAmount(amount, currency, locale, "exact");
  // Without lines all sums are zero, but the total is that of the shipping.
  const hasSums = totals.amounts.size > 0;
  const isAmount = values.fixed_discount !== null && values.fixed_discount !== undefined;
  const chooseDiscount = (type: string): void => {
    form.set("discount_percent", "0");
    form.set("fixed_discount", type === AMOUNT ? "0" : null);
  };
  const setAmount = (name: string) => (amount: Decimal | null) => form.set(name, amount ?? "0");
  return (
    <div className="flex min-w-0 flex-col gap-4 tablet:ms-auto tablet:w-field">
      <div className="flex min-w-0 flex-col gap-2">
        <span className="text-control font-medium">{t("Discount on everything")}</span>
        <div className="flex min-w-0 items-start gap-2">
          <SegmentedControl
            label={t("Kind of discount")}
            value={isAmount ? AMOUNT : PERCENT}
            onChange={chooseDiscount}
            segments={[
              { id: PERCENT, label: t("%") },
              { id: AMOUNT, label: currency },
            ]}
          />
          <div className="min-w-0 flex-1">
            {isAmount ? (
              <MoneyField
                label={t("Discount on everything")}
                isLabelHidden
                isLive
                currency={currency}
                value={toDecimal(values.fixed_discount)}
                onChange={setAmount("fixed_discount")}
                error={errors.fields.fixed_discount ?? totals.errors.fixed_discount}
              />
            ) : (
              <DecimalField
                label={t("Discount on everything")}
                isLabelHidden
                isLive
                suffix={t("%")}
                maxDecimals={PERCENT_DECIMALS}
                value={toDecimal(values.discount_percent)}
                onChange={setAmount("discount_percent")}
                error={errors.fields.discount_percent ?? totals.errors.discount_percent}
              />
            )}
          </div>
        </div>
      </div>
      <MoneyField
        label={t("Shipping")}
        isLive
        currency={currency}
        value={toDecimal(values.shipping_amount)}
        onChange={setAmount("shipping_amount")}
        error={errors.fields.shipping_amount ?? totals.errors.shipping_amount}
      />
      <dl aria-live="polite" aria-busy={totals.isPending} className="flex flex-col gap-2">
        {hasSums ? (
          <>
            <SumRow label={t("Subtotal")}>{show(sums.subtotal)}</SumRow>
            <SumRow label={t("Discount")}>{showDiscount(sums.discount_amount, show)}</SumRow>
            <SumRow label={t("Net amount")}>{show(sums.net_amount)}</SumRow>
            <SumRow label={t("Tax")}>{show(sums.tax_amount)}</SumRow>
          </>
        ) : (
          <SumRow label={t("No lines yet")}>{EMPTY}</SumRow>
        )}
        <SumRow label={t("Total ({currency})", { currency })} isTotal>
          {show(sums.total_amount)}
        </SumRow>
        {margin === undefined || !hasSums ? null : (
          <SumRow label={t("Margin")}>
            {margin.percent === null
              ? show(margin.amount)
              : t("{amount} ({percent})", {
                  amount: show(margin.amount),
                  percent: formatPercent(Number(margin.percent), locale),
                })}
          </SumRow>
        )}
        {margin === undefined || margin.unknown === 0 ? null : (
          <p className="text-meta text-text-muted">
            {t("Without {count, plural, one {# line} other {# lines}} whose cost is not known", { count: margin.unknown })}
          </p>
        )}
      </dl>
    </div>
  );
}

/** Says before the document is saved that approvers will be asked, and why. */
export function ApprovalBanner({ notice }: { readonly notice: ApprovalNotice | undefined }) {
  const t = useText();
  const { locale } = useTextOptions();
  if (!notice) return null;
  const percent = formatPercent(Number(notice.percent), locale);
  const title = t("Needs approval: {level}", { level: notice.level });
  if (notice.limit === null) return <Banner kind="warning" title={title} />;
  const limit = formatPercent(Number(notice.limit), locale);
  return (
    <Banner kind="warning" title={title}>
      {notice.isOfLine
        ? t("A line has a discount of {percent}.", { percent })
        : t("The whole document has a discount of {percent}.", { percent })}{" "}
      {notice.isLimitIncluded
        ? t("Approval is needed from {limit}.", { limit })
        : t("Approval is needed above {limit}.", { limit })}
    </Banner>
  );
}
