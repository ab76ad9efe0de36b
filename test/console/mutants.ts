import { edit, type Mutant } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "console: dialogs of actions drop inputs that are lists of ids",
    at: "fields/part-rules#hasFormInput",
    change: edit('field.type !== "json"', '(field.type !== "json" && !(field.type === "reference" && field.multiple === true))'),
    tests: "test/console/action-texts.test.ts",
  },
  {
    name: "console: lists with a name of two words have no actions of their entries",
    at: "data/part-actions#listPath",
    change: edit('list.replaceAll("_", "-")', "list"),
    tests: "test/console/part-rules.test.ts",
  },
  {
    name: "console: the message after an action names the first status if the answer has none",
    at: "record/done-text#describeResult",
    change: edit("stored !== undefined && ", ""),
    tests: "test/console/record-rules.test.ts",
  },
  {
    name: "console: a list counts as empty before all records were looked at",
    at: "data/search-rules#countRows",
    change: edit("last?.meta.is_complete === false }", "false }"),
    tests: "test/console/list-search.test.ts",
  },
  {
    name: "console: the head of a column offers an order that the API refuses",
    at: "list/sort-rules#checkSort",
    change: edit("count.total > MAX_SORTED_RECORDS ||", ""),
    tests: "test/console/list-search.test.ts",
  },
];
