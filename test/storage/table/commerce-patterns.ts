import { Orders } from "@crm/core/commerce/order/order.entity.ts";
import { onRecordCreated } from "@crm/core/commerce/payment-account/awaited-records.listener.ts";
import { Allocations } from "@crm/core/commerce/pre-order/allocation.entity.ts";
import { onContinueRequested } from "@crm/core/commerce/pre-order/allocation.ts";
import { DeliveryWorker } from "@crm/core/messaging/inbound-webhook/worker.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import {
  callWebhook,
  createInboundWebhook,
  listDeliveries,
  type SignedRequest,
  signStripe,
} from "../../messaging/inbound-webhook/provider-requests.ts";
import { signUp } from "../../support/app.ts";
import type { RequestUnits, UnitMeter } from "../../support/request-units.ts";
import { buildEvent, type CostRows, loadRecord, type MeasuredWorld, measureSteps, runAsSystem } from "./measured-steps.ts";

const SECRET = "whsec_0123456789abcdef0123456789abcdef";
/** What `prepareStreams` returns: the cost of processing the last change of a kind. */
type DerivedUnits = (kind: string) => Promise<RequestUnits>;

/** The cost of an order from its lines to its payment: rows of docs/access-patterns.md. */
export async function measureCommerce(app: App, measured: UnitMeter, derived: DerivedUnits, result: CostRows): Promise<void> {
  const tenant = await signUp(app);
  const world: MeasuredWorld = { app, tenant, measured, result };
  const crm = tenant.admin;
  const { data: customer } = await crm.createCustomer({ name: "Reef" });
  const line_items = [
    { name: "Rope", quantity: "2", unit_price: "60.00" },
    { name: "Buoy", quantity: "1", unit_price: "80.00" },
  ];
  const revisedItems = line_items.map((line) => ({ ...line, quantity: "3" }));
  interface Sale {
    id: string;
    fulfilment?: string;
  }
  const create = async (sale: Sale): Promise<void> => {
    sale.id = (await crm.createOrder({ customer_id: customer.id, currency: "EUR", line_items })).data.id;
  };
  const send = async (sale: Sale): Promise<void> => {
    sale.fulfilment = (await crm.createOrderFulfilment({ id: sale.id })).data.id;
  };
  await measureSteps(world, async (): Promise<Sale> => ({ id: "" }), [
    ["create an order of two lines", create],
    ["read an order", ({ id }) => crm.getOrder({ id })],
    ["confirm an order", ({ id }) => crm.confirmOrder({ id })],
    ["record a payment", ({ id }) => crm.createOrderPayment({ id, amount: "150.00" })],
    ["record a refund that credits", ({ id }) => crm.createOrderRefund({ id, amount: "20.00", credits: true })],
    ["revise an order", ({ id }) => crm.reviseOrder({ id, line_items: revisedItems, reason: "As agreed by phone" })],
    ["send the lines of an order", send],
    [
      "record that a fulfilment has arrived",
      ({ id, fulfilment }) => allowAnyInput(crm).deliverOrderFulfilment({ id, fulfilment_id: fulfilment }),
    ],
    ["list the ledger of an order of 5 entries", ({ id }) => crm.listOrderLedger({ id })],
    ["list 5 orders of a customer, with the total", () => crm.listOrders({ customer: customer.id, limit: 5 })],
  ]);
  await measurePreOrders();
  await measureCases();
  await measureStreams();
  await measureStripe();

  /** A return, from its request to the refund. */
  async function measureCases(): Promise<void> {
    interface Return {
      order: string;
      id: string;
      line_id: string;
    }
    const prepare = async (): Promise<Return> => {
      const sale: Sale = { id: "" };
      await create(sale);
      await crm.confirmOrder({ id: sale.id });
      await send(sale);
      await allowAnyInput(crm).deliverOrderFulfilment({ id: sale.id, fulfilment_id: sale.fulfilment });
      await crm.createOrderPayment({ id: sale.id, amount: "100.00" });
      const { data } = await crm.getOrder({ id: sale.id });
      return { order: sale.id, id: "", line_id: data.line_items[0]?.id ?? "" };
    };
    const open = async (returned: Return): Promise<void> => {
      const items = [{ line_id: returned.line_id, quantity: "1" }];
      const input = { order_id: returned.order, case_type: "RETURN", items };
      returned.id = (await crm.createAfterSalesCase(input)).data.id;
    };
    await measureSteps(world, prepare, [
      ["open an after-sales case", open],
      ["approve an after-sales case", ({ id }) => crm.approveAfterSalesCase({ id })],
      ["record that its items have arrived", ({ id }) => crm.receiveAfterSalesCase({ id })],
      ["resolve it by a refund", ({ id }) => crm.resolveAfterSalesCase({ id, resolution: "REFUND" })],
      ["list the after-sales cases of an order", ({ order }) => crm.listOrderAfterSalesCases({ id: order })],
    ]);
  }

  /** Pre-orders, from the confirmation of their order to their end. */
  async function measurePreOrders(): Promise<void> {
    interface Waiting {
      id: string;
      items: readonly string[];
      product: string;
      allocation?: string;
    }
    const make = async (): Promise<Waiting> => {
      const { data: product } = await crm.createProduct({ name: "Sail", unit_price: "80", currency: "EUR" });
      const line = { product_id: product.id, quantity: "2", is_preorder: true };
      const input = { customer_id: customer.id, currency: "EUR", line_items: [line, line] };
      const { data: order } = await crm.createOrder(input);
      return { id: order.id, items: [], product: product.id };
    };
    const confirm = async (waiting: Waiting): Promise<void> => {
      const { data } = await crm.confirmOrder({ id: waiting.id });
      waiting.items = data.line_items.flatMap(({ pre_order_id }) => pre_order_id ?? []);
    };
    const start = async (waiting: Waiting): Promise<void> => {
      const input = { product_id: waiting.product, quantity: "2", method: "FIRST_COME" };
      waiting.allocation = (await crm.createPreOrderAllocation(input)).data.id;
    };
    const serve = async ({ allocation = "" }: Waiting): Promise<void> => {
      const event = buildEvent("pre_order_allocation.continue_requested", await loadRecord(world, Allocations, allocation));
      await runAsSystem(world, () => onContinueRequested(event));
    };
    await measureSteps(world, make, [
      ["confirm an order of two pre-orders", confirm],
      [
        "list 2 waiting pre-orders of a product by release date, with the total",
        ({ product }) => crm.listPreOrders({ product, status: "WAITING", sort: "due_at", limit: 20 }),
      ],
      ["hold a pre-order", ({ items }) => allowAnyInput(crm).holdPreOrder({ id: items[0], reason: "Damaged" })],
      ["release a pre-order", ({ items }) => allowAnyInput(crm).releasePreOrder({ id: items[0] })],
      ["start an allocation", start],
      ["`pre-order-allocations` serves an item, with its order", serve],
      ["send a line that is a pre-order", ({ id }) => crm.createOrderFulfilment({ id })],
    ]);
  }

  /** What the stream does with changes of orders and payments. */
  async function measureStreams(): Promise<void> {
    const sale: Sale = { id: "" };
    await create(sale);
    await derived("order");
    await crm.confirmOrder({ id: sale.id });
    result["stream: an order is confirmed"] = await derived("order");
    await crm.createOrderPayment({ id: sale.id, amount: "50.00" });
    result["stream: an order is paid in part"] = await derived("order");
    await crm.createOrderPayment({ id: sale.id, amount: "50.00" });
    result["stream: a new payment"] = await derived("payment");
    const complaint = { order_id: sale.id, case_type: "COMPLAINT" };
    await crm.createAfterSalesCase(complaint);
    result["stream: a new after-sales case"] = await derived("after_sales_case");
  }

  /** A charge that Stripe reports, from its request to its entry in the ledger. */
  async function measureStripe(): Promise<void> {
    const { id: webhook } = await createInboundWebhook(tenant, { provider: "stripe", secret: SECRET });
    await crm.createPaymentAccount({
      ...{ provider: "stripe", name: "Ours", mode: "test", api_key: "rk_test_0123456789abcdef", is_default: true },
      webhook_id: webhook,
    });
    interface Report {
      order: string;
      sent: SignedRequest;
      delivery: string;
    }
    let serial = 0;
    const report = async (): Promise<Report> => {
      const sale: Sale = { id: "" };
      await create(sale);
      await crm.confirmOrder({ id: sale.id });
      const id = String(++serial).padStart(6, "0");
      const created = Math.floor(Date.parse((await crm.getOrder({ id: sale.id })).data.created_at) / 1000);
      const object = {
        ...{ id: `ch_${id}`, object: "charge", amount: 5_000, amount_captured: 5_000, captured: true, currency: "eur" },
        ...{ status: "succeeded", created, metadata: { order_id: sale.id }, payment_method_details: { type: "card" } },
      };
      const body = JSON.stringify({
        id: `evt_${id}`,
        object: "event",
        type: "charge.succeeded",
        livemode: false,
        data: { object },
      });
      return { order: sale.id, sent: signStripe(SECRET, body, created), delivery: "" };
    };
    await measureSteps(world, report, [
      ["an event of Stripe comes in", ({ sent }) => callWebhook(app, webhook, sent)],
      [
        undefined,
        async (sale) => {
          sale.delivery = (await listDeliveries(tenant, webhook))[0]?.id ?? "";
        },
      ],
      ["a charge of Stripe is posted", ({ delivery }) => runAsSystem(world, () => DeliveryWorker.executeDelivery(delivery))],
      [
        "`payment-webhooks` hears of an order for which nothing waits",
        async ({ order }) => {
          const event = buildEvent("order.created", await loadRecord(world, Orders, order));
          await runAsSystem(world, () => onRecordCreated({ ...event, tenant_id: tenant.id }));
        },
      ],
    ]);
  }
}
