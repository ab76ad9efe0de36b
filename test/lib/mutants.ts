import { edit, type Mutant } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "signature providers: words of a provider have its keys",
    at: "http.rules#redactMessage",
    change: edit('replaceAll(secret, "***")', "replaceAll(secret, secret)"),
    tests: "test/agreements/signature-provider/dropbox-sign.test.ts",
  },
];
