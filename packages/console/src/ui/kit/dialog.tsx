import type { LayerProps } from "./layer.tsx";
import { Layer } from "./layer.tsx";

interface DialogProps extends LayerProps {
  /** An alert asks for a decision: a click outside does not close it. */
  readonly role?: "dialog" | "alertdialog";
}

/** A question or a short form. On a phone it stands at the foot of the screen, as a sheet. */
export function Dialog(props: DialogProps) {
  return (
    <Layer
      {...props}
      overlayClass="items-end justify-center tablet:items-start tablet:p-6 tablet:pt-12"
      modalClass="max-h-full w-full rounded-t-card tablet:max-w-dialog tablet:rounded-card rise-motion"
    />
  );
}
