import { ActionDialog, type ActionDialogProps } from "../record/action-dialog.tsx";
import { suggestParty } from "./signing-party.ts";

/** Asks for a signature of a contract. */
export function SignDialog(props: ActionDialogProps) {
  return <ActionDialog {...props} suggested={suggestParty(props.record)} />;
}
