import type { LayerProps } from "./layer.tsx";
import { Layer } from "./layer.tsx";

/** A form or a preview at the end of the screen. The page behind stays where it is. */
export function Drawer(props: LayerProps) {
  return (
    <Layer
      {...props}
      overlayClass="justify-end"
      modalClass="h-full w-full max-w-drawer border-border tablet:border-s slide-motion"
    />
  );
}
