import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const form = part(() => import("./quote-form-page.tsx"), "QuoteFormPage");
const pricing = part(() => import("./pricing-page.tsx"), "PricingPage");
const pricingForm = part(() => import("./pricing-form-page.tsx"), "PricingFormPage");

export const quote = definePage({
  kind: "quote",
  results: {
    convertQuote: [
      ["contract", "contract_id"],
      ["order", "order_id"],
    ],
  },
  routes: { "quotes/create": form, "quotes/add": form, "quotes/edit/$id": form },
  creation: { page: "/crm/quotes/create" },
  dialogs: {
    sendQuote: part(() => import("../share-link/send-dialog.tsx"), "SendDialog"),
    submitQuote: part(() => import("../approval/submit-dialog.tsx"), "SubmitDialog"),
  },
  record: {
    outcomes: [{ name: "converted", links: ["deal_id", "contract_id", "order_id"] }],
    timelineInstant: "status_changed_at",
    frame: part(() => import("./document-parts.tsx"), "DocumentParts"),
    isOverviewFirst: true,
    shows: { fields: ["line_items"] },
  },
});

export const pricingRule = definePage({
  kind: "pricing_rule",
  routes: {
    "quotes/pricing": pricing,
    "quotes/pricing/create": pricingForm,
    "quotes/pricing/edit/$id": pricingForm,
    "quotes/pricing-rules": pricing,
    "quotes/pricing-rules/create": pricingForm,
    "quotes/pricing-rules/add": pricingForm,
    "quotes/pricing-rules/edit/$id": pricingForm,
  },
  creation: { page: "/crm/quotes/pricing/create" },
});
