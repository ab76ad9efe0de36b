import { ActionDialog, type ActionDialogProps } from "../record/action-dialog.tsx";

/** Asks for a signature of a contract. The customer mostly signs first. */
export function SignDialog(props: ActionDialogProps) {
  return <ActionDialog {...props} suggested={{ party: props.record.customer_signed ? "company" : "customer" }} />;
}
