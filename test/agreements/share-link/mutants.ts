import { drop, edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "offers: an altered link opens another offer",
    at: "share-link/token#isGenuine",
    change: returns("true"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: revoked links work again",
    at: "share-link/token#signedTexts",
    change: edit(", String(link_number)", ""),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: one of two concurrent sends is rejected",
    at: "share-link/sending#add",
    change: edit(", () => new WriteConflict(`${sent.id} was sent at the same time`)", ""),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: the email of a replaced send goes out too",
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
    name: "offers: requests by mail scanners count as views",
    at: "share-link/view-tracking#isProgram",
    change: returns("false"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: a picture request without a valid mark counts as a view",
    at: "share-link/view-tracking#recordView",
    change: edit("!(await OfferToken.isMark(offer, shownAt, readProgramId(), mark))", 'mark === ""'),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: a page shown long ago still counts as viewed",
    at: "share-link/offer.rules#isFresh",
    change: returns("true"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: showing the same page again counts as another view",
    at: "share-link/offer.rules#countView",
    change: edit("last_viewed_at !== null", "last_viewed_at === now"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: a total that differs from the shown total is accepted",
    at: "share-link/page#accept",
    change: edit("before.digest !== shownDigest", "false"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: the content that the customer agreed to is not stored",
    at: "share-link/page#recordAnswer",
    change: drop("tx.replace"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: a repeated question with the same request id is asked again",
    at: "share-link/page#ask",
    change: edit("questions.some((each) => each.request_id === request_id)", "false"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: answers from one address are not rate-limited",
    at: "share-link/resolve-token#limitAnswers",
    change: returns("undefined"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
  {
    name: "offers: error pages use the browser's language instead of the offer's language",
    at: "share-link/resolve-token#withLink",
    change: edit("useRequest().language = language", "undefined"),
    tests: "test/agreements/share-link/error-pages.test.ts",
  },
  {
    name: "offers: the hash depends on the ticked options",
    at: "share-link/page#buildView",
    change: edit("digest: computeDigest(plainOffer)", "digest: computeDigest(currentOffer)"),
    tests: "test/agreements/share-link/share-link.test.ts",
  },
];
