import { Pencil } from "lucide-react";
import type { MouseEvent, ReactNode } from "react";
import { IconButton } from "./icon-button.tsx";

interface EditTargetProps {
  /** Names what is changed: `Change Email`. */
  readonly label: string;
  readonly onEdit: () => void;
  /** Further buttons, which appear with the one that edits. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A value that a click changes in place. Links in it keep their own clicks. The button serves the keyboard. */
export function EditTarget({ label, onEdit, actions, children }: EditTargetProps) {
  const onClick = (event: MouseEvent): void => {
    if (!(event.target as HTMLElement).closest("a, button") && getSelection()?.isCollapsed !== false) onEdit();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the button inside serves the keyboard
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside is the control
    <div onClick={onClick} className="group relative flex min-h-control min-w-0 flex-1 items-center rounded-small hover:bg-hover">
      <span className="min-w-0 flex-1">{children}</span>
      <span className="absolute end-0 top-0 flex h-control items-center rounded-small bg-hover opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
        {actions}
        <IconButton isSmall label={label} icon={<Pencil />} onPress={onEdit} />
      </span>
    </div>
  );
}
