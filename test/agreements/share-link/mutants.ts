import { drop, edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "offers: a link of one leads to another",
    at: "share-link/token#isGenuine",
    change: returns("true"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: links that were made void are good again",
    at: "share-link/token#computeSignature",
    change: edit(", String(link_number)", ""),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: one of two concurrent sendings is rejected",
    at: "share-link/sending#add",
    change: edit(", () => new WriteConflict(`${sent.id} was sent at the same time`)", ""),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: a mail of a sending that another replaced goes out too",
    at: "share-link/mail#sendOfferMail",
    change: edit("version !== offer.sent_version", "false"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: a customer who has answered is reminded",
    at: "share-link/reminder#onReminder",
    change: edit('currentOffer?.state === "open"', "currentOffer !== undefined"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: programs that look into mails view",
    at: "share-link/view-tracking#isProgram",
    change: returns("false"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: each request for the picture counts as a view",
    at: "share-link/view-tracking#recordView",
    change: edit("!isSameSecret(await OfferToken.computeMark(offer, shownAt, readProgramId()), mark)", 'mark === ""'),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: a page that was shown long ago is viewed",
    at: "share-link/offer.rules#isFresh",
    change: returns("true"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: a page that is shown again is another view",
    at: "share-link/offer.rules#countView",
    change: edit("last_viewed_at !== null", "last_viewed_at === now"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: a total that was not shown is accepted",
    at: "share-link/page#accept",
    change: edit("before.digest !== shownDigest", "false"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: what was agreed to is kept nowhere",
    at: "share-link/page#recordAnswer",
    change: drop("tx.replace"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: a question that comes again is asked again",
    at: "share-link/page#ask",
    change: edit("questions.some((each) => each.request_id === request_id)", "false"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: one address answers without end",
    at: "share-link/resolve-token#limitAnswers",
    change: returns("undefined"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: what goes wrong is told as the browser asks alone",
    at: "share-link/resolve-token#withLink",
    change: edit("useRequest().language = resolveOfferLanguage(offer, tenant.settings)", "undefined"),
    tests: "test/agreements/share-link/error-pages.test.ts",
  },
];
