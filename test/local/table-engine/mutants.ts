import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "table engine: a retry of a committed transaction runs into a conflict",
    at: "local/src/table-engine/table-database#ConflictingCommands.#transact",
    change: edit("if (typeof input.ClientRequestToken", "if (!input && typeof input.ClientRequestToken"),
    tests: "test/local/table-engine/injected-faults.test.ts",
  },
];
