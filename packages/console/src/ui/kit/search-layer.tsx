import { Layer, type LayerProps } from "./layer.tsx";

/** A field and what it finds, over the page. On a phone it takes the whole screen, so that the keyboard leaves room for results. */
export function SearchLayer(props: Omit<LayerProps, "actions" | "trigger">) {
  return (
    <Layer
      {...props}
      hasOwnHead
      overlayClass="items-start justify-center tablet:p-6 tablet:pt-12"
      modalClass="h-full w-full tablet:h-auto tablet:max-h-full tablet:max-w-palette tablet:rounded-card rise-motion"
    />
  );
}
