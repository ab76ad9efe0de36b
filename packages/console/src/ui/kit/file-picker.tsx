import type { ReactNode } from "react";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Button } from "./button.tsx";

interface FilePickerProps {
  readonly children: string;
  readonly icon: ReactNode;
  readonly isPending: boolean;
  readonly onChoose: (files: readonly File[]) => void;
}

/** Chooses files where there is no room to drop them. */
export function FilePicker({ children, icon, isPending, onChoose }: FilePickerProps) {
  return (
    <FileTrigger allowsMultiple onSelect={(list) => onChoose(list ? [...list] : [])}>
      <Button isSmall icon={icon} isPending={isPending}>
        {children}
      </Button>
    </FileTrigger>
  );
}
