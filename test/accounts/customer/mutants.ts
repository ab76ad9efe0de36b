import { drop, edit, type Mutant, replaceCall, returns, skip } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "customers: new preference answers of a company are dropped",
    at: "customer/customer#mergePreferences",
    change: returns("existingAnswers"),
    tests: "test/accounts/customer/people.test.ts",
  },
  {
    name: "customers: a name lock is written without a revision check",
    at: "customer/locks#writeNameLock",
    change: edit(
      'else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, rejection: buildConflict });',
      "else tx.put(item, { rejection: buildConflict });",
    ),
    tests: "test/accounts/customer/uniqueness.test.ts",
  },
  {
    name: "customers: two concurrent first customers of a name both take the name lock",
    at: "customer/locks#writeNameLock",
    change: edit(
      'if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });',
      "if (revision === 0) tx.put(item, { rejection: buildConflict });",
    ),
    tests: "test/accounts/customer/uniqueness.test.ts",
  },
  {
    name: "customers: the name lock already read for the decision is read again",
    at: "customer/locks#moveName",
    change: edit(
      "const locks = knownLock && before === undefined ? [knownLock] : await readNameLocks(names);",
      "const locks = await readNameLocks(names);\n  void knownLock;",
    ),
    tests: "test/accounts/customer/uniqueness.test.ts",
  },
  {
    name: "customers: several customers share a tax id",
    at: "customer/locks#takeTaxId",
    change: edit('{ condition: "attribute_not_exists(pk)" }', "{}"),
    tests: "test/accounts/customer/uniqueness.test.ts",
  },
  {
    name: "customers: a released tax id stays locked",
    at: "customer/locks#moveTaxId",
    change: drop("delete"),
    tests: "test/accounts/customer/uniqueness.test.ts",
  },
  {
    name: "customers: a deleted individual keeps the uniqueness lock",
    at: "customer/locks#moveLocks",
    change: replaceCall("releaseUnique", "return"),
    tests: "test/accounts/customer/uniqueness.test.ts",
  },
  {
    name: "customers: a join succeeds although the customer was deleted meanwhile",
    at: "customer/customer#touch",
    change: edit("tx.requireUnchanged(customer);", ""),
    tests: "test/accounts/customer/uniqueness.test.ts",
  },
  {
    name: "customers: a merged person is looked up under one id only",
    at: "customer/locks#takePerson",
    change: replaceCall("findByPerson", "findByPerson([person])"),
    tests: "test/accounts/customer/uniqueness.test.ts",
  },
  {
    name: "customers: figures are written once and ignore later counts",
    at: "customer/denormalized#refreshOnce",
    change: edit("return true", "return false"),
    tests: "test/accounts/customer/figures.test.ts",
  },
  {
    name: "customers: the lead status of a hidden person is shown",
    at: "customer/lead-status#applyStatuses",
    change: edit("if (isLimited(current))", "if (current.id === null)"),
    tests: "test/accounts/customer/lead-status.test.ts",
  },
  {
    name: "potentials: a change of a potential does not refresh the customer's lead status",
    at: "customer/lead-status#onPotentialChanges",
    change: drop("refreshByPersons"),
    tests: "test/sales/potential/potential.test.ts",
  },
  {
    name: "customers: a merge of persons does not refresh lead statuses",
    at: "customer/lead-status#onPersonChanges",
    change: drop("refreshByPersons"),
    tests: "test/accounts/customer/lead-status.test.ts",
  },
  {
    name: "customers: a restored customer keeps its outdated lead status",
    at: "customer/lead-status#onCustomerChanges",
    change: drop("runForEach"),
    tests: "test/accounts/customer/lead-status.test.ts",
  },
  {
    name: "customers: a moved opportunity does not refresh the figures of its former customer",
    at: "customer/figures#onSaleChanges",
    change: edit("[before?.customer_id, after?.customer_id]", "[after?.customer_id]"),
    tests: "test/accounts/customer/figures.test.ts",
  },
  {
    name: "customers: any status change is allowed",
    at: "customer/lifecycle#requireStatusMove",
    change: skip,
    tests: "test/accounts/customer/lifecycle.test.ts",
  },
  {
    name: "customers: an unchanged flat address field counts as a change",
    at: "customer/addresses#applyFlat",
    change: edit("value !== currentFields[field as keyof FlatAddresses]", "value !== undefined"),
    tests: "test/accounts/customer/addresses.test.ts",
  },
  {
    name: "customers: a move in the hierarchy does not bump the tree lock",
    at: "customer/tree#bumpTreeLock",
    change: skip,
    tests: "test/accounts/customer/hierarchy.test.ts",
  },
  {
    name: "customers: descendants do not follow a move of their ancestor",
    at: "customer/tree#onCustomerMoved",
    change: skip,
    tests: "test/accounts/customer/hierarchy.test.ts",
  },
  {
    name: "customers: a hidden ancestor is shown in the hierarchy",
    at: "customer/hierarchy#listAncestors",
    change: edit("seen.has(ancestor) ? toNode(ancestor) : hiddenNode", "toNode(ancestor)"),
    tests: "test/accounts/customer/hierarchy.test.ts",
  },
  {
    name: "customers: a hidden customer is among the descendants in the hierarchy",
    at: "customer/hierarchy#listDescendants",
    change: edit("await Visibility.filterVisible(Customers, rows)", "rows"),
    tests: "test/accounts/customer/hierarchy.test.ts",
  },
  {
    name: "customers: the roll-up counts customers that the caller cannot see",
    at: "customer/hierarchy#computeRollUp",
    change: edit("await Directory.listVisibleOwners()", '"all"'),
    tests: "test/accounts/customer/hierarchy.test.ts",
  },
  {
    name: "customers: the roll-up does not report that deeper levels exist",
    at: "customer/roll-up.rules#buildRollUpSums",
    change: edit("deeperScopes.length > 0", "false"),
    tests: "test/accounts/customer/hierarchy.test.ts",
  },
  {
    name: "customers: a move between parents of the same level leaves sums at the old parent",
    at: "customer/tree#positionBelow",
    change: edit("[above.id, ...above.ancestor_ids]", "[above.id]"),
    tests: "test/accounts/customer/hierarchy.test.ts",
  },
];
