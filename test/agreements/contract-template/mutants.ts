import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "contracts: merge fields inside a merged value are resolved again",
    at: "contract-template/wording.rules#composeTerms",
    change: edit("return value ?? BLANK;", 'return (value ?? BLANK).replaceAll("{{tenant.name}}", String(facts.tenant?.name));'),
    tests: "test/agreements/contract-template/rules.test.ts",
  },
  {
    name: "contracts: a merge field value keeps its line breaks",
    at: "contract-template/merge-fields.rules#toSingleLine",
    change: edit('.replaceAll(/[\\p{Cc}\\u2028\\u2029]+/gu, " ")', ""),
    tests: "test/agreements/contract-template/rules.test.ts",
  },
  {
    name: "contracts: subclauses of an omitted clause stay in the text",
    at: "contract-template/wording.rules#selectClauses",
    change: never("level > out"),
    tests: "test/agreements/contract-template/rules.test.ts",
  },
  {
    name: "contracts: a clause refers to an omitted clause",
    at: "contract-template/wording.rules#composeTerms",
    change: never("reference === undefined"),
    tests: "test/agreements/contract-template/rules.test.ts",
  },
  {
    name: "contracts: a template accepts circular clause references",
    at: "contract-template/wording.rules#findReferenceFaults",
    change: edit("[...missing, ...circles]", "missing"),
    tests: "test/agreements/contract-template/template.test.ts",
  },
  {
    name: "contracts: two clauses share the same key",
    at: "contract-template/clause#create",
    change: edit('condition: "attribute_not_exists(pk)", ', ""),
    tests: "test/agreements/contract-template/template.test.ts",
  },
  {
    name: "contracts: a revision of a template uses the current text",
    at: "contract-template/wording#composeText",
    change: edit("await ContractTemplate.loadRevision(template, version)", "template"),
    tests: "test/agreements/contract-template/template.test.ts",
  },
];
