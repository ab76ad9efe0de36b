import { edit, type Mutant } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "signature providers: secrets in a provider message are not redacted",
    at: "http.rules#redactMessage",
    change: edit('replaceAll(secret, "***")', "replaceAll(secret, secret)"),
    tests: "test/agreements/signature-provider/dropbox-sign.test.ts",
  },
];
