import { TextField } from "../../ui/kit/text-field.tsx";
import { bindText, type FormState } from "./form-state.ts";

interface PasswordFieldProps {
  readonly form: FormState;
  readonly name: string;
  readonly label: string;
  /** Whether the user chooses a password, which the browser may then store. */
  readonly isNew?: boolean;
  readonly help?: string;
  readonly autoFocus?: boolean;
}

/** A password in a form, as password managers understand it. */
export const PasswordField = ({ form, name, isNew = false, ...props }: PasswordFieldProps) => (
  <TextField {...props} type="password" autoComplete={isNew ? "new-password" : "current-password"} {...bindText(form, name)} />
);
