import { skipToken, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { createRecordSearch } from "../../../api/option-search.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useTenant } from "../../../api/tenant.ts";
import { EMPTY, formatAmount } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { formatDecimal, isDecimal } from "../../../ui/kit/decimal.ts";
import { DecimalField } from "../../../ui/kit/decimal-field.tsx";
import type { Option } from "../../../ui/kit/option-type.ts";
import { Reference } from "../../../ui/kit/reference.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";

interface PriceTrialProps {
  /** A rule that is not saved. Without it the rules are tried as they are. */
  readonly rule?: Readonly<Record<string, unknown>>;
}

interface TrialLine {
  readonly product_id: string;
  readonly name: string;
  readonly quantity: string;
}

interface Trial {
  readonly currency: string;
  readonly customer_id: string | null;
  readonly quote_date: string | null;
  readonly price_book_id: string | null;
  readonly lines: readonly TrialLine[];
}

interface TrialPrice {
  readonly list_price: string | null;
  readonly explanation: {
    readonly base_price: string | null;
    readonly rules: readonly { readonly pricing_rule_id: string; readonly name: string; readonly price: string }[];
  };
}

const PREVIEW_PATH = "/api/v1/quotes/pricing-rules/preview";
const PAUSE_MS = 400;
const MAX_LINES = 50;
const QUANTITY_DECIMALS = 4;

interface TrialResult {
  readonly lines: readonly TrialLine[];
  readonly before: readonly TrialPrice[];
  /** With the rule that is not saved. */
  readonly after: readonly TrialPrice[] | undefined;
}

function useTrial(trial: Trial | undefined, rule: PriceTrialProps["rule"]) {
  const scope = useScope();
  const now = JSON.stringify({ trial, rule });
  const [asked, setAsked] = useState(now);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(now), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [now]);
  const question = useMemo(
    () => JSON.parse(asked) as { readonly trial?: Trial; readonly rule?: PriceTrialProps["rule"] },
    [asked],
  );
  return useQuery<TrialResult>({
    queryKey: [...scope, "price trial", "pricing_rule", asked],
    retry: false,
    placeholderData: (before) => before,
    queryFn: question.trial
      ? async ({ signal }) => {
          const { lines, ...context } = question.trial as Trial;
          const line_items = lines.map(({ product_id, quantity }) => ({ product_id, quantity }));
          const ask = (more: object) =>
            crm.request<TrialPrice[]>("POST", PREVIEW_PATH, { body: { ...context, line_items, ...more }, signal });
          const [before, after] = await Promise.all([
            ask({}),
            question.rule === undefined ? undefined : ask({ rule: question.rule }),
          ]);
          return { lines, before, after };
        }
      : skipToken,
  });
}

/** Shows which rules apply to a product or to the lines of a quote, and the price before and after. Nothing is stored. */
export function PriceTrial({ rule }: PriceTrialProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { settings } = useTenant();
  const { data: kinds = [] } = useKindIndex();
  const find = (name: string) => kinds.find(({ kind }) => kind === name);
  const [subject, setSubject] = useState("product");
  const [product, setProduct] = useState<Option | null>(null);
  const [quantity, setQuantity] = useState("1");
  const [customer, setCustomer] = useState<Option | null>(null);
  const [quote, setQuote] = useState<Option | null>(null);
  const [quoteTrial, setQuoteTrial] = useState<Trial>();
  const searches = useMemo(
    () => ({
      product: createRecordSearch(kinds.find(({ kind }) => kind === "product")),
      customer: createRecordSearch(kinds.find(({ kind }) => kind === "customer")),
      quote: createRecordSearch(kinds.find(({ kind }) => kind === "quote")),
    }),
    [kinds],
  );
  const chooseQuote = async (option: Option | null): Promise<void> => {
    setQuote(option);
    setQuoteTrial(undefined);
    if (option === null) return;
    const { data } = await read<ConsoleRecord>(`/api/v1/quotes/${option.id}`);
    const lines = (data.line_items as readonly TrialLine[]).filter(({ product_id }) => product_id).slice(0, MAX_LINES);
    const { currency, customer_id, quote_date, price_book_id } = data as unknown as Trial;
    setQuoteTrial({ currency, customer_id, quote_date, price_book_id, lines });
  };
  const isQuantity = isDecimal(quantity) && /[1-9]/.test(quantity);
  const productTrial: Trial | undefined =
    product && isQuantity
      ? {
          currency: settings.currency,
          customer_id: customer?.id ?? null,
          quote_date: null,
          price_book_id: null,
          lines: [{ product_id: product.id, name: product.label, quantity }],
        }
      : undefined;
  const trial = subject === "quote" ? quoteTrial : productTrial;
  const currency = trial?.currency ?? settings.currency;
  const result = useTrial(trial && trial.lines.length > 0 ? trial : undefined, rule);
  const money = (amount: string | null | undefined): string =>
    amount ? `\u2068${formatAmount(amount, currency, locale, "exact")} ${currency}\u2069` : EMPTY;
  return (
    <section
      aria-label={t("Try the rules")}
      className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-surface p-4"
    >
      <h2 className="text-section font-semibold">{rule ? t("Try this rule") : t("Try the rules")}</h2>
      <SegmentedControl
        label={t("Try with")}
        value={subject}
        onChange={setSubject}
        segments={[{ id: "product", label: t("A product") }, ...(find("quote") ? [{ id: "quote", label: t("A quote") }] : [])]}
      />
      {subject === "quote" ? (
        <Reference label={t("Quote")} value={quote} search={searches.quote} onChange={(option) => void chooseQuote(option)} />
      ) : (
        <>
          <Reference label={t("Product")} value={product} search={searches.product} onChange={setProduct} />
          <DecimalField
            label={t("Quantity")}
            isLive
            value={quantity}
            maxDecimals={QUANTITY_DECIMALS}
            onChange={(next) => setQuantity(next ?? "")}
          />
          <Reference label={t("Customer")} note="optional" value={customer} search={searches.customer} onChange={setCustomer} />
        </>
      )}
      {trial === undefined ? (
        <p className="text-control text-text-muted">{t("Choose what to try. Nothing is saved.")}</p>
      ) : trial.lines.length === 0 ? (
        <p className="text-control text-text-muted">{t("This quote has no lines with products.")}</p>
      ) : result.error ? (
        <Banner kind="danger" title={readErrors(result.error, t).form ?? t("The prices could not be computed")}>
          {Object.values(readErrors(result.error, t).fields).join(" ")}
        </Banner>
      ) : result.data ? (
        <ul aria-live="polite" className="flex min-w-0 flex-col gap-3">
          {result.data.lines.map((line, index) => {
            const { before, after } = result.data;
            const last = after?.[index] ?? before[index];
            const first = after ? before[index]?.list_price : before[index]?.explanation.base_price;
            return (
              <li
                // A quote may have a product twice, and its lines keep their places.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                key={`${line.product_id} ${index}`}
                className="flex min-w-0 flex-col gap-1 border-t border-border pt-2 text-control"
              >
                <span className="flex min-w-0 items-baseline gap-2">
                  <span dir="auto" className="min-w-0 flex-1 font-medium wrap-anywhere">
                    {line.name}
                  </span>
                  <span className="text-meta text-text-muted">
                    {t("{quantity} pieces", {
                      quantity: isDecimal(line.quantity) ? formatDecimal(line.quantity, locale) : line.quantity,
                    })}
                  </span>
                </span>
                <span className="flex flex-wrap items-baseline gap-2 tabular-nums">
                  <span className="text-text-muted">
                    {after ? t("Before {price}", { price: money(first) }) : t("Base price {price}", { price: money(first) })}
                  </span>
                  <span className="font-semibold">{t("After {price}", { price: money(last?.list_price) })}</span>
                </span>
                <span className="flex min-w-0 flex-wrap items-center gap-1">
                  {last?.explanation.rules.length ? (
                    last.explanation.rules.map((applied) => (
                      <Tag key={applied.pricing_rule_id} hue="indigo" label={`${applied.name}: ${money(applied.price)}`} />
                    ))
                  ) : (
                    <span className="text-meta text-text-muted">{t("No rule applies")}</span>
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      ) : (
        <Skeleton shape="block" />
      )}
    </section>
  );
}
