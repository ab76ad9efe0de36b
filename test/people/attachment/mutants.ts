import { type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "attachments: the content is not compared with the declared type",
    at: "attachment/attachment.rules#findContentFault",
    change: returns("undefined"),
    tests: "test/people/attachment/attachment.test.ts",
  },
  {
    name: "attachments: a document type accepts any file",
    at: "attachment/attachment#requireAllowedFile",
    change: never("fault"),
    tests: "test/people/attachment/attachment.test.ts",
  },
  {
    name: "attachments: an attachment in use by a record can be deleted",
    at: "attachment/attachment#requireUnused",
    change: never("holds(record).includes(id)"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
];
