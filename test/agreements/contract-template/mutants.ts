import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "contracts: what a value says is merged again",
    at: "contract-template/wording.rules#composeTerms",
    change: edit("return value ?? BLANK;", 'return (value ?? BLANK).replaceAll("{{tenant.name}}", String(facts.tenant?.name));'),
    tests: "test/agreements/contract-template/rules.test.ts",
  },
  {
    name: "contracts: a value has as many lines as it was given",
    at: "contract-template/merge-fields.rules#toSingleLine",
    change: edit('.replaceAll(/[\\p{Cc}\\u2028\\u2029]+/gu, " ")', ""),
    tests: "test/agreements/contract-template/rules.test.ts",
  },
  {
    name: "contracts: what is below a clause that is left out stays",
    at: "contract-template/wording.rules#selectClauses",
    change: never("level > out"),
    tests: "test/agreements/contract-template/rules.test.ts",
  },
  {
    name: "contracts: a clause refers to one that is left out",
    at: "contract-template/wording.rules#composeTerms",
    change: never("reference === undefined"),
    tests: "test/agreements/contract-template/rules.test.ts",
  },
  {
    name: "contracts: references of a template go in a circle",
    at: "contract-template/wording.rules#findReferenceFaults",
    change: edit("[...missing, ...circles]", "missing"),
    tests: "test/agreements/contract-template/template.test.ts",
  },
  {
    name: "contracts: two clauses have one key",
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
