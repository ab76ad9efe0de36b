import { DAY_MS, type DemoContext, type DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["automations"], create: createProducts };

/** Creates products, with standard prices, a price book for partners, and exchange rates to dollars. */
async function createProducts({ admin, now }: DemoContext): Promise<void> {
  const covers = await Promise.all(
    [
      ["BOAT-1", "Boat cover", "1200.00", "780.00"],
      ["TRAVEL-1", "Travel cover", "85.00", "52.00"],
    ].map(
      async ([sku = "", name = "", unit_price = "", cost = ""]) =>
        (await admin.createProduct({ sku, name, unit_price, cost, family: "Cover" })).data,
    ),
  );
  const items = covers.map(({ id }) => ({ product_id: id }));
  await admin.createProduct({
    sku: "HARBOUR-1",
    name: "Harbour package",
    product_type: "PACKAGE",
    unit_price: "1230.00",
    cost: "832.00",
    items,
  });
  const survey = { product_type: "SERVICE", category_id: "consulting", service_type: "STRATEGY", estimated_hours: 6 } as const;
  await admin.createProduct({ sku: "SURVEY-1", name: "Survey of a ship", unit_price: "640.00", cost: "390.00", ...survey });
  const { data: book } = await admin.createPriceBook({ name: "Partner", description: "For brokers who bring in ten and more" });
  for (const { id, unit_price } of covers)
    await admin.createPriceBookEntry({ id: book.id, product_id: id, min_quantity: 10, unit_price: String(unit_price) });
  for (const [days, rate] of [
    [90, "1.0731"],
    [30, "1.0842"],
  ] as const)
    await admin.createExchangeRate({
      from: "EUR",
      to: "USD",
      date: new Date(now - days * DAY_MS).toISOString().slice(0, 10),
      rate,
    });
}
