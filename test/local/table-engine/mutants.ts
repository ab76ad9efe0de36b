import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "table: the repeat of a stored transaction meets others",
    at: "local/src/table-engine/table-database#ConflictingCommands.#transact",
    change: edit("if (typeof input.ClientRequestToken", "if (!input && typeof input.ClientRequestToken"),
    tests: "test/local/table-engine/injected-faults.test.ts",
  },
];
