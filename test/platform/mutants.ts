import { drop, edit, type Mutant } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "pages: any caller can set the mail preferences of a user",
    at: "sign-in/link-context#withLink",
    change: drop("Link.check"),
    tests: "test/functions/pages",
  },
  {
    name: "notifications: a user who may not sign in is notified",
    at: "sign-in/actor-context#isVisibleTo",
    change: edit("return context !== undefined && runIn", "return context === undefined || runIn"),
    tests: "test/platform/notification/notifier.test.ts",
  },
  {
    name: "figures: a record counts under more values than one transaction can hold",
    at: "daily-figures/counter-cells.rules#limitValues",
    change: edit("values.length <= limit", "values.length > 0"),
    tests: "test/sales/figures/counter-cells.test.ts",
  },
  {
    name: "injected faults: sessions do not end in the same transaction as a password reset",
    at: "new-password#reset",
    change: drop("Session.endInTransaction"),
    tests: "test/invariants/faults/users.test.ts -t resetPassword",
  },
  {
    name: "offers: links of a suspended tenant still work",
    at: "sign-in/visitor#runAsVisitor",
    change: edit('status === "SUSPENDED"', "false"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "pipeline trend: only one missed day is backfilled",
    at: "platform/daily-figures/days#findMissedDays",
    change: edit("Math.min(MAX_DAYS, daysBetween(last, yesterday))", "Math.min(1, daysBetween(last, yesterday))"),
    tests: "test/sales/figures/pipeline-trend.test.ts",
  },
  {
    name: "quote documents: a logo that is not an image is accepted",
    at: "tenant/letterhead#claimLogo",
    change: drop("readPicture"),
    tests: "test/agreements/quote/pdf.test.ts",
  },
  {
    name: "brand: the address of logos serves every file of a tenant",
    at: "tenant/letterhead#isLogo",
    change: edit("?.used_for === USE", " !== undefined"),
    tests: "test/platform/brand",
  },
  {
    name: "brand: a color stays as it was chosen, though it cannot be read",
    at: "kernel/brand-color.rules#ensureContrast",
    change: edit("computeContrast(mixed, background) >= MIN_CONTRAST", "mixed"),
    tests: "test/platform/brand",
  },
  {
    name: "brand: the PDF of a sent document changes with the layout",
    at: "letterhead/document-hash.rules#toHashable",
    change: edit('field === "facts" ? undefined : value', "value"),
    tests: "test/platform/brand",
  },
  {
    name: "sign-up: the place of the request replaces what the caller gives",
    at: "sign-in/auth#buildInitialSettings",
    change: edit(", ...Object.fromEntries(entries)", ""),
    tests: "test/platform/auth/suggested-settings.test.ts",
  },
  {
    name: "knowledge pages: pages of a suspended tenant are still served",
    at: "sign-in/visitor#runAsVisitor",
    change: edit('status === "SUSPENDED"', "false"),
    tests: "test/service/knowledge/pages.test.ts",
  },
  {
    name: "knowledge pages: requests from one address are not rate-limited",
    at: "sign-in/visitor#runAsVisitor",
    change: edit("await RateLimit.take(`${limitKey}.${visitorHash()}`, ofAddress);", ""),
    tests: "test/service/knowledge/pages.test.ts",
  },
];
