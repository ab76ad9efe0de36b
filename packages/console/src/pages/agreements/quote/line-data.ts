import type { Level } from "@crm/core/agreements/quote/approval-need.rules.ts";
import type { Schemas } from "@crm/sdk/index.ts";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { crm, read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import { useScope } from "../../../api/session.ts";
import { formatMoney } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import type { Option, SearchOptions } from "../../../ui/kit/option-type.ts";
import type { EditedLine, ListPrice, ProductCost } from "./line-rules.ts";

/** What the editor of lines reads: products, their prices and costs, and the rule of approvals. */

const PREVIEW_PATH = "/api/v1/quotes/pricing-rules/preview";
const PAUSE_MS = 250;
const STALE_MS = 5 * 60_000;
/** Lines of one preview. */
const MAX_PREVIEW_LINES = 50;

/** What the price of a product depends on besides the product and its quantity. */
export interface PriceFrame {
  readonly customer_id: string | null;
  readonly currency: string;
  readonly quote_date: string | null;
  readonly price_book_id: string | null;
}

interface PriceAnswer {
  readonly list_price: string | null;
  readonly explanation: { readonly rules: readonly { readonly name: string; readonly price: string }[] };
}

/** Returns the text once it has not changed for a moment. The first one counts at once. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}

type PriceRequest = Pick<EditedLine, "key" | "product_id" | "quantity">;

/** The prices of lines by price books and pricing rules, as a saved document would have them. */
export function useListPrices(
  lines: readonly EditedLine[],
  frame: PriceFrame,
): { prices: ReadonlyMap<string, ListPrice>; error: Error | null } {
  const scope = useScope();
  const requests = lines.flatMap(({ key, product_id, quantity }): PriceRequest[] =>
    product_id === null ? [] : [{ key, product_id, quantity }],
  );
  const text = usePaused(JSON.stringify({ requests, frame }));
  const asked = useMemo(
    () => JSON.parse(text) as { readonly requests: readonly PriceRequest[]; readonly frame: PriceFrame },
    [text],
  );
  const { data, error } = useQuery({
    queryKey: [...scope, "line prices", asked],
    queryFn:
      asked.requests.length === 0
        ? skipToken
        : async ({ signal }): Promise<ReadonlyMap<string, ListPrice>> => {
            const prices = new Map<string, ListPrice>();
            for (let start = 0; start < asked.requests.length; start += MAX_PREVIEW_LINES) {
              const part = asked.requests.slice(start, start + MAX_PREVIEW_LINES);
              const line_items = part.map(({ product_id, quantity }) => ({ product_id, quantity }));
              const answers = await crm.request<PriceAnswer[]>("POST", PREVIEW_PATH, {
                body: { ...asked.frame, line_items },
                signal,
              });
              for (const [index, { key }] of part.entries()) {
                const answer = answers[index];
                if (answer) prices.set(key, { list_price: answer.list_price, rules: answer.explanation.rules });
              }
            }
            return prices;
          },
    staleTime: STALE_MS,
    placeholderData: (before) => before,
    retry: false,
  });
  return { prices: asked.requests.length === 0 ? noPrices : (data ?? noPrices), error };
}

const noPrices: ReadonlyMap<string, ListPrice> = new Map();

/** The costs of products by their ids. */
export function useProductCosts(lines: readonly EditedLine[]): ReadonlyMap<string, ProductCost> {
  const scope = useScope();
  const ids = [...new Set(lines.flatMap(({ product_id }) => product_id ?? []))].sort();
  const { data } = useQuery({
    queryKey: [...scope, "product costs", ids],
    queryFn:
      ids.length === 0
        ? skipToken
        : async (): Promise<ReadonlyMap<string, ProductCost>> => {
            const products = await Promise.all(
              ids.map((id) =>
                read<ConsoleRecord>(`/api/v1/products/${id}`).then(
                  ({ data: product }) => product,
                  // A product that was deleted has no cost.
                  () => undefined,
                ),
              ),
            );
            return new Map(
              products.flatMap((product) =>
                product
                  ? [[product.id, { cost: (product.cost ?? null) as string | null, currency: String(product.currency) }] as const]
                  : [],
              ),
            );
          },
    staleTime: STALE_MS,
    placeholderData: (before) => before,
  });
  return data ?? noCosts;
}

const noCosts: ReadonlyMap<string, ProductCost> = new Map();

/** The levels of approval of the tenant's rule. Documents without approval have none. */
export function useApprovalLevels(isEnabled: boolean): readonly Level[] {
  const scope = useScope();
  const { data } = useQuery({
    queryKey: [...scope, "rule", "quote_approval"],
    queryFn: async () =>
      (await read<{ in_force: { definition: { levels: readonly Level[] } } }>("/api/v1/rules/quote_approval")).data.in_force
        .definition.levels,
    enabled: isEnabled,
    staleTime: STALE_MS,
  });
  return data ?? noLevels;
}

const noLevels: readonly Level[] = [];

const FREE_TEXT = "text:";
const MAX_FOUND = 20;

/** What a user chose in the search of a line: a product, or a text of their own. */
export const readChoice = ({ id, label }: Option): Pick<EditedLine, "product_id" | "name"> =>
  id.startsWith(FREE_TEXT) ? { product_id: null, name: label } : { product_id: id, name: label };

/** Finds products of the catalog, with their number and price. The text itself is a choice too: a line needs no product. */
export function useProductSearch(): SearchOptions {
  const t = useText();
  const { locale } = useTextOptions();
  return useMemo(
    () =>
      async (text, signal): Promise<readonly Option[]> => {
        const query = { limit: MAX_FOUND, is_active: true, ...(text === "" ? {} : { search: text }) };
        const products = await crm.request<ApiRow<Schemas.ProductRow>[]>("GET", "/api/v1/products", { query, signal });
        const found = products.map((product): Option => {
          const price = product.unit_price
            ? formatMoney(String(product.unit_price), String(product.currency), locale, "exact")
            : "";
          return {
            id: product.id,
            label: String(product.name),
            description: [product.sku, price].filter(Boolean).join(" · "),
          };
        });
        return text === "" ? found : [...found, { id: `${FREE_TEXT}${text}`, label: text, description: t("Without a product") }];
      },
    [t, locale],
  );
}
