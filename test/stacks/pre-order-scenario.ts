import type { App } from "@crm/local/app.ts";
import { signUp } from "../support/app.ts";

/** Releases, moved dates and allocations of pre-orders, for the test of the functions' permissions. */
export async function runPreOrders(app: App): Promise<void> {
  const { admin } = await signUp(app);
  const buyer = { name: "Quay", email: "quay@mail.example", customer_type: "INDIVIDUAL" };
  const { data: customer } = await admin.createCustomer(buyer);
  const { data: product } = await admin.createProduct({ name: "Sail", unit_price: "80", release_at: "2099-01-01" });
  const line = { product_id: product.id, quantity: "2", is_preorder: true };
  const order = { customer_id: customer.id, status: "CONFIRMED", line_items: [line, line, line] };
  await admin.createOrder(order);
  for (const method of ["FIRST_COME", "PRIORITY"])
    await admin.createPreOrderAllocation({ product_id: product.id, quantity: "2", method });
  await app.settle();
  await admin.updateProduct({ id: product.id, release_at: "2001-01-01" });
  await app.settle();
  await app.scheduler.run("due");
  await app.settle();
}
