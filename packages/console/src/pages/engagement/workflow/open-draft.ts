/** Saves the changes of the builder that is open in this tab. Returns whether they are stored. */
type SaveDraft = () => Promise<boolean>;

/** By the id of the workflow. The head of the page and the builder share no other parent than the page of any record. */
const openDrafts = new Map<string, SaveDraft>();

/** Lets dialogs of the page save the changes of a builder. Returns the function that ends it. */
export function offerDraft(workflow: string, save: SaveDraft): () => void {
  openDrafts.set(workflow, save);
  return () => void openDrafts.delete(workflow);
}

/** Saves the changes of the open builder, if there are any. Returns whether nothing is unsaved. */
export const saveOpenDraft = (workflow: string): Promise<boolean> => openDrafts.get(workflow)?.() ?? Promise.resolve(true);
