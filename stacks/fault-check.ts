import { type Declarations, findFaults, findImportFaults } from "@crm/functions/derive/manifest-check.ts";

/** Throws all faults in the declarations of domains and functions. */
export async function requireNoFaults(declarations: Declarations): Promise<void> {
  const faults = [...(await findFaults(declarations)), ...(await findImportFaults(declarations.domains))];
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
