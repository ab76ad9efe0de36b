import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { HEIGHT, openCustomerBrowser, WIDTHS } from "../test/agreements/share-link/customer-browser.ts";
import { findMailLink } from "../test/functions/pages/support.ts";
import { callOperation } from "../test/platform/export/export-client.ts";
import { signUp, startTestApp } from "../test/support/app.ts";
import * as samples from "./samples/quotes.ts";

/**
 * `npm run order-pictures`: takes pictures of the customer's page of an order, on a phone and on a desktop, and of its confirmation, its invoice and a credit
 * note, with 1 and 200 lines in four scripts. Those of the Latin order are for docs, the others are for manual inspection. Requires chromium, and `pdftoppm`
 * from Debian's poppler-utils.
 */
const DOCS = fileURLToPath(new URL("../docs/images", import.meta.url));
const EXTRA_PICTURES = fileURLToPath(new URL("../.data/orders", import.meta.url));
/** Maximum height of a picture, in pixels. */
const MAX_HEIGHT_PIXELS = 4000;
const { latin, arabic, chinese, japanese } = samples;
const orderSamples = { latin, arabic, chinese, japanese };
const lineCounts = [1, 200] as const;

let now = Date.parse("2026-02-02T09:00:00.000Z");
const app = await startTestApp({ time: () => now++ });
const { admin, token } = await signUp(app, { brand_color: "#0f766e" });
const folder = mkdtempSync(join(tmpdir(), "orders-"));
mkdirSync(EXTRA_PICTURES, { recursive: true });
const customer = await openCustomerBrowser(app);
try {
  for (const [name, sample] of Object.entries(orderSamples))
    for (const count of [undefined, ...lineCounts]) {
      const pictures = name === "latin" && count === undefined ? DOCS : EXTRA_PICTURES;
      const title = count === undefined ? `order-${name}` : `order-${name}-${count}-lines`;
      const { id, link } = await createSentOrder(sample, count);
      const { body } = await callOperation(app, token, "getOrderPdf", { id });
      drawPdf(join(pictures, `${title}-confirmation`), Buffer.from(body, "base64"));
      for (const [document, documentId] of Object.entries(await issueDocuments(id))) {
        const { body: bytes } = await callOperation(app, token, "getInvoicePdf", { id: documentId });
        drawPdf(join(pictures, `${title}-${document}`), Buffer.from(bytes, "base64"));
      }
      await takePagePictures(join(pictures, title), link);
    }
} finally {
  await customer?.close();
  await app.stop();
  rmSync(folder, { recursive: true });
}

/** Creates an order in the language of the sample, partly sent and paid, and mails its link. Without a count, it has the lines of the sample. */
async function createSentOrder(sample: samples.QuoteSample, count: number | undefined) {
  const quoteId = await samples.createQuoteSample(admin, sample);
  const { data: quote } = await admin.getQuote({ id: quoteId });
  const lines = (sample.quote.line_items as Record<string, unknown>[]).flatMap((line) => (line.optional ? [] : [line]));
  const line_items = count === undefined ? lines : Array.from({ length: count }, (_, index) => lines[index % lines.length]);
  const { discount_percent, shipping_amount, payment_terms, delivery_terms, currency } = sample.quote;
  const { data: order } = await allowAnyInput(admin).createOrder({
    ...{ customer_id: quote.customer_id, contact_id: quote.contact_id, order_date: "2026-02-02", status: "CONFIRMED" },
    ...{
      currency,
      line_items,
      discount_percent,
      shipping_amount,
      payment_terms,
      delivery_terms,
      customer_reference: "PO-2026-77",
    },
  });
  const { id } = order;
  const [first] = order.line_items;
  const parcel = {
    id,
    carrier: "DHL",
    tracking_number: "JD014600003",
    items: [{ line_id: first?.id, quantity: first?.quantity }],
  };
  await allowAnyInput(admin).createOrderFulfilment(parcel);
  await admin.createOrderPayment({ id, amount: currency === "JPY" ? "1000" : "1000.00" });
  const to = `${id.toLowerCase()}@mail.example`;
  await admin.sendOrder({ id, to, language: sample.language });
  return { id, link: await findMailLink(app, to, "/q/") };
}

/** Issues an invoice of the whole order, and a credit note of its first line. Returns their ids. */
async function issueDocuments(id: string): Promise<Record<string, string>> {
  const { data: draft } = await admin.createOrderInvoice({ id });
  const { data: invoice } = await admin.issueInvoice({ id: draft.id });
  const [line] = invoice.line_items;
  const line_items = [{ line_id: line?.order_line_id, quantity: line?.quantity }];
  const { data: creditNote } = await allowAnyInput(admin).creditInvoice({
    id: invoice.id,
    line_items,
    reason: "Returned: one arrived broken",
  });
  return { invoice: invoice.id, "credit-note": creditNote.id };
}

async function takePagePictures(path: string, link: string): Promise<void> {
  if (!customer) return console.log("No browser (chromium) is installed, so no pictures of pages were taken");
  for (const width of WIDTHS) {
    await customer.browser.resize(width, HEIGHT);
    await customer.openPage(link, "PO-2026-77");
    const faults = await customer.listFaults();
    if (faults.length > 0) console.error(path, width, faults);
    writeFileSync(`${path}-${width}.png`, await customer.takePicture(width, MAX_HEIGHT_PIXELS));
  }
}

function drawPdf(picture: string, bytes: Uint8Array): void {
  const file = join(folder, "order.pdf");
  writeFileSync(file, bytes);
  execFileSync("pdftoppm", ["-png", "-r", "72", "-singlefile", file, picture]);
  process.stdout.write(`${picture}.png, ${bytes.length} bytes\n`);
}
