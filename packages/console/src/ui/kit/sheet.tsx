import type { LayerProps } from "./layer.tsx";
import { Layer } from "./layer.tsx";

/** A list of choices at the foot of a phone. */
export function Sheet(props: LayerProps) {
  return <Layer {...props} overlayClass="items-end" modalClass="max-h-full w-full rounded-t-card rise-motion" />;
}
