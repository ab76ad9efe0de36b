import { type Owners, useContext } from "../../kernel/context.ts";
import { NONE } from "../../storage/table/collection.ts";

/**
 * Returns the owners by whom interactions and activities are counted for the caller. Records of no user are about records whose owner decides who sees
 * them, so only callers who see all records get their number.
 */
export async function selectResponsibleOwners(owners: Owners): Promise<Owners> {
  if (owners === "all" || (await useContext().visibleOwners()) === "all") return owners;
  return new Set([...owners].filter((owner) => owner !== NONE));
}
