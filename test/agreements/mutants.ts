import { edit, type Mutant } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "amendments: a signature request of an earlier draft is still applied",
    at: "agreements/contract-file/amendment-signable#amendmentSignable",
    change: edit("if (amendment.signature_request_id !== request.id) throw", "if (false) throw"),
    tests: "test/agreements/amendment/signature-request.test.ts",
  },
];
