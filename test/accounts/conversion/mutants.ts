import { edit, type Mutant, property, replaceCall, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "opportunities: a lead conversion does not move the lead's other opportunities",
    at: "conversion/repoint#moveOpportunities",
    change: returns("undefined"),
    tests: "test/sales/opportunity/lifecycle.test.ts",
  },
  {
    name: "conversions: the name lock is read only after deciding whether the customer exists",
    at: "parties#resolveCustomer",
    change: edit("await Customer.add(tx, record, lockReads);", "await Customer.add(tx, record);"),
    tests: "test/accounts/conversion/conversion-idempotency.test.ts -t between",
  },
  {
    name: "conversions: data prepared from an earlier version of the lead is written",
    at: "parties#preparedFor",
    change: edit("before?.version === version ? before", "before ? before"),
    tests: "test/accounts/conversion/conversion-idempotency.test.ts -t between",
  },
  {
    name: "conversions: a customer deleted meanwhile raises an error instead of a write conflict",
    at: "parties#requireCustomer",
    change: edit("throw new WriteConflict(`The customer", "void WriteConflict;\n  if (!customer) throw new Error(`The customer"),
    tests: "test/accounts/conversion/conversion-idempotency.test.ts -t between",
  },
  {
    name: "conversions: a replaced worker continues to move records",
    at: "conversion/repoint#moveRecords",
    change: replaceCall("addStep", "transaction()"),
    tests: "test/accounts/conversion/conversion-idempotency.test.ts -t worker",
  },
  {
    name: "conversions: records that appear late in an index are not searched for again",
    at: "conversion/repoint#repointJob",
    change: property("onOver", "({ id }) => finishConversion(id).then(() => void repeatAll)"),
    tests: "test/accounts/conversion/conversion-idempotency.test.ts -t follow",
  },
  {
    name: "potentials: an opportunity is built from an outdated version of the potential",
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
