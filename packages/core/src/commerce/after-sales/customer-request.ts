import type { CustomerRequest, RequestForm, RequestOutcome } from "../../agreements/share-link/offerable.ts";
import { useTenant } from "../../kernel/context.ts";
import { type ErrorDetail, isFailure, notFound } from "../../kernel/error.ts";
import { Money } from "../../kernel/money.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { buildListQuery, list } from "../../storage/read/list.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { AfterSalesCases, type CaseRecord, MAX_ITEMS } from "./after-sales.entity.ts";
import { AFTER_SALES_REASONS } from "./after-sales.masters.ts";
import { AfterSalesRule } from "./after-sales.rule-kind.ts";
import type { CaseType } from "./after-sales.rules.ts";
import { open } from "./after-sales.ts";
import { computeClaimableQuantity } from "./claims.ts";
import { translationsFor } from "./i18n.ts";

/** Cases that the customer opens on the page of the order. The page is the only place where a customer finds a case. */

/** Maximum cases that the page shows, the newest first. */
const MAX_SHOWN = 50;

export const listShown = async (orderId: string): Promise<readonly CaseRecord[]> =>
  (await list(AfterSalesCases, { ...buildListQuery(AfterSalesCases, { limit: MAX_SHOWN }), parent: orderId })).rows;

const offeredTypes = ["RETURN", "EXCHANGE", "REPAIR", "COMPLAINT"] as const satisfies readonly CaseType[];

const listClaimable = ({ status, line_items }: OrderRecord) =>
  status === "DRAFT" || status === "CANCELLED"
    ? []
    : line_items
        .filter((line) => line.requires_delivery && Money.compare(computeClaimableQuantity(line), 0) > 0)
        .slice(0, MAX_ITEMS);

/** Returns the form of an order; undefined if nothing can come back, or if the tenant does not want requests on the page. */
export async function buildForm(order: OrderRecord, language: string): Promise<RequestForm | undefined> {
  const lines = listClaimable(order);
  if (lines.length === 0 || !(await loadActiveRule(AfterSalesRule)).definition.customers_open_cases) return undefined;
  const words = translationsFor(language);
  const speech = createLocaleFormat(language);
  const typeLabels = {
    RETURN: words.type_return,
    EXCHANGE: words.type_exchange,
    REPAIR: words.type_repair,
    COMPLAINT: words.type_complaint,
  };
  const reasons = await Master.listOrdered(AFTER_SALES_REASONS, () => true);
  return {
    title: words.open,
    items: lines.map((line) => ({
      id: line.id,
      label: fillPlaceholders(words.quantity, {
        item: line.name ?? line.description ?? "",
        most: speech.number(computeClaimableQuantity(line)),
      }),
    })),
    types: { label: words.type, options: offeredTypes.map((value) => ({ value, label: typeLabels[value] })) },
    reasons: {
      label: words.reason,
      options: [{ value: "", label: words.no_reason }, ...reasons.map(({ id, name }) => ({ value: id, label: name }))],
    },
    detailsLabel: words.details,
    submitLabel: words.send,
  };
}

const requestKey = (orderId: string, requestId: string): Key => ({
  pk: tenantKey(useTenant(), "UNIQUE", hashTexts("after_sales_request", orderId, requestId)),
  sk: "case",
});

/** Opens a case for the customer. */
export async function submit(orderId: string, request: CustomerRequest): Promise<RequestOutcome> {
  const words = translationsFor(request.language);
  const key = requestKey(orderId, request.request_id);
  const repeated = await readItem(key);
  if (repeated) return { notice: fillPlaceholders(words.sent, { code: String(repeated.rma_code) }) };
  const order = await Records.read(Orders, orderId);
  if (!(await buildForm(order, request.language))) throw notFound();
  const { items, errors } = parseQuantities(order, request);
  if (errors.length > 0) return { errors };
  const case_type = offeredTypes.find((type) => type === request.type) ?? "COMPLAINT";
  const reasons = await Master.listOrdered(AFTER_SALES_REASONS, () => true);
  const takeKey = (tx: Transaction, { id, rma_code }: CaseRecord): unknown =>
    tx.put(
      { ...key, case_id: id, rma_code },
      { condition: "attribute_not_exists(pk)", rejection: () => new WriteConflict("The request was sent at the same time") },
    );
  try {
    const { rma_code } = await open(
      orderId,
      {
        case_type,
        items,
        reason_id: reasons.find(({ id }) => id === request.reason)?.id ?? null,
        details: request.details.trim() || null,
        owner_id: order.owner_id,
        requested_by: "CUSTOMER",
      },
      takeKey,
    );
    return { notice: fillPlaceholders(words.sent, { code: rma_code }) };
  } catch (error) {
    // The same request, or one about the same items, was written in between: the customer sees what is left.
    const left = parseQuantities(await Records.read(Orders, orderId), request);
    const isOvertaken = isFailure(error, "VALIDATION_ERROR") || isFailure(error, "CONFLICT");
    if (isOvertaken && left.errors.length > 0) return { errors: left.errors };
    throw error;
  }
}

interface ParsedItems {
  items: { line_id: string; quantity: string }[];
  errors: ErrorDetail[];
}

/** Reads the quantities. Empty ones and 0 do not count; a comma is a decimal point. */
function parseQuantities(order: OrderRecord, { quantities, language }: CustomerRequest): ParsedItems {
  const words = translationsFor(language);
  const speech = createLocaleFormat(language);
  const items: ParsedItems["items"] = [];
  const errors: ErrorDetail[] = [];
  for (const line of listClaimable(order)) {
    const typed = (quantities.get(line.id) ?? "").trim().replace(",", ".");
    if (typed === "") continue;
    const most = computeClaimableQuantity(line);
    const isNumber = /^\d{1,9}(\.\d{1,4})?$/.test(typed);
    if (!isNumber || Money.compare(typed, most) > 0)
      errors.push({ field: line.id, message: fillPlaceholders(words.quantity_invalid, { most: speech.number(most) }) });
    else if (Money.compare(typed, 0) > 0) items.push({ line_id: line.id, quantity: Money.normalizeDecimal(typed) });
  }
  if (errors.length === 0 && items.length === 0)
    errors.push({ field: listClaimable(order)[0]?.id ?? "items", message: words.quantity_required });
  return { items, errors };
}

export * as CustomerRequests from "./customer-request.ts";
