import { drop, edit, type Mutant } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "pages: any caller chooses the mails of a user",
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
    name: "figures: a record is counted under more than fits into a transaction",
    at: "daily-figures/counter-cells.rules#limitValues",
    change: edit("values.length <= limit", "values.length > 0"),
    tests: "test/sales/figures/counter-cells.test.ts",
  },
  {
    name: "strikes: sessions end after the password is written",
    at: "new-password#reset",
    change: drop("Session.endInTransaction"),
    tests: "test/invariants/faults/users.test.ts -t resetPassword",
  },
  {
    name: "offers: a suspended tenant still offers",
    at: "sign-in/visitor#runAsVisitor",
    change: edit('status === "SUSPENDED"', "false"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "trend: nights that were missed are not made up",
    at: "platform/daily-figures/days#findMissedDays",
    change: edit("Math.min(MAX_DAYS, daysBetween(last, yesterday))", "Math.min(1, daysBetween(last, yesterday))"),
    tests: "test/sales/figures/pipeline-trend.test.ts",
  },
  {
    name: "quote documents: a logo that is no picture is taken",
    at: "tenant/letterhead#claimLogo",
    change: drop("readPicture"),
    tests: "test/agreements/quote/pdf.test.ts",
  },
  {
    name: "knowledge pages: a suspended tenant's are there",
    at: "sign-in/visitor#runAsVisitor",
    change: edit('status === "SUSPENDED"', "false"),
    tests: "test/service/knowledge/pages.test.ts",
  },
  {
    name: "knowledge pages: one address has no bound",
    at: "sign-in/visitor#runAsVisitor",
    change: edit("await RateLimit.take(`${limitKey}.${visitorHash()}`, ofAddress);", ""),
    tests: "test/service/knowledge/pages.test.ts",
  },
];
