import { edit, type Mutant, property, replaceCall, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "opportunities: others of a lead stay behind when it is converted",
    at: "conversion/repoint#moveOpportunities",
    change: returns("undefined"),
    tests: "test/sales/opportunity/lifecycle.test.ts",
  },
  {
    name: "conversions: whether there is a customer of the name is decided before its lock is read",
    at: "parties#resolveCustomer",
    change: edit(
      "await Customer.add(tx, scored(newCustomer), { nameLock: nameLock });",
      "await Customer.add(tx, scored(newCustomer));",
    ),
    tests: "test/accounts/conversion/conversion-idempotency.test.ts -t between",
  },
  {
    name: "conversions: what was prepared of an earlier version of the lead is written",
    at: "parties#preparedFor",
    change: edit("before?.version === version ? before", "before ? before"),
    tests: "test/accounts/conversion/conversion-idempotency.test.ts -t between",
  },
  {
    name: "conversions: a customer that is deleted meanwhile is an error",
    at: "parties#requireCustomer",
    change: edit("throw new WriteConflict(`The customer", "void WriteConflict;\n  if (!customer) throw new Error(`The customer"),
    tests: "test/accounts/conversion/conversion-idempotency.test.ts -t between",
  },
  {
    name: "conversions: a worker that was replaced continues to move records",
    at: "conversion/repoint#moveRecords",
    change: replaceCall("addStep", "transaction()"),
    tests: "test/accounts/conversion/conversion-idempotency.test.ts -t worker",
  },
  {
    name: "conversions: what an index shows late is not looked for again",
    at: "conversion/repoint#repointJob",
    change: property("onOver", "({ id }) => finishConversion(id).then(() => void repeatAll)"),
    tests: "test/accounts/conversion/conversion-idempotency.test.ts -t follow",
  },
  {
    name: "potentials: the opportunity is made of what the potential was before another change",
    at: "conversion/potential-conversion#convert",
    change: edit("preparedOpportunity?.version !== potential.version", "preparedOpportunity === undefined"),
    tests: "test/sales/potential/potential.test.ts",
  },
  {
    name: "potentials: an opportunity is attached to a customer that the caller cannot see",
    at: "conversion/potential-conversion#findSoleCustomer",
    change: edit("(await Records.findVisibleByIds(references)).values()", "references"),
    tests: "test/sales/potential/potential.test.ts",
  },
];
