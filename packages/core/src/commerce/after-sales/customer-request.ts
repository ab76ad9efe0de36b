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

/** Maximum complaints of the customer that wait for an answer. Those without items claim nothing, so only this number limits them. */
const MAX_WAITING_COMPLAINTS = 5;

/** Lists the cases that the page shows. A draft has none. */
export const listShown = async ({ id, status }: OrderRecord): Promise<readonly CaseRecord[]> =>
  status === "DRAFT"
    ? []
    : (await list(AfterSalesCases, { ...buildListQuery(AfterSalesCases, { limit: MAX_SHOWN }), parent: id })).rows;

const offeredTypes = ["RETURN", "EXCHANGE", "REPAIR", "COMPLAINT"] as const satisfies readonly CaseType[];
type OfferedType = (typeof offeredTypes)[number];

const isServiceable = ({ status }: OrderRecord): boolean => status !== "DRAFT" && status !== "CANCELLED";

const listClaimable = (order: OrderRecord) =>
  isServiceable(order)
    ? order.line_items
        .filter((line) => line.requires_delivery && Money.compare(computeClaimableQuantity(line), 0) > 0)
        .slice(0, MAX_ITEMS)
    : [];

/** Returns whether the customer can complain about the order without naming items, such as of a parcel that has not arrived. */
const takesComplaint = (order: OrderRecord, cases: readonly CaseRecord[]): boolean =>
  isServiceable(order) &&
  cases.filter(
    ({ status, case_type, requested_by }) => status === "REQUESTED" && case_type === "COMPLAINT" && requested_by === "CUSTOMER",
  ).length < MAX_WAITING_COMPLAINTS;

/**
 * Returns the form of an order; undefined if the customer has nothing to ask for, or if the tenant does not want requests on the page. Without
 * items that can come back, the customer can only complain.
 */
export async function buildForm(
  order: OrderRecord,
  cases: readonly CaseRecord[],
  language: string,
): Promise<RequestForm | undefined> {
  const lines = listClaimable(order);
  if (lines.length === 0 && !takesComplaint(order, cases)) return undefined;
  if (!(await loadActiveRule(AfterSalesRule)).definition.customers_open_cases) return undefined;
  const types: readonly OfferedType[] = lines.length > 0 ? offeredTypes : ["COMPLAINT"];
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
    title: lines.length > 0 ? words.open : words.type_complaint,
    items: lines.map((line) => ({
      id: line.id,
      label: fillPlaceholders(words.quantity, {
        item: line.name ?? line.description ?? "",
        most: speech.number(computeClaimableQuantity(line)),
      }),
    })),
    types: { label: words.type, options: types.map((value) => ({ value, label: typeLabels[value] })) },
    reasons: {
      label: words.reason,
      options: [{ value: "", label: words.no_reason }, ...reasons.map(({ id, name }) => ({ value: id, label: name }))],
    },
    detailsLabel: words.details,
    requiresDetails: lines.length === 0,
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
  const cases = await listShown(order);
  const form = await buildForm(order, cases, request.language);
  const case_type = offeredTypes.find((type) => type === request.type) ?? "COMPLAINT";
  if (!form?.types.options.some(({ value }) => value === case_type)) throw notFound();
  const needsItems = case_type !== "COMPLAINT" || !takesComplaint(order, cases);
  const { items, errors } = parseRequest(order, request, needsItems);
  if (errors.length > 0) return { errors };
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
    const left = parseRequest(await Records.read(Orders, orderId), request, needsItems);
    const isOvertaken = isFailure(error, "VALIDATION_ERROR") || isFailure(error, "CONFLICT");
    if (isOvertaken && left.errors.length > 0) return { errors: left.errors };
    throw error;
  }
}

interface ParsedRequest {
  items: { line_id: string; quantity: string }[];
  errors: ErrorDetail[];
}

/** Reads the quantities. Empty ones and 0 do not count; a comma is a decimal point. A request without items needs details. */
function parseRequest(
  order: OrderRecord,
  { quantities, details, language }: CustomerRequest,
  needsItems: boolean,
): ParsedRequest {
  const words = translationsFor(language);
  const speech = createLocaleFormat(language);
  const items: ParsedRequest["items"] = [];
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
  if (errors.length === 0 && items.length === 0 && needsItems)
    errors.push({ field: listClaimable(order)[0]?.id ?? "items", message: words.quantity_required });
  if (items.length === 0 && !needsItems && details.trim() === "")
    errors.push({ field: "details", message: words.details_required });
  return { items, errors };
}

export * as CustomerRequests from "./customer-request.ts";
