import { flushSync } from "react-dom";

/** Fields whose text is not read yet: a number is read when its field is left. */

/** Marks a field whose text is no number that it takes. */
export const UNREAD = "data-unread";

/** Leaves the field with the focus, so that what is typed in it is read before the form is sent. */
export function leaveField(): void {
  flushSync(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
}

/** Puts the focus into a field whose text could not be read. Returns whether there is one: what the form would send is not what it shows. */
export function focusUnreadField(): boolean {
  const field = document.querySelector<HTMLElement>(`form [${UNREAD}] input`);
  field?.focus();
  return field !== null;
}
