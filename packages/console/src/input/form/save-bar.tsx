import { useEffect, useLayoutEffect, useRef } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import type { FormState } from "./form-state.ts";

interface SaveBarProps {
  readonly form: FormState;
  /** The verb and what is saved: `Save the form`. */
  readonly label: string;
  /** A page has one primary button. */
  readonly isSecondary?: boolean;
  readonly onSave: () => Promise<unknown>;
}

/** The foot of an editor with changes that are not saved. It stays in view, and gives the focus back to the field when it goes. */
export function SaveBar({ form, label, isSecondary = false, onSave }: SaveBarProps) {
  const t = useText();
  const bar = useRef<HTMLElement>(null);
  useFocusReturn(bar);
  return (
    <footer
      ref={bar}
      className="sticky bottom-0 z-1 flex flex-wrap items-center justify-end gap-2 border-t border-border bg-bg py-3"
    >
      <span className="sr-only text-control text-text-muted tablet:not-sr-only tablet:me-auto">
        {t("Your changes are not saved yet.")}
      </span>
      <Button onPress={form.discard}>{t("Discard")}</Button>
      <Button variant={isSecondary ? "secondary" : "primary"} isPending={form.isSaving} onPress={() => void onSave()}>
        {form.isSaving ? t("Saving…") : label}
      </Button>
    </footer>
  );
}

/** Remembers what had the focus before the element, and gives it back if the element goes while it has the focus. */
function useFocusReturn(element: { readonly current: HTMLElement | null }): void {
  const before = useRef<HTMLElement>(undefined);
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    const active = document.activeElement;
    if (active instanceof HTMLElement && active !== document.body) before.current = active;
    const read = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement)) return;
      hadFocus.current = element.current?.contains(target) ?? false;
      if (!hadFocus.current) before.current = target;
    };
    document.addEventListener("focusin", read);
    return () => document.removeEventListener("focusin", read);
  }, [element]);
  useEffect(
    () => () => {
      if (hadFocus.current && before.current?.isConnected) before.current.focus({ preventScroll: true });
    },
    [],
  );
}
